/**
 * A file that is read where it is wanted: a few places of a film, a font or a database tell all that is taken of it. In
 * blocks, each read once. Whoever wants more than is reasonable, or the same for ever, is stopped.
 */
import { createHash } from 'node:crypto';

const BLOCK_BYTES = 16_384;
/** Of the file. */
const MAX_READ_BYTES = 16 * 1024 * 1024;
/** Handed out, each read counting for some bytes more. */
const MAX_GIVEN_BYTES = 64 * 1024 * 1024;
const GIVEN_PER_READ = 64;

/** @returns fewer bytes where the file ends. */
export type ReadAt = (from: number, length: number) => Buffer;

export class Source {
  readonly #blocks = new Map<number, Buffer>();
  readonly #hash = createHash('sha256');
  #given = 0;

  constructor(
    readonly size: number,
    private readonly readAt: ReadAt,
  ) {}

  static ofBytes(bytes: Buffer): Source {
    return new Source(bytes.length, (from, length) => bytes.subarray(from, from + length));
  }

  /**
   * @returns fewer bytes where the file ends.
   * @throws Error when that would be too much of it.
   */
  read(from: number, length: number): Buffer {
    const end = Math.min(from + length, this.size);
    if (!(from >= 0 && from < end)) return Buffer.alloc(0);
    this.#given += end - from + GIVEN_PER_READ;
    if (this.#given > MAX_GIVEN_BYTES) throw tooMuch();
    const first = Math.floor(from / BLOCK_BYTES);
    const last = Math.floor((end - 1) / BLOCK_BYTES);
    if (first === last) return this.#block(first).subarray(from - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
    if ((last - first) * BLOCK_BYTES > MAX_READ_BYTES) throw tooMuch();
    const blocks = Array.from({ length: last - first + 1 }, (_, i) => this.#block(first + i));
    return Buffer.concat(blocks).subarray(from - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
  }

  /** Of all that was read so far, and where. */
  get digest(): string {
    return this.#hash.copy().digest('base64url').slice(0, 22);
  }

  #block(number: number): Buffer {
    const known = this.#blocks.get(number);
    if (known) return known;
    if (this.#blocks.size * BLOCK_BYTES >= MAX_READ_BYTES) throw tooMuch();
    const block = this.readAt(number * BLOCK_BYTES, BLOCK_BYTES);
    this.#blocks.set(number, block);
    this.#hash.update(`${number}:${block.length}:`).update(block);
    return block;
  }
}

function tooMuch(): Error {
  return new Error('what it says of itself is spread over more of it than is read');
}
