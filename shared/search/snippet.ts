/**
 * The part of a text that shows best why it was found. Pure. Whitespace is collapsed; highlights are offsets in the result.
 *
 * The first place where all groups of the query stand close together is taken; if there is none, the place with most of
 * them. A text without any match gives its beginning.
 */
import type { Snippet } from '../types.js';
import { findMatches, type Match, type Matcher } from './matcher.js';
import { foldText } from './words.js';

export interface SnippetMatchers {
  /** The words to be seen together: those that tell documents apart. */
  readonly telling: Matcher;
  /** All words: what is highlighted. */
  readonly all: Matcher;
  /** The last word taken for the beginning of one: for texts that hold no word of the query. */
  readonly halfTyped?: Matcher | undefined;
}

export interface FoundSnippet {
  readonly snippet: Snippet;
  /** All telling words stand close together: a longer text could not do better. */
  readonly isBest: boolean;
}

const MAX_CHARACTERS = 180;
/** What stands before the first match, at most. */
const LEAD_CHARACTERS = 50;
/** Matches that are to be seen together lie within this. */
const WINDOW_CHARACTERS = 120;
/** Taken on either side of a match before whitespace is collapsed: indented code and tables are mostly blanks. */
const RAW_CHARACTERS = 1000;
/** A word that would be cut at either end is left out, unless it is longer than this. */
const MAX_LEFT_OUT = 25;
/** In a text that repeats a word for ever, the rest is not looked at. */
const MAX_MATCHES = 3000;

/** Also control characters: a snippet never holds any. */
const BLANKS = /[\s\0-\x1f\x7f-\x9f]+/g;

/** What cutting by UTF-16 units may leave at the ends. */
const HALF_CHARACTERS = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;

/** @param folded  the text by foldText. */
export function findSnippet(text: string, folded: string, matchers: SnippetMatchers | undefined): FoundSnippet {
  const found = matchers && bestWindow(folded, matchers.telling);
  if (found?.count === 0 && matchers?.halfTyped) {
    const { halfTyped } = matchers;
    return findSnippet(text, folded, { telling: halfTyped, all: halfTyped });
  }
  const cut = cutAround(text, found?.start ?? 0);
  return {
    snippet: { text: cut, highlights: matchers ? highlights(cut, matchers.all) : [] },
    isBest: found?.isBest ?? false,
  };
}

/** `count` is the number of groups that stand there together. */
function bestWindow(folded: string, matcher: Matcher): { start: number; count: number; isBest: boolean } {
  const best = { start: 0, count: 0, isBest: false };
  const recent: Match[] = [];
  let seen = 0;
  for (const match of findMatches(folded, matcher)) {
    recent.push(match);
    while ((recent[0] as Match).start < match.end - WINDOW_CHARACTERS && recent.length > 1) recent.shift();
    const together = recent.reduce((groups, { groups: bits }) => groups | bits, 0);
    if (bitCount(together) > best.count) {
      best.count = bitCount(together);
      best.start = (recent[0] as Match).start;
      best.isBest = together === matcher.groups;
    }
    if (best.isBest || ++seen === MAX_MATCHES) break;
  }
  return best;
}

function cutAround(text: string, start: number): string {
  const before = text
    .slice(Math.max(0, start - RAW_CHARACTERS), start)
    .replace(BLANKS, ' ')
    .trimStart();
  const after = text
    .slice(start, start + RAW_CHARACTERS)
    .replace(BLANKS, ' ')
    .trimEnd();
  const lead = lastPart(before, Math.max(LEAD_CHARACTERS, MAX_CHARACTERS - after.length));
  return (lead + firstPart(after, MAX_CHARACTERS - lead.length)).trim().replace(HALF_CHARACTERS, '');
}

function firstPart(text: string, length: number): string {
  if (text.length <= length) return text;
  const blank = text.lastIndexOf(' ', length);
  return text.slice(0, blank >= length - MAX_LEFT_OUT ? blank : length);
}

function lastPart(text: string, length: number): string {
  if (text.length <= length) return text;
  const from = text.length - length;
  const blank = text.indexOf(' ', from);
  return text.slice(blank >= 0 && blank <= from + MAX_LEFT_OUT ? blank + 1 : from);
}

function highlights(text: string, matcher: Matcher): [number, number][] {
  return Array.from(findMatches(foldText(text), matcher), ({ start, end }) => [start, end]);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
