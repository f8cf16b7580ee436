/**
 * Regular expressions with classes of letters (`\p{L}`), made when a text needs them. V8 takes up to a millisecond for
 * each such class of Unicode, and find-text starts anew for every query. For a text of ASCII the class of ASCII is
 * enough: it says the same. Pure.
 */

/** The classes, in ASCII. */
const ASCII_CLASSES: Readonly<Record<string, string>> = {
  L: 'A-Za-z',
  Lu: 'A-Z',
  Ll: 'a-z',
  M: '',
  N: '0-9',
  Nd: '0-9',
  No: '',
  Co: '',
};

const ASCII = /^[\0-\x7f]*$/;

export class LetterPattern {
  #ascii: RegExp | undefined;
  #unicode: RegExp | undefined;

  /** @param source  of an expression with the flag u; its classes are those above. */
  constructor(
    private readonly source: string,
    private readonly flags = 'u',
  ) {}

  test(text: string): boolean {
    return this.for(text).test(text);
  }

  /** The expression for this text. Another text may need another one. */
  for(text: string): RegExp {
    return ASCII.test(text) ? this.#inAscii() : this.#inUnicode();
  }

  #inAscii(): RegExp {
    this.#ascii ??= new RegExp(inAscii(this.source), this.flags);
    return this.#ascii;
  }

  #inUnicode(): RegExp {
    this.#unicode ??= new RegExp(this.source, this.flags);
    return this.#unicode;
  }
}

function inAscii(source: string): string {
  let isClass = false;
  return source.replace(/\\p\{(\w+)\}|\\.|[[\]]/gs, (part, name?: string) => {
    if (name === undefined) {
      if (part.length === 1) isClass = part === '[';
      return part;
    }
    const letters = ASCII_CLASSES[name] as string;
    return isClass ? letters : `[${letters}]`;
  });
}
