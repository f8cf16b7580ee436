/** Paths in a row in one piece of memory: to send a piece for each to a thread costs more than to write it. Pure. */

/** What `PathReader` reads; to be sent. */
export interface PathBytes {
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
}

export function packPaths(paths: readonly Uint8Array[]): PathBytes {
  const lengths = Uint32Array.from(paths, ({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const path of paths) {
    bytes.set(path, end);
    end += path.length;
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
