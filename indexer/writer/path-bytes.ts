/** Paths in a row in one piece of memory: to send a piece for each to a thread costs more than to write it. Pure. */
import { toBytes } from '../../shared/paths.js';

/** What `PathReader` reads; to be sent. */
export interface PathBytes {
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
}

export function packPaths(paths: readonly Uint8Array[]): PathBytes {
  let size = 0;
  for (const { length } of paths) size += length;
  const bytes = Buffer.allocUnsafeSlow(size);
  const lengths = new Uint32Array(paths.length);
  let end = 0;
  for (let at = 0; at < paths.length; at++) {
    const path = toBytes(paths[at] as Uint8Array);
    lengths[at] = path.length;
    end += path.copy(bytes, end);
  }
  return { bytes, lengths };
}

export class PathReader {
  readonly #bytes: Buffer;
  readonly #lengths: Uint32Array;
  #next = 0;
  #end = 0;

  constructor({ bytes, lengths }: PathBytes) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#lengths = lengths;
  }

  next(): Buffer {
    const start = this.#end;
    this.#end += this.#lengths[this.#next++] as number;
    return this.#bytes.subarray(start, this.#end);
  }
}
