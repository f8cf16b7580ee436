/**
 * The child's way out: answers are gathered and written to stdout in pieces of up to 64 kB, since every write wakes the
 * parent. Writing blocks until the parent has taken it, so a child that is ahead of its reader waits.
 */
import { writevSync } from 'node:fs';
import { encodeFrame } from './frames.js';

const STDOUT = 1;
const BUFFER_BYTES = 65_536;
/** An answer older than this goes out with the next one: it waits at most for the file that is being read. */
const MAX_AGE_MS = 5;

export class ReplyWriter {
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  #oldest = 0;

  /** The payload is copied or written before this returns. */
  add(header: object, payload: Uint8Array): void {
    const parts = encodeFrame(header, payload);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#used + size > BUFFER_BYTES) this.flush();
    if (size > BUFFER_BYTES) {
      writeAll(parts);
      return;
    }
    if (this.#used === 0) this.#oldest = performance.now();
    for (const part of parts) {
      this.#buffer.set(part, this.#used);
      this.#used += part.length;
    }
    if (performance.now() - this.#oldest > MAX_AGE_MS) this.flush();
  }

  flush(): void {
    if (this.#used === 0) return;
    writeAll([this.#buffer.subarray(0, this.#used)]);
    this.#used = 0;
  }
}

function writeAll(parts: readonly Uint8Array[]): void {
  let rest = parts;
  while (rest.length > 0) rest = dropWritten(rest, writevSync(STDOUT, rest));
}

function dropWritten(parts: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  let first = 0;
  while (first < parts.length && left >= (parts[first] as Uint8Array).length)
    left -= (parts[first++] as Uint8Array).length;
  const rest = parts.slice(first);
  return left === 0 ? rest : [(rest[0] as Uint8Array).subarray(left), ...rest.slice(1)];
}
