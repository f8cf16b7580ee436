/** The text of a document of Word from its pieces, in which some characters are marks. Used by doc.ts and mac-word.ts. */
import { TextBuilder } from '../xml/text-builder.js';

/** Between these marks stands how a field is made, then what it shows. */
const FIELD_MARKS = /[\x13\x14\x15]/;
const LINES = /[\x07\x0b\x0c\r]/;

export class DocText {
  readonly #out = new TextBuilder();
  /** For each open field: whether what it shows has begun. */
  readonly #fields: boolean[] = [];

  get isFull(): boolean {
    return this.#out.isFull;
  }

  toString(): string {
    return this.#out.toString();
  }

  add(text: string): void {
    for (const part of text.split(/([\x07\x0b\x0c\r\x13\x14\x15])/)) {
      if (FIELD_MARKS.test(part)) this.#mark(part);
      else if (!this.#fields.every((isShown) => isShown)) continue;
      else if (LINES.test(part)) this.#breakAt(part);
      else this.#out.add(part.replace(/\x1e/g, '-').replace(/[\x01-\x08\x1f]/g, ''));
    }
  }

  /** A cell ends in a space, all else in a line. */
  #breakAt(mark: string): void {
    if (mark === '\x07') this.#out.space();
    else this.#out.line();
  }

  #mark(mark: string): void {
    if (mark === '\x13') this.#fields.push(false);
    else if (mark === '\x15') this.#fields.pop();
    else if (this.#fields.length > 0) this.#fields[this.#fields.length - 1] = true;
  }
}
