/**
 * Puts the text of a document together from pieces: runs of blanks become one space, paragraphs are lines, pages are
 * divided by a form feed. Used by readers of formats whose pieces come as strings.
 */
import { cleanTitle } from '../title.js';
import { MAX_TEXT_BYTES } from '../tree-limits.js';

/** Blanks and control characters. */
const BLANKS = /[\s\u0000-\u001f\u007f-\u009f]+/g;
/** Within words, and no part of them. */
const INVISIBLE = /[\u00ad\ufeff]/g;
const PAGE = '\f';
const NOT_PLAIN = /[^!-~]/;

export class TextBuilder {
  readonly #parts: string[] = [];
  #length = 0;
  /** Owed before the next character: '', a space or a line feed. */
  #gap = '';
  #initial: 'none' | 'comes' | 'stands' = 'none';

  /** In UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  /** What comes now is dropped. */
  get isFull(): boolean {
    return this.#length > MAX_TEXT_BYTES;
  }

  add(text: string): void {
    if (this.isFull) return;
    if (!NOT_PLAIN.test(text)) this.#put(text);
    else this.#putClean(text.replace(BLANKS, ' ').replace(INVISIBLE, ''));
  }

  space(): void {
    if (this.#gap === '') this.#gap = ' ';
  }

  line(): void {
    if (this.#initial !== 'stands') this.#gap = '\n';
  }

  /** What comes now is the large first letter of a word that goes on in the next line. */
  initial(): void {
    this.#initial = 'comes';
  }

  /** There is one more from here on, even if this one is empty. */
  page(): void {
    this.#gap = '';
    this.#push(PAGE);
  }

  /** What was added after `length` was the length. */
  since(length: number): string {
    return cleanTitle(this.#since(length));
  }

  /** Adds what was added after `length` was the length so many times more. */
  again(length: number, times: number): void {
    const text = this.#since(length);
    for (let i = 0; i < times && !this.isFull; i++) {
      this.space();
      this.add(text);
    }
  }

  toString(): string {
    return this.#parts.join('');
  }

  toBuffer(): Buffer {
    return Buffer.from(this.toString());
  }

  #since(length: number): string {
    let back = this.#length;
    let at = this.#parts.length;
    while (at > 0 && back > length) back -= (this.#parts[--at] as string).length;
    return this.#parts
      .slice(at)
      .join('')
      .slice(length - back);
  }

  #putClean(text: string): void {
    const begin = text.startsWith(' ') ? 1 : 0;
    const end = text.length > begin && text.endsWith(' ') ? text.length - 1 : text.length;
    if (begin > 0) this.space();
    this.#put(begin === 0 && end === text.length ? text : text.slice(begin, end));
    if (end < text.length) this.space();
  }

  #put(text: string): void {
    if (text === '') return;
    if (this.#gap !== '' && this.#length > 0 && this.#parts.at(-1) !== PAGE) this.#push(this.#gap);
    this.#gap = '';
    this.#initial = this.#initial === 'comes' ? 'stands' : 'none';
    this.#push(text);
  }

  #push(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }
}
