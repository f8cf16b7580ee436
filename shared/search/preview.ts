/**
 * The lines of a document around the place where a query matches best: for front ends that show more than a snippet. Reads a bounded
 * part of the text.
 */
import type { Db } from '../store/open.js';
import type { FoldedText } from '../words/fold.js';
import { fileState, laterPieces, MOST_BYTES, readDocumentText } from './document-text.js';
import { documentAt } from './found-documents.js';
import { parseQuery } from './parse-query.js';
import { type QueryOptions, toQueryMatchers } from './search.js';
import type { QueryMatchers } from './show-document.js';
import { bestPlace, highlights, lineOf } from './snippet.js';

export interface Preview {
  /** Lines that end with a line feed, but for the last; no control character but tabs. */
  readonly text: string;
  /** [start, end) in UTF-16 units of `text`, ascending, not overlapping. */
  readonly highlights: readonly (readonly [number, number])[];
  /** Of the first line, counted from 1; not there: it is not known. */
  readonly line?: number;
}

export interface PreviewOptions extends QueryOptions {
  readonly lines: number;
}

interface Asked {
  readonly path: Buffer;
  readonly innerPath: Buffer | undefined;
  readonly query: string;
}

/** Of a longer text so many further pieces are looked at: 8 MB. */
const MAX_PIECES = 8;
/** Of a longer line the part around the match is shown. */
const MAX_LINE_CHARACTERS = 1000;
/** What stands before the match in such a line, at most. */
const LEAD_CHARACTERS = 200;
/** How much of what is shown stands above the line of the match. */
const ABOVE_SHARE = 0.3;
/** What cutting by UTF-16 units may leave at the ends. */
const HALF_CHARACTERS = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/** @returns undefined: there is no such document, its file is gone, or it has no text. */
export function preview(db: Db, { path, innerPath, query }: Asked, options: PreviewOptions): Preview | undefined {
  const document = documentAt(db, path, innerPath);
  if (!document) return undefined;
  const state = fileState(document, options.canLook);
  const first = state === 'gone' ? undefined : readDocumentText(db, document, MOST_BYTES, state);
  if (!first) return undefined;
  const matchers = toQueryMatchers(parseQuery(query, options), { frequencies: [], documents: 0 });
  const pieces = first.isWhole || !matchers ? [] : laterPieces(db, document, state);
  const { folded, at, isFirst } = bestPart(first.folded, pieces, matchers);
  return around(folded.original, at, { lines: options.lines, matchers, isCounted: isFirst && first.isPresent });
}

interface Place {
  readonly folded: FoldedText;
  readonly at: number;
  readonly isFirst: boolean;
}

/** The first part of the text that has a match; without any, the beginning. */
function bestPart(
  first: FoldedText,
  later: Iterable<{ readonly folded: FoldedText }>,
  matchers: QueryMatchers | undefined,
): Place {
  const at = matchers && bestPlace(first, matchers);
  if (!matchers || at !== undefined) return { folded: first, at: at ?? 0, isFirst: true };
  let left = MAX_PIECES;
  for (const { folded } of later) {
    const place = bestPlace(folded, matchers);
    if (place !== undefined) return { folded, at: place, isFirst: false };
    if (--left === 0) break;
  }
  return { folded: first, at: 0, isFirst: true };
}

interface Cut {
  readonly lines: number;
  readonly matchers: QueryMatchers | undefined;
  /** The lines of the text are those of the file. */
  readonly isCounted: boolean;
}

function around(text: string, at: number, { lines, matchers, isCounted }: Cut): Preview {
  const start = lineStart(text, at, Math.floor(lines * ABOVE_SHARE));
  const shown: string[] = [];
  for (let from = start; shown.length < lines && from < text.length; ) {
    const end = endOfLine(text, from);
    shown.push(shortened(text.slice(from, end), at - from));
    from = end + 1;
  }
  const clean = shown.join('\n');
  return {
    text: clean,
    highlights: matchers ? highlights(clean, matchers.halfTyped ?? matchers.all) : [],
    ...(isCounted && { line: lineOf(text, start) }),
  };
}

/** Of the line so many lines above. */
function lineStart(text: string, at: number, above: number): number {
  let start = startOfLine(text, at);
  for (let left = above; left > 0 && start > 0; left--) start = startOfLine(text, start - 1);
  return start;
}

function startOfLine(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** @param at  of the match; outside of this line it is cut at its end. */
function shortened(line: string, at: number): string {
  const isHere = at > MAX_LINE_CHARACTERS - LEAD_CHARACTERS && at < line.length;
  const from = isHere ? at - LEAD_CHARACTERS : 0;
  const part = line.slice(from, from + MAX_LINE_CHARACTERS).replace(HALF_CHARACTERS, '');
  return part.replace(/\r$/, '').replace(CONTROLS, ' ');
}
