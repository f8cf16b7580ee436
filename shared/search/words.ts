/**
 * Text → words, by the rules of the index (`unicode61 remove_diacritics 2`, then `porter`), for everything that compares
 * a query with a name, a title or a text outside of SQLite. `foldText` keeps every UTF-16 unit at its place.
 */
import { stem } from './stem.js';

/** A word of a text: folded, and where it stands, in UTF-16 units. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const ASCII_WORDS = /[a-z0-9]+/g;
const WORDS = /(?:[\p{L}\p{N}\p{Co}]|[\u0300-\u036f])+/gu;
const COMBINING = /[\u0300-\u036f]/g;
const NOT_ASCII = /[^\0-\x7f]/;

/** What SQLite folds and toLowerCase() does not. */
const FOLDED: Readonly<Record<string, string>> = { ς: 'σ', µ: 'μ', ſ: 's' };

/** Lower case, without the diacritics of Latin letters. The result has the length of `text`. */
export function foldText(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = foldUnit(text.charCodeAt(i));
  return Buffer.from(units.buffer).toString('utf16le');
}

export function wordSpans(text: string): WordSpan[] {
  const folded = foldText(text);
  const pattern = NOT_ASCII.test(folded) ? WORDS : ASCII_WORDS;
  return Array.from(folded.matchAll(pattern), (match) => {
    const word = pattern === WORDS ? withoutMarks(match[0]) : match[0];
    return { word, start: match.index, end: match.index + match[0].length };
  }).filter((span) => span.word !== '');
}

/** Folded words in order: `Résumé-v2.doc` → resume, v2, doc. */
export function toWords(text: string): string[] {
  const folded = foldText(text);
  if (!NOT_ASCII.test(folded)) return folded.match(ASCII_WORDS) ?? [];
  return (folded.match(WORDS) ?? []).map(withoutMarks).filter((word) => word !== '');
}

/** The terms the index has for this text, in order. */
export function toTerms(text: string): string[] {
  return toWords(text).map(stem);
}

export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}\p{Co}]/u.test(text);
}

/** Letters written with a separate accent: SQLite leaves the accent out of the term. */
export function withoutMarks(word: string): string {
  return word.replace(COMBINING, '');
}

const foldedUnits = new Uint16Array(0x10000);

function foldUnit(unit: number): number {
  return foldedUnits[unit] || rememberFolded(unit);
}

function rememberFolded(unit: number): number {
  const folded = foldCharacter(String.fromCharCode(unit)).charCodeAt(0);
  foldedUnits[unit] = folded;
  return folded;
}

function foldCharacter(character: string): string {
  const lower = character.toLowerCase();
  const single = FOLDED[character] ?? (lower.length === 1 ? lower : character);
  const [base = single, ...marks] = single.normalize('NFD');
  const isLatin = marks.length > 0 && base >= 'a' && base <= 'z' && marks.every((mark) => /\p{M}/u.test(mark));
  return isLatin ? base : single;
}
