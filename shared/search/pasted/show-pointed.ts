/** A file that a pasted text points to, as it is shown: with the line that is meant. */

import type { Db } from '../../store/open.js';
import type { Snippet } from '../../types.js';
import { LetterPattern } from '../../words/letter-pattern.js';
import { type CanLook, FIRST_BYTES, fileState, readLines } from '../document-text.js';
import { type ShownDocument, showDocument } from '../show-document.js';
import type { Pointed } from './find-pointed.js';

/** A line further on in a file is not shown. */
const MOST_BYTES = 8 * 1024 * 1024;
const MAX_CHARACTERS = 180;
/** What stands before the column, at most, in a long line. */
const LEAD_CHARACTERS = 60;
/** Also control characters: a snippet never holds any. */
const BLANK = /[\s\0-\x1f\x7f-\x9f]/g;

/** @returns undefined when the file is gone. */
export function showPointed(db: Db, { document, line, column }: Pointed, canLook?: CanLook): ShownDocument | undefined {
  const shown = showDocument({ db, matchers: undefined, canLook }, document, false);
  if (!shown || line === undefined) return shown && { ...shown, pointed: {} };
  const state = fileState(document, canLook);
  const first = readLines(db, document, FIRST_BYTES, state);
  const text = first && lineAt(first, line + 1) === undefined ? readLines(db, document, MOST_BYTES, state) : first;
  const own = text === undefined ? undefined : lineAt(text, line);
  if (own === undefined) return { ...shown, pointed: {} };
  return { ...shown, snippet: lineSnippet(own, column), pointed: { line, column } };
}

/** Counted from 1; undefined behind the last one. */
function lineAt(text: string, line: number): string | undefined {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return start === text.length && line > 1 ? undefined : text.slice(start, end < 0 ? undefined : end);
}

/** Of a long line the part around the column, whose word is highlighted. */
function lineSnippet(line: string, column: number | undefined): Snippet {
  const clean = line.replace(BLANK, ' ');
  const indent = clean.length - clean.trimStart().length;
  const at = column === undefined ? undefined : column - 1;
  const isLong = at !== undefined && at - indent > MAX_CHARACTERS - LEAD_CHARACTERS;
  const from = wholeFrom(clean, isLong ? at - LEAD_CHARACTERS : indent);
  const text = clean.slice(from, wholeFrom(clean, from + MAX_CHARACTERS)).trimEnd();
  return { text, highlights: at === undefined ? [] : wordAround(text, at - from) };
}

/** Not in the middle of a character. */
function wholeFrom(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at;
}

const WORDS = new LetterPattern(String.raw`[\p{L}\p{M}\p{N}_$]+|[^\s]`, 'gu');

function wordAround(text: string, at: number): [number, number][] {
  for (const { index, 0: word } of text.matchAll(WORDS.for(text)))
    if (index <= at && at < index + word.length) return [[index, index + word.length]];
  return [];
}
