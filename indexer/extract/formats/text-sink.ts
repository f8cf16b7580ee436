/**
 * Collects the text of a tagged document as UTF-8 bytes: runs of blanks become one space, a break between elements one
 * line feed. Used by tag-collector.ts for every piece of text, so the loop in `copy` is what extraction spends its time
 * on.
 */
import { cleanTitle } from '../title.js';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const NO_BREAK_SPACE = 0xa0;
const SOFT_HYPHEN = 0xad;

export class TextSink {
  readonly #source: Buffer;
  readonly #out: Buffer;
  #length = 0;
  /** The separator owed before the next character: 0, a space or a line feed. */
  #gap = 0;

  constructor(source: Buffer) {
    this.#source = source;
    // Nothing grows by more than `&nGt;`, 5 bytes that stand for 6.
    this.#out = Buffer.allocUnsafeSlow(Math.ceil(source.length * 1.2) + 16);
  }

  get length(): number {
    return this.#length;
  }

  get text(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  /**
   * Takes the source from `start` on, up to `end` or the first byte `stop`.
   * @param stop  -1 for none.
   * @returns where it stopped.
   */
  copy(start: number, end: number, stop: number): number {
    const source = this.#source;
    const out = this.#out;
    let length = this.#length;
    let gap = this.#gap;
    let at = start;
    for (; at < end; at++) {
      const byte = source[at] as number;
      if (byte <= SPACE) {
        if (gap === 0) gap = SPACE;
        continue;
      }
      if (byte === stop) break;
      if (gap !== 0) {
        if (length !== 0) out[length++] = gap;
        gap = 0;
      }
      out[length++] = byte;
    }
    this.#length = length;
    this.#gap = gap;
    return at;
  }

  addCodePoint(codePoint: number): void {
    if (codePoint === SOFT_HYPHEN) return; // it is inside a word
    if (codePoint <= SPACE || codePoint === NO_BREAK_SPACE) {
      if (this.#gap === 0) this.#gap = SPACE;
      return;
    }
    if (this.#gap !== 0 && this.#length !== 0) this.#out[this.#length++] = this.#gap;
    this.#gap = 0;
    if (codePoint < 0x80) this.#out[this.#length++] = codePoint;
    else this.#length += this.#out.write(String.fromCodePoint(codePoint), this.#length);
  }

  breakWord(): void {
    this.#gap = NEWLINE;
  }

  titleSince(start: number): string {
    return cleanTitle(this.#out.toString('utf8', start, this.#length));
  }

  /** Takes back what was added after `length`. */
  cut(length: number): void {
    this.#length = length;
  }
}
