/**
 * Folded text → pieces: words, and runs of letters in scripts that put no blanks between words. Pure.
 *
 * A border between letters and digits parts a word (`01T12`, `v2`, `10px`), but not one of many borders (`9f86d081`).
 * `++` and `#` behind a name are a word: C++, C#. The letter of an escape too: `\nbar` is n and bar.
 */
import { classOf, DIGIT, LETTER, NONE, RUN, RUN_MARK, SIGN } from './letters.js';

/** What stands between `start` and `end` of a folded text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Its letters are looked for one after the other, wherever they stand in it. */
  readonly isRun: boolean;
}

/** Longer ones are not parted. */
export const MAX_PARTED = 64;
/** So many borders part any word; more only when no digit stands alone: `1920x1080p60`, `20260501T123456Z`. */
const FEW_BORDERS = 2;
const MANY_BORDERS = 6;

export function* pieces(folded: string): Generator<Piece> {
  for (let piece = nextPiece(folded, 0); piece; piece = nextPiece(folded, piece.end)) yield piece;
}

/** The piece that begins here, or the next one. */
export function nextPiece(folded: string, from: number): Piece | undefined {
  for (let at = from; at < folded.length; at += unitsAt(folded, at)) {
    const piece = pieceAt(folded, at);
    if (piece) return piece;
  }
  return undefined;
}

/** @param start  where one may begin. @returns undefined when there is none. */
function pieceAt(folded: string, start: number): Piece | undefined {
  const kind = classAt(folded, start);
  if (isAlphanumeric(kind)) return { start, end: partEnd(folded, start), isRun: false };
  if (isOfRun(kind)) return { start, end: runEnd(folded, start), isRun: true };
  if (kind === SIGN) return { start, end: start + unitsAt(folded, start), isRun: false };
  const length = signLength(folded, start);
  return length > 0 ? { start, end: start + length, isRun: false } : undefined;
}

/** The end of letters and digits in a row, with the marks that are in words. */
export function tokenEnd(folded: string, from: number, most = folded.length): number {
  let end = from;
  while (end < most && isAlphanumeric(classAt(folded, end))) end += unitsAt(folded, end);
  return end;
}

/** Where the word ends that begins here: at the end of the token, or at a border in it. */
export function partEnd(folded: string, start: number): number {
  const kind = classAt(folded, start);
  let at = start;
  while (classAt(folded, at) === kind) at += unitsAt(folded, at);
  if (isEscape(folded, start)) return start + 1;
  const isWhole = !isAlphanumeric(classAt(folded, at)) && !isAlphanumeric(classBefore(folded, start));
  return isWhole || isParted(folded, start) ? at : tokenEnd(folded, at);
}

/** Whether the token that holds this place is parted where letters and digits meet. */
export function isParted(folded: string, at: number): boolean {
  const token = tokenAround(folded, at);
  return token !== undefined && hasBorders(folded, token.start, token.end);
}

/** @returns undefined when it is too long to be parted. */
export function tokenAround(folded: string, at: number): { start: number; end: number } | undefined {
  const start = tokenStart(folded, at);
  const end = tokenEnd(folded, at, at + MAX_PARTED + 1);
  return end - start <= MAX_PARTED ? { start, end } : undefined;
}

function tokenStart(folded: string, from: number): number {
  let start = from;
  while (from - start <= MAX_PARTED && isAlphanumeric(classBefore(folded, start))) start -= unitsBefore(folded, start);
  return start < from && isEscape(folded, start) ? start + 1 : start;
}

function hasBorders(folded: string, start: number, end: number): boolean {
  const borders = new BorderCount();
  for (let at = start; at < end; at += unitsAt(folded, at))
    borders.add(folded.charCodeAt(at), classAt(folded, at) === DIGIT);
  return borders.isParting();
}

const [ZERO, LETTER_A, LETTER_F, LETTER_X] = [0x30, 0x61, 0x66, 0x78];

/** Counts where letters and digits meet in a token, a character at a time. */
export class BorderCount {
  #borders = 0;
  /** Digits in a row, up to the last character. */
  #digits = 0;
  #isAlone = false;
  #length = 0;
  #first = 0;
  #letters = 0;
  #isHex = true;
  #isPrefixed = false;

  /** @param unit  in lower case. */
  add(unit: number, isDigit: boolean): void {
    if (this.#length > 0 && isDigit !== this.#digits > 0) this.#border();
    this.#digits = isDigit ? this.#digits + 1 : 0;
    if (!isDigit) this.#letter(unit);
    if (this.#length === 0) this.#first = unit;
    this.#length++;
  }

  isParting(): boolean {
    if (this.#isHex && !this.#isModel && !this.#isShort) return false;
    if (this.#borders <= FEW_BORDERS) return this.#borders > 0;
    return this.#borders <= MANY_BORDERS && !this.#isAlone && this.#digits !== 1;
  }

  /** B12, A380: a digest or a byte in hexadecimal is not. */
  get #isModel(): boolean {
    return this.#letters === 1 && this.#first >= LETTER_A && this.#length > 2;
  }

  /** `11ac` is a standard rather than a number. */
  get #isShort(): boolean {
    return this.#borders === 1 && !this.#isPrefixed && (this.#length === 3 || this.#length === 4);
  }

  #border(): void {
    this.#borders++;
    this.#isAlone ||= this.#digits === 1;
  }

  /** The x of 0x1f is part of the number. */
  #letter(unit: number): void {
    this.#letters++;
    const isX = unit === LETTER_X && this.#length === 1 && this.#first === ZERO;
    if (isX) this.#isPrefixed = true;
    else if (unit < LETTER_A || unit > LETTER_F) this.#isHex = false;
  }
}

export function runEnd(folded: string, from: number): number {
  let end = from;
  while (end < folded.length && isOfRun(classAt(folded, end))) end += unitsAt(folded, end);
  return end;
}

/** The letters of a run, each with its marks. */
export function clusters(run: string): string[] {
  const found: string[] = [];
  for (const character of run) {
    const isMark = classOf(character.codePointAt(0) as number) === RUN_MARK;
    if (isMark && found.length > 0) found[found.length - 1] += character;
    else found.push(character);
  }
  return found;
}

/** The first letter behind a backslash, when it is one that stands for a border. */
export function isEscapeLetter(folded: string, at: number): boolean {
  if (folded.charCodeAt(at - 1) !== BACKSLASH) return false;
  const unit = folded.charCodeAt(at);
  return unit === 0x6e || unit === 0x72 || unit === 0x74;
}

/**
 * Whether a word goes on behind such a letter, and it is no command of TeX, which stands behind a blank or bracket:
 * `one\ntwo`, not `{\textbf`.
 */
function isEscape(folded: string, start: number): boolean {
  if (!isEscapeLetter(folded, start) || !isAlphanumeric(classAt(folded, start + 1))) return false;
  return !BEFORE_COMMAND.includes(folded[start - 2] ?? ' ');
}

const BACKSLASH = 0x5c;
export const BEFORE_COMMAND = ' \t\r\n{}[]($&~^_\\';

const PLUS = 0x2b;
const HASH = 0x23;
/** What follows `i++` in a program. */
const AFTER_INCREMENT = ')];=+-&|<>*/';

/** Of `++` and `#` that belong to the name before them: 2 or 1, else 0. */
function signLength(folded: string, at: number): number {
  const unit = folded.charCodeAt(at);
  if (unit !== PLUS && unit !== HASH) return 0;
  const name = nameBefore(folded, at);
  return unit === HASH ? hashLength(folded, at, name) : plusLength(folded, at, name);
}

/** C#, F#. */
function hashLength(folded: string, at: number, name: string): number {
  const next = folded.charCodeAt(at + 1);
  const isEnd = next !== HASH && classOf(next || 0x20) === NONE;
  return name.length === 1 && isEnd ? 1 : 0;
}

/** C++, C++17, g++, Notepad++; not x++. */
function plusLength(folded: string, at: number, name: string): number {
  if (name === '' || folded.charCodeAt(at + 1) !== PLUS) return 0;
  const next = folded[at + 2] ?? ' ';
  const isName = name === 'c' || (!AFTER_INCREMENT.includes(next) && classAt(folded, at + 2) !== LETTER);
  return isName ? 2 : 0;
}

const MAX_NAME = 10;

/** The letters of ASCII before this place, when they are a whole token. */
function nameBefore(folded: string, at: number): string {
  let start = at;
  while (at - start <= MAX_NAME && classBefore(folded, start) === LETTER) start--;
  const isWhole = at - start <= MAX_NAME && !isAlphanumeric(classBefore(folded, start));
  return isWhole ? folded.slice(start, at) : '';
}

export function isAlphanumeric(kind: number): boolean {
  return kind === LETTER || kind === DIGIT;
}

function isOfRun(kind: number): boolean {
  return kind === RUN || kind === RUN_MARK;
}

export function classAt(folded: string, at: number): number {
  if (at >= folded.length) return NONE;
  const unit = folded.charCodeAt(at);
  if (unit < 0xd800 || unit >= 0xdc00) return classOf(unit);
  return classOf(folded.codePointAt(at) as number);
}

export function classBefore(folded: string, at: number): number {
  return at > 0 ? classAt(folded, at - unitsBefore(folded, at)) : NONE;
}

function unitsAt(folded: string, at: number): number {
  const unit = folded.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00 && at + 1 < folded.length ? 2 : 1;
}

function unitsBefore(folded: string, at: number): number {
  const unit = folded.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit < 0xe000 && at > 1 ? 2 : 1;
}
