/**
 * Text → what the full-text tables are given of it. They part it at whatever is no letter or digit of ASCII and keep
 * all other letters as they are. So the words that SQLite sees are those of words.ts. Pure.
 *
 * Nearly all text is ASCII and stays as it is, but for some borders: that is done on the bytes. The rest goes through
 * words.ts, from blank to blank.
 */
import { ByteOutput } from './byte-output.js';
import { foldText } from './fold.js';
import { MAX_PART } from './marked-parts.js';
import { camelForm, escapeForms, joinedForms, otherForms } from './other-forms.js';
import { putWords } from './put-words.js';
import { BEFORE_COMMAND, BorderCount, MAX_PARTED } from './split.js';
import { toWords } from './words.js';

export interface IndexForm {
  /** Words in order. */
  readonly text: Uint8Array;
  /** Other ways to write some of them, in no order. */
  readonly others: string;
}

/**
 * @param bytes  UTF-8.
 * @param output  where the words are put: they are overwritten when it is used again.
 */
export function indexForm(bytes: Uint8Array, output = new ByteOutput()): IndexForm {
  return new Former(bytes, bytes.length / OTHERS_SHARE + OTHERS_BYTES, output).form();
}

/** The same without other ways to write the words. */
export function wordsForm(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? bytes : new Former(bytes, 0, new ByteOutput()).form().text;
}

/** The words of a short text. */
export function indexWords(text: string): string {
  return toWords(text).join(' ');
}

const LOWER = 0;
const UPPER = 1;
const DIGIT = 2;
/** No part of a word; this one and those that follow. */
const OTHER = 3;
/** It may join the words around it. */
const JOINT = 4;
/** More than a letter of ASCII, or what may begin an escape or be part of a name. */
const SPECIAL = 5;
const KINDS = new Uint8Array(256).fill(OTHER).fill(SPECIAL, 0x80);
for (let byte = 0x61; byte <= 0x7a; byte++) KINDS[byte] = LOWER;
for (let byte = 0x41; byte <= 0x5a; byte++) KINDS[byte] = UPPER;
for (let byte = 0x30; byte <= 0x39; byte++) KINDS[byte] = DIGIT;

const [TAB, LINE_FEED, RETURN, BLANK, TERMINAL] = [0x09, 0x0a, 0x0d, 0x20, 0x1b];
const [PERCENT, BACKSLASH, PLUS, HASH] = [0x25, 0x5c, 0x2b, 0x23];
const [APOSTROPHE, HYPHEN, DOT, SLASH, COMMA, UNDERSCORE] = [0x27, 0x2d, 0x2e, 0x2f, 0x2c, 0x5f];
for (const byte of [TERMINAL, PERCENT, BACKSLASH, PLUS, HASH]) KINDS[byte] = SPECIAL;
for (const byte of [APOSTROPHE, HYPHEN, DOT, SLASH, COMMA, UNDERSCORE]) KINDS[byte] = JOINT;

/** So many bytes of ASCII between two other letters are looked at with them. */
const NEAR_BYTES = 48;
/** Other forms take no more room than this share of a text and as much again as fits a page. */
const OTHERS_SHARE = 4;
const OTHERS_BYTES = 64 * 1024;

class Former {
  readonly #others = new Set<string>();
  readonly #known = new Set<string>();
  readonly #borders: number[] = [];
  /** Up to here everything is in the output. */
  #done = 0;
  #joinedUntil = 0;
  #room: number;

  /** @param room  for other forms, in bytes. */
  constructor(
    private readonly bytes: Uint8Array,
    room: number,
    private readonly output: ByteOutput,
  ) {
    this.#room = room;
    output.begin(bytes.length);
  }

  form(): IndexForm {
    this.#scan();
    this.#flush(this.bytes.length);
    return { text: this.output.result(), others: [...this.#others].join(' ') };
  }

  /** Nearly all words are of one kind, with a blank behind them: nothing is to do there. */
  #scan(): void {
    const { bytes } = this;
    const end = bytes.length;
    for (let at = 0; at < end; ) {
      const kind = KINDS[bytes[at] as number] as number;
      if (kind >= OTHER) {
        at = kind === SPECIAL && this.#isSpecial(at) ? this.#special(at) : at + 1;
        continue;
      }
      const start = at++;
      const rest = kind === DIGIT ? DIGIT : LOWER;
      while (at < end && KINDS[bytes[at] as number] === rest) at++;
      const isPlain = (at === end || KINDS[bytes[at] as number] === OTHER) && bytes[start - 1] !== BACKSLASH;
      if (!isPlain) at = this.#look(start);
    }
  }

  /** At a token of several kinds, or with a sign beside it. @returns where it ends. */
  #look(start: number): number {
    const { bytes } = this;
    let isMixed = false;
    let isCamel = false;
    let before = KINDS[bytes[start] as number] as number;
    let at = start + 1;
    for (; at < bytes.length; at++) {
      const kind = KINDS[bytes[at] as number] as number;
      if (kind === before) continue;
      if (kind >= OTHER) break;
      if (kind === DIGIT || before === DIGIT) isMixed = true;
      else isCamel ||= kind === UPPER || (at - 2 >= start && KINDS[bytes[at - 2] as number] === UPPER);
      before = kind;
    }
    const isPart = at < bytes.length && KINDS[bytes[at] as number] === SPECIAL && this.#isSpecial(at);
    if (!isPart) this.#token(start, at, isMixed, isCamel);
    return at;
  }

  #isSpecial(at: number): boolean {
    const { bytes } = this;
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === TERMINAL) return true;
    const next = bytes[at + 1] as number;
    if (byte === PERCENT) return isHex(next) && isHex(bytes[at + 2]);
    if (byte === BACKSLASH) return ESCAPES.includes(next);
    const before = KINDS[bytes[at - 1] as number];
    const isName = before === LOWER || before === UPPER;
    return isName && (byte === HASH || (next === PLUS && !this.#isIncrement(at)));
  }

  /** `i++;` stands in many programs. */
  #isIncrement(at: number): boolean {
    const [before, after] = [this.bytes[at - 1], this.bytes[at + 2]];
    return (after === 0x29 || after === 0x3b || after === 0x5d) && before !== 0x63 && before !== 0x43;
  }

  /** From the blank before it to one behind it. @returns where it ends. */
  #special(at: number): number {
    const { bytes } = this;
    const from = this.#blankBefore(at);
    this.#flush(from);
    const to = this.#specialEnd(at);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
    this.output.put(ONE_BLANK);
    putWords(foldText(text).text, this.output);
    this.output.put(ONE_BLANK);
    if (this.#room > 0) for (const form of otherForms(text)) this.#add(form);
    this.#done = to;
    return to;
  }

  #blankBefore(at: number): number {
    const least = Math.max(this.#done, at - MAX_PART);
    let from = at;
    while (from > least && !isBlank(this.bytes[from - 1])) from--;
    return from;
  }

  #specialEnd(at: number): number {
    const { bytes } = this;
    let last = at;
    let end = at;
    while (end < bytes.length && (end - last < NEAR_BYTES || !isBlank(bytes[end]))) {
      if (this.#isLong(at, end)) return end;
      if ((bytes[end] as number) >= 0x80) last = end;
      end++;
    }
    return end;
  }

  /** A text of megabytes goes in pieces, from blank to blank where there is one: it needs much memory. */
  #isLong(at: number, end: number): boolean {
    if (end - at < MAX_PART) return false;
    const byte = this.bytes[end] as number;
    return isBlank(byte) || (end - at >= 2 * MAX_PART && (byte & 0xc0) !== 0x80);
  }

  #token(start: number, end: number, isMixed: boolean, isCamel: boolean): void {
    const { bytes } = this;
    const from = bytes[start - 1] === BACKSLASH && this.#isEscape(start, end) ? this.#escape(start, end) : start;
    if (isMixed && end - from <= MAX_PARTED) this.#part(from, end);
    if (isCamel && end - start <= MAX_PARTED) this.#camel(start, end);
    if (KINDS[bytes[end] as number] === JOINT && end >= this.#joinedUntil && this.#mayBeJoined(start, end))
      this.#joined(start);
  }

  #isEscape(start: number, end: number): boolean {
    const first = this.bytes[start];
    const isOne = first === 0x6e || first === 0x72 || first === 0x74;
    return isOne && end - start > 1;
  }

  /** @returns where the word behind the letter begins; the same place when it is no escape. */
  #escape(start: number, end: number): number {
    const { bytes } = this;
    for (const form of escapeForms(`\\${this.#text(start, end)}`)) this.#add(form);
    const isCommand = start < 2 || BEFORE_COMMAND.includes(String.fromCharCode(bytes[start - 2] as number));
    if (isCommand) return start;
    this.#borders.push(start + 1);
    return start + 1;
  }

  #part(start: number, end: number): void {
    const { bytes } = this;
    const count = new BorderCount();
    for (let at = start; at < end; at++) count.add((bytes[at] as number) | 0x20, KINDS[bytes[at] as number] === DIGIT);
    if (!count.isParting()) return;
    for (let at = start + 1; at < end; at++) if (this.#isBorder(at)) this.#borders.push(at);
  }

  #isBorder(at: number): boolean {
    return (KINDS[this.bytes[at] as number] === DIGIT) !== (KINDS[this.bytes[at - 1] as number] === DIGIT);
  }

  #camel(start: number, end: number): void {
    const token = this.#text(start, end);
    if (this.#isNew(token)) for (const form of camelForm(token)) this.#add(form);
  }

  #mayBeJoined(start: number, end: number): boolean {
    const { bytes } = this;
    const next = KINDS[bytes[end + 1] as number] as number;
    const kind = KINDS[bytes[end - 1] as number] as number;
    switch (bytes[end]) {
      case APOSTROPHE:
        return isWord(next) && (kind === DIGIT) === (next === DIGIT);
      case HYPHEN:
        return next === LOWER && end - start <= 3 && bytes[start - 1] !== HYPHEN;
      case DOT:
        return (end - start === 1 && kind !== DIGIT) || isProduct(bytes, end);
      case SLASH:
        return kind === UPPER && next === UPPER && end - start <= 4;
      default:
        return kind === DIGIT && next === DIGIT && end - start <= 3;
    }
  }

  /** From blank to blank. */
  #joined(at: number): void {
    const { bytes } = this;
    const from = this.#blankBefore(at);
    let end = at;
    while (end < bytes.length && !isBlank(bytes[end])) end++;
    this.#joinedUntil = end;
    for (let piece = from; piece < end; piece += MAX_PART) {
      const text = this.#text(piece, Math.min(piece + MAX_PART, end));
      if (this.#isNew(text)) for (const form of joinedForms(text)) this.#add(form);
    }
  }

  #isNew(text: string): boolean {
    return this.#room > 0 && this.#known.size !== this.#known.add(text).size;
  }

  #add(form: string): void {
    if (this.#others.has(form) || this.#room < form.length) return;
    this.#room -= form.length + 1;
    this.#others.add(form);
  }

  #text(from: number, to: number): string {
    const { bytes } = this;
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  }

  /** What was looked at up to here, with a blank at each border. */
  #flush(to: number): void {
    const { bytes } = this;
    for (const border of this.#borders) {
      if (border >= to) break;
      this.output.put(bytes, this.#done, border);
      this.output.put(ONE_BLANK);
      this.#done = border;
    }
    this.#borders.length = 0;
    if (to > this.#done) this.output.put(bytes, this.#done, to);
    this.#done = to;
  }
}

const ONE_BLANK = new Uint8Array([BLANK]);
/** u, U, x, X, e, E, 0 */
const ESCAPES = [0x75, 0x55, 0x78, 0x58, 0x65, 0x45, 0x30];

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === LINE_FEED || byte === TAB || byte === RETURN;
}

function isWord(kind: number): boolean {
  return kind === LOWER || kind === UPPER || kind === DIGIT;
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return KINDS[byte] === DIGIT || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}

/** `.js`, `.NET` */
function isProduct(bytes: Uint8Array, dot: number): boolean {
  const next = bytes[dot + 1] as number;
  return next === 0x6a || next === 0x4a || next === 0x4e;
}
