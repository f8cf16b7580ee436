/**
 * The words of a text, as the index has them: everything that compares words outside of SQLite asks here. Pure.
 *
 *   Résumé-v2.doc → resume, v, 2, doc        東京都 → 東京, 京都, 都
 *
 * A run of letters without blanks gives a word for every two of them, and one for the last: any part of it is some of
 * these words in a row.
 */
import { foldText } from './fold.js';
import { LetterPattern } from './letter-pattern.js';
import { clusters, type Piece, pieces } from './split.js';

/** A word of a text, and where it stands, in UTF-16 units. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const NEEDS_FOLDING = /[^\0-\x7f]|[%\\+#]|\d[a-z]|[a-z]\d/i;
const ASCII_WORDS = /[a-z0-9]+/g;
const TOKENS = new LetterPattern(String.raw`[\p{L}\p{M}\p{N}]+`, 'gu');

/** Words in order. */
export function toWords(text: string): string[] {
  if (!NEEDS_FOLDING.test(text)) return text.toLowerCase().match(ASCII_WORDS) ?? [];
  return wordsOf(foldText(text).text);
}

/** Of text that is folded. */
export function wordsOf(folded: string): string[] {
  const words: string[] = [];
  for (const piece of pieces(folded)) words.push(...wordsOfPiece(folded, piece));
  return words;
}

export function wordsOfPiece(folded: string, piece: Piece): string[] {
  return piece.isRun ? pairsOf(folded, piece) : [wordOf(folded, piece)];
}

export function hasWord(text: string): boolean {
  return toWords(text).length > 0;
}

/** Up to the end of so many words; a text of fewer as it is. */
export function firstWords(text: string, most: number): string {
  const folded = foldText(text);
  let [left, end] = [most, 0];
  for (const piece of pieces(folded.text)) {
    const letters = piece.isRun ? clusters(folded.text.slice(piece.start, piece.end)) : [''];
    if (letters.length > left) {
      const lastEnd = piece.isRun && left > 0 ? piece.start + letters.slice(0, left).join('').length : end;
      return text.slice(0, folded.toEnd(lastEnd));
    }
    left -= letters.length;
    end = piece.end;
  }
  return text;
}

/** Of a piece that is no run. */
export function wordOf(folded: string, { start, end }: Piece): string {
  const text = folded.slice(start, end);
  if (text === '++') return PLUS_PLUS;
  return text === '#' ? HASH : text;
}

/** Of a run: any part of it is some of these in a row. */
function pairsOf(folded: string, { start, end }: Piece): string[] {
  const letters = clusters(folded.slice(start, end));
  return letters.map((letter, i) => letter + (letters[i + 1] ?? ''));
}

/** Letters of their own for SQLite, to which + and # are borders. No text is folded to them. */
const PLUS_PLUS = '＋＋';
const HASH = '＃';

/** Such words as one types them: the signs of `C++` and `C#` behind their name. */
export function asTyped(words: readonly string[]): string[] {
  return words.join(' ').replaceAll(` ${PLUS_PLUS}`, '++').replaceAll(` ${HASH}`, '#').split(' ');
}

/** Whether it is a word that people write and mistype. */
export function isOrdinary(word: string): boolean {
  return word !== PLUS_PLUS && word !== HASH && Array.from(pieces(word)).every(({ isRun }) => !isRun);
}

/** Letters and digits in a row, parted or not, as a person may have mistyped them: `apple2`. */
export function tokenSpans(text: string): WordSpan[] {
  return Array.from(text.matchAll(TOKENS.for(text)), ({ 0: token, index }) => ({
    word: foldText(token).text,
    start: index,
    end: index + token.length,
  }));
}

/** All words but those of runs. */
export function wordSpans(text: string): WordSpan[] {
  const folded = foldText(text);
  const spans: WordSpan[] = [];
  for (const piece of pieces(folded.text)) {
    if (piece.isRun) continue;
    spans.push({ word: wordOf(folded.text, piece), start: folded.toStart(piece.start), end: folded.toEnd(piece.end) });
  }
  return spans;
}
