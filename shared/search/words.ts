/**
 * Text → words, by the rules of the index (`unicode61 remove_diacritics 2`, then `porter`), for everything that
 * compares a query with a name, a title or a text outside of SQLite. `foldText` keeps every UTF-16 unit at its place.
 *
 * find-text starts anew for every query, so what costs a millisecond before it is warm is avoided: compiling \p{L},
 * loops over long texts.
 */
import { stem } from './stem.js';

/** A word of a text: folded, and where it stands, in UTF-16 units. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const NOT_ASCII = /[^\0-\x7f]/;
const ASCII_WORDS = /[a-z0-9]+/g;
const COMBINING = /[\u0300-\u036f]/g;

/** What folding changes beyond toLowerCase(): Latin letters with diacritics, and four old letters. */
const FOLDABLE = /[\u00b5\u00e0-\u024f\u03c2\u1e00-\u1eff]/g;
const FOLDED: Readonly<Record<string, string>> = { ς: 'σ', µ: 'μ', ſ: 's', ẛ: 's' };

/** Lower case, without the diacritics of Latin letters. The result has the length of `text`. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  // İ alone becomes two units.
  const sameLength = lower.length === text.length ? lower : text.replace(/\u0130/g, 'i').toLowerCase();
  return sameLength.replace(FOLDABLE, foldLetter);
}

export function wordSpans(text: string): WordSpan[] {
  const folded = foldText(text);
  const spans: WordSpan[] = [];
  for (let start = nextWord(folded, 0); start < folded.length; ) {
    const end = wordEnd(folded, start);
    const word = withoutMarks(folded.slice(start, end));
    if (word !== '') spans.push({ word, start, end });
    start = nextWord(folded, end);
  }
  return spans;
}

/** Folded words in order: `Résumé-v2.doc` → resume, v2, doc. */
export function toWords(text: string): string[] {
  if (NOT_ASCII.test(text)) return wordSpans(text).map(({ word }) => word);
  return text.toLowerCase().match(ASCII_WORDS) ?? [];
}

/** The terms the index has for this text, in order. */
export function toTerms(text: string): string[] {
  return toWords(text).map(stem);
}

export function hasWord(text: string): boolean {
  return toWords(text).length > 0;
}

/** @returns where the word that holds `from` ends. */
export function wordEnd(folded: string, from: number): number {
  let end = from;
  for (let length = wordUnitsAt(folded, end); length > 0; length = wordUnitsAt(folded, end)) end += length;
  return end;
}

/** @returns where the next word begins; the length of the text when there is none. */
export function nextWord(folded: string, from: number): number {
  let start = from;
  while (start < folded.length && wordUnitsAt(folded, start) === 0) start++;
  return start;
}

/** Whether the character before `at` is part of a word. */
export function isInWord(folded: string, at: number): boolean {
  if (at === 0) return false;
  const isPair = isLowHalf(folded.charCodeAt(at - 1)) && at > 1;
  return wordUnitsAt(folded, isPair ? at - 2 : at - 1) > 0;
}

/**
 * How many units of a word the character at this place is: 0, 1 or 2. In folded text no letter of ASCII is a capital.
 */
function wordUnitsAt(folded: string, at: number): number {
  if (at >= folded.length) return 0;
  const unit = folded.charCodeAt(at);
  if (unit < 0x80) return (unit >= 0x61 ? unit <= 0x7a : unit >= 0x30 && unit <= 0x39) ? 1 : 0;
  if (unit >= 0xd800 && unit < 0xdc00) return isRareLetter(folded.codePointAt(at) as number) ? 2 : 0;
  return (wordUnits[unit] || rememberWordUnit(unit)) === 2 ? 1 : 0;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Letters written with a separate accent: SQLite leaves the accent out of the term. */
export function withoutMarks(word: string): string {
  return word.replace(COMBINING, '');
}

/** 0 not looked at yet, 1 no, 2 part of a word. */
const wordUnits = new Uint8Array(0x10000);

function rememberWordUnit(unit: number): number {
  const isWord = isCommonLetter(unit) || (!isCommonSign(unit) && isRareLetter(unit));
  wordUnits[unit] = isWord ? 2 : 1;
  return wordUnits[unit] as number;
}

/** Latin but × and ÷; combining accents; kana and common Chinese characters. */
function isCommonLetter(unit: number): boolean {
  if (unit >= 0xc0 && unit < 0x370) return unit !== 0xd7 && unit !== 0xf7 && !(unit >= 0x2b0 && unit < 0x300);
  return unit >= 0x4e00 && unit < 0x9fa6;
}

/** Dashes, quotes, arrows, boxes. */
function isCommonSign(unit: number): boolean {
  return unit >= 0x2000 && unit < 0x2070;
}

function isRareLetter(codePoint: number): boolean {
  return /[\p{L}\p{N}\p{Co}]/u.test(String.fromCodePoint(codePoint));
}

const foldedLetters = new Map<string, string>();

function foldLetter(letter: string): string {
  let folded = foldedLetters.get(letter);
  if (folded === undefined) {
    const [base = letter, ...marks] = (FOLDED[letter] ?? letter).normalize('NFD');
    folded = marks.length === 0 || (base >= 'a' && base <= 'z') ? base : letter;
    foldedLetters.set(letter, folded);
  }
  return folded;
}
