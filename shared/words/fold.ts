/**
 * Text → the same text in the letters of the index, and where in the text each of them stands. Everything that compares
 * words begins with it: what is written into the index, a query, a name, a text for its snippet. Pure.
 *
 * NFKC; no case, no accents in Latin, Greek and Cyrillic; letters that people take for the same are the same; what has
 * no width vanishes. Escapes are what they stand for: `\u00fc`, `%C3%BC`, `%20`, colours of a terminal.
 */
import { foldCharacter, foldUnits, isJoined, mayBeEscape } from './letters.js';

/** What stands for other characters. */
const ESCAPE =
  /(?:%[0-9a-f]{2})+|(?:\x1b|\\(?:u001b|x1b|033|e))\[[0-9;?]*[a-z]|(?:\\u[0-9a-f]{4})+|(?:\\x[0-9a-f]{2})+/iy;
const NEEDS_FOLDING = /[^\0-\x7f]|%[0-9a-f]{2}|\x1b\[|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|033\[|e\[)/i;

/** What is no letter of ASCII that only loses its case. */
const SPECIAL = /[^\0-\x7f]|[%\\\x1b]/g;

/** Folded text that has been made longer or shorter: [start, end) of it stands for [from, to) of the text. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  to: number;
}

export class FoldedText {
  constructor(
    readonly original: string,
    readonly text: string,
    private readonly changes: readonly Change[] = [],
    private readonly isPlain = false,
  ) {}

  /** The original in lower case. */
  get lower(): string {
    return this.isPlain ? this.text : this.original.toLowerCase();
  }

  /** Where in the original the character at this place begins. */
  toStart(at: number): number {
    const change = this.#lastBefore(at + 1);
    if (!change) return at;
    return at < change.end ? change.from : change.to + at - change.end;
  }

  /** Where in the original ends what ends before this place. */
  toEnd(at: number): number {
    const change = this.#lastBefore(at);
    if (!change) return at;
    return at < change.end ? change.to : change.to + at - change.end;
  }

  /** The last change that begins before this place. */
  #lastBefore(at: number): Change | undefined {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle] as Change).start < at) low = middle + 1;
      else high = middle;
    }
    return this.changes[low - 1];
  }
}

export function foldText(original: string): FoldedText {
  if (!NEEDS_FOLDING.test(original)) return new FoldedText(original, original.toLowerCase(), [], true);
  return new Folding(original).result();
}

/** Units are gathered as numbers: strings that grow cost several times as much. */
class Folding {
  #units: Uint16Array;
  /** The same memory. */
  #bytes: Buffer;
  #length = 0;
  #done = 0;
  readonly #changes: Change[] = [];

  constructor(private readonly original: string) {
    this.#units = new Uint16Array(original.length + 16);
    this.#bytes = Buffer.from(this.#units.buffer);
  }

  result(): FoldedText {
    const { original } = this;
    while (this.#done < original.length) {
      this.#fewUnits();
      if (this.#done < original.length) this.#next();
    }
    const text = this.#bytes.toString('utf16le', 0, this.#length * 2);
    return new FoldedText(original, text, this.#changes);
  }

  #fewUnits(): void {
    const { original } = this;
    this.#makeRoom(original.length - this.#done);
    const end = foldUnits(original, this.#done, this.#units, this.#length);
    this.#length += end - this.#done;
    this.#done = end;
  }

  #next(): void {
    const unit = this.original.charCodeAt(this.#done);
    if (unit >= 0x80) this.#letter(unit);
    else if (!mayBeEscape(unit)) this.#plain();
    else if (!this.#isEscape()) this.#put(this.original.charAt(this.#done), this.#done + 1);
  }

  /** What stands in a row is taken at once. */
  #plain(): void {
    const { original } = this;
    SPECIAL.lastIndex = this.#done;
    const end = SPECIAL.exec(original)?.index ?? original.length;
    this.#append(original.slice(this.#done, end).toLowerCase());
    this.#done = end;
  }

  /** @returns whether one was there; then it is done. */
  #isEscape(): boolean {
    ESCAPE.lastIndex = this.#done;
    const source = ESCAPE.exec(this.original)?.[0];
    const decoded = source && unescaped(source);
    if (source === undefined || decoded === undefined) return false;
    this.#put(foldText(decoded).text, this.#done + source.length);
    return true;
  }

  #letter(unit: number): void {
    const end = characterEnd(this.original, this.#done);
    const folded = this.#character(end);
    if (folded === '' && this.#length > 0 && isJoined(unit)) this.#join(end);
    else this.#put(folded, end);
  }

  #character(end: number): string {
    const { original } = this;
    return nasalBefore(original, this.#done, end) ?? foldCharacter(original.slice(this.#done, end));
  }

  /** An accent belongs to the letter before it. */
  #join(to: number): void {
    const end = this.#length;
    const last = this.#changes.at(-1);
    if (last && last.end === end && last.start < end) last.to = to;
    else this.#changes.push({ start: end - 1, end, from: this.#done - 1, to });
    this.#done = to;
  }

  #put(folded: string, to: number): void {
    const start = this.#length;
    this.#append(folded);
    if (folded.length !== to - this.#done) this.#changes.push({ start, end: this.#length, from: this.#done, to });
    this.#done = to;
  }

  #append(text: string): void {
    this.#makeRoom(text.length);
    if (text.length > FEW) this.#bytes.write(text, this.#length * 2, 'utf16le');
    else for (let i = 0; i < text.length; i++) this.#units[this.#length + i] = text.charCodeAt(i);
    this.#length += text.length;
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#units.length) return;
    const units = new Uint16Array(2 * this.#units.length + more);
    units.set(this.#units);
    this.#units = units;
    this.#bytes = Buffer.from(units.buffer);
  }
}

/** So few units are written faster one by one. */
const FEW = 16;

/** Where the character with its marks ends. A mark may follow a letter of ASCII: then it is one of its own. */
function characterEnd(text: string, start: number): number {
  let end = start + unitsAt(text, start);
  while (end < text.length && isJoined(text.codePointAt(end) as number)) end += unitsAt(text, end);
  return end;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
}

/** In Devanagari a nasal before a letter of its own row is also written as a dot: हिन्दी, हिंदी. */
const NASAL_ROWS: Readonly<Record<string, readonly [first: number, last: number]>> = {
  ङ्: [0x915, 0x918],
  ञ्: [0x91a, 0x91d],
  ण्: [0x91f, 0x922],
  न्: [0x924, 0x927],
  म्: [0x92a, 0x92d],
};
const ANUSVARA = '\u0902';

function nasalBefore(text: string, start: number, end: number): string | undefined {
  const row = end - start === 2 ? NASAL_ROWS[text.slice(start, end)] : undefined;
  const next = text.charCodeAt(end);
  return row && next >= row[0] && next <= row[1] ? ANUSVARA : undefined;
}

/** @returns undefined for what only looks like an escape. */
function unescaped(source: string): string | undefined {
  if (/\[[^[]*$/.test(source)) return '';
  if (source.startsWith('\\u'))
    return source.replace(/\\u(....)/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const bytes = Buffer.from(source.replace(/%|\\x/gi, ''), 'hex');
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  return source.startsWith('%') ? undefined : bytes.toString('latin1');
}
