/**
 * Where do words in a row stand in a text? A name like `handleRequest` is a word, and so is each of its parts. Pure.
 */
import { isCamelBorder } from './camel.js';
import type { FoldedText } from './fold.js';
import { LETTER, RUN_MARK } from './letters.js';
import {
  classAt,
  classBefore,
  isAlphanumeric,
  isEscapeLetter,
  isParted,
  MAX_PARTED,
  nextPiece,
  partEnd,
  tokenAround,
  tokenEnd,
} from './split.js';

/** Whether a piece may begin here. */
export function isBegin(folded: FoldedText, at: number, isRun: boolean): boolean {
  const { text } = folded;
  const kind = classAt(text, at);
  if (isRun || !isAlphanumeric(kind)) return kind !== RUN_MARK;
  const before = classBefore(text, at);
  if (!isAlphanumeric(before)) return true;
  if (isEscapeLetter(text, at - 1)) return true;
  if (before !== kind) return isParted(text, at);
  return kind === LETTER && isCamelBorder(folded.original, folded.toStart(at)) && tokenAround(text, at) !== undefined;
}

/** Where a word may end that begins here: the end of the token or of its part, or of a part of a name. */
export function wordEnds(folded: FoldedText, at: number): number[] {
  const { text } = folded;
  const kind = classAt(text, at);
  if (!isAlphanumeric(kind)) return [nextPiece(text, at)?.end ?? at + 1];
  const end = partEnd(text, at);
  const part = camelEnd(folded, at, end);
  return part === undefined ? [end] : [end, part];
}

/** @returns undefined when there is no border before `end`. */
function camelEnd(folded: FoldedText, start: number, end: number): number | undefined {
  if (end - start > MAX_PARTED) return undefined;
  const shift = folded.toStart(start) - start;
  const isAsWritten = folded.toEnd(end) - end === shift;
  for (let at = start + 1; at < end; at++)
    if (isCamelBorder(folded.original, isAsWritten ? at + shift : folded.toStart(at))) return at;
  return undefined;
}

/** Whether the letters of a run stand here, and no mark follows that belongs to the last of them. */
export function isRunAt({ text }: FoldedText, at: number, run: string): boolean {
  return text.startsWith(run, at) && classAt(text, at + run.length) !== RUN_MARK;
}

/** Where the word after the one that ends here begins; the length of the text when there is none. */
export function nextBegin({ text }: FoldedText, end: number): number {
  return nextPiece(text, end)?.start ?? text.length;
}

/** Where the text may be cut after this place without cutting a word. */
export function wordEnd({ text }: FoldedText, at: number): number {
  return tokenEnd(text, at);
}
