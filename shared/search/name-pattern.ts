/**
 * Parts of a file's name: `*lock`, `mu*ex`, `*port*`, `m?tex`. A star stands for any letters and signs, a question mark
 * for one. A pattern fits a stretch of the name that begins and ends where a word does, unless a star stands there.
 * Pure.
 */
import { partCamel } from '../words/camel.js';
import { foldText } from '../words/fold.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { hasWord } from '../words/words.js';

/** No path, no markup, no regular expression. */
const PATTERN = new LetterPattern(String.raw`^(?!\?|.*\*\*)[\p{L}\p{M}\p{N}*?._+@#~-]+$`);
const INNER = new LetterPattern(String.raw`[*?](?=[\p{L}\p{M}\p{N}._-])`);
const REGULAR_EXPRESSION = new LetterPattern(String.raw`[\p{L}\p{N}]\.\*\p{L}`);

/** A single star at the end is the beginning of a word, which texts have, too. */
export function isNamePattern(text: string): boolean {
  return (
    PATTERN.test(text) && INNER.test(text) && !REGULAR_EXPRESSION.test(text) && hasWord(text.replace(/[*?]/g, ' '))
  );
}

/** @returns whether a name fits one of the patterns. Its time grows with the length of all, whatever they are. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map(piecesOf).map((pieces) => ({ pieces, part: longestPart(pieces) }));
  const fits = (name: string) => all.some(({ pieces, part }) => name.includes(part) && holds(name, pieces));
  return (name) => {
    if (fits(foldText(name).text)) return true;
    const parted = partCamel(name);
    return parted !== name && fits(foldText(parted).text);
  };
}

/** What has it not, does not fit: quickly seen of very many patterns. */
function longestPart(pieces: readonly string[]): string {
  const parts = pieces.flatMap((piece) => piece.split('?'));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

function piecesOf(pattern: string): string[] {
  return pattern.split(/\*+/).map((piece) =>
    piece
      .split('?')
      .map((part) => foldText(part).text)
      .join('?'),
  );
}

/** What every name has that fits. */
export function patternParts(pattern: string): string[] {
  return pattern.split(/[*?]+/).filter(Boolean);
}

/** Each piece as early as possible, which leaves most room for the next. */
function holds(name: string, pieces: readonly string[]): boolean {
  let at = 0;
  return pieces.every((piece, i) => {
    const found = piece === '' ? at : find(name, piece, at, { isFirst: i === 0, isLast: i === pieces.length - 1 });
    at = found + piece.length;
    return found >= 0;
  });
}

interface PiecePlace {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** @returns -1 when it stands nowhere. */
function find(name: string, piece: string, from: number, { isFirst, isLast }: PiecePlace): number {
  for (let at = from; at + piece.length <= name.length; at++) {
    if (!standsAt(name, piece, at) || (isFirst && !isBorder(name, at))) continue;
    if (!isLast || isBorder(name, at + piece.length)) return at;
  }
  return -1;
}

function standsAt(name: string, piece: string, at: number): boolean {
  for (let i = 0; i < piece.length; i++) {
    const letter = name[at + i] as string;
    if (piece[i] === '?' ? !LETTER.test(letter) : piece[i] !== letter) return false;
  }
  return true;
}

const LETTER = new LetterPattern(String.raw`[\p{L}\p{M}\p{N}\ud800-\udfff]`);

/** No letter stands on both sides. */
function isBorder(name: string, at: number): boolean {
  return at === 0 || at === name.length || !LETTER.test(name[at - 1] as string) || !LETTER.test(name[at] as string);
}
