/** Collects what a decompressor gives, up to a limit. */

export interface Unpacked {
  readonly bytes: Buffer;
  /** True when there is, or may be, more than `bytes`. */
  readonly isCut: boolean;
  /** There is more than may be unpacked. */
  readonly isOver?: boolean;
}

export class Collected {
  readonly #chunks: Buffer[] = [];
  #room: number;
  #isOver = false;

  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  /** @returns false when there was no room for all of it. The bytes are copied. */
  add(chunk: Uint8Array): boolean {
    const taken = chunk.subarray(0, this.#room);
    this.#chunks.push(Buffer.from(taken));
    this.#room -= taken.length;
    if (taken.length < chunk.length) this.#isOver = true;
    return !this.#isOver;
  }

  get bytes(): Buffer {
    const [first, ...others] = this.#chunks;
    return first && others.length === 0 ? first : Buffer.concat(this.#chunks);
  }

  /** @returns undefined when there is nothing, and the end is missing. */
  end(isCut: boolean): Unpacked | undefined {
    const { bytes } = this;
    if (isCut && bytes.length === 0) return undefined;
    return { bytes, isCut, ...(this.#isOver && { isOver: true }) };
  }
}
