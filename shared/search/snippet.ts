/**
 * The part of a text that shows best why it was found. Pure. Whitespace is collapsed; highlights are offsets in the
 * result.
 *
 * The first place where all groups of the query stand close together is taken; if there is none, the place with most of
 * them. A text without any match gives its beginning. Of a long text later parts are looked at for words not met
 * before.
 */
import type { Snippet } from '../types.js';
import { type FoldedText, foldText } from '../words/fold.js';
import { wordEnd } from '../words/occurrences.js';
import { findMatches, type Match, type Matcher, onlyGroups } from './matcher.js';

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
  /** Telling words that stand close together there. */
  readonly count: number;
  /** All telling words do: a longer text could not do better. */
  readonly isBest: boolean;
  /** The telling words that were met anywhere before the best place was certain: bit i for group i. */
  readonly seen: number;
  /** Of the first match that is shown, from 1 in this text; not there: nothing matches. */
  readonly line?: (() => number) | undefined;
  /** The same, by the form feeds before it. */
  readonly page?: (() => number) | undefined;
}

const MAX_CHARACTERS = 180;
/** What stands before the first match, at most. */
const LEAD_CHARACTERS = 50;
/** Matches that are to be seen together lie within this. */
const WINDOW_CHARACTERS = 120;
/** Taken on either side of a match before whitespace is collapsed: indented code and tables are mostly blanks. */
const RAW_CHARACTERS = 1000;
const FEW_RAW_CHARACTERS = 2 * MAX_CHARACTERS;
/** A word that would be cut at either end is left out, unless it is longer than this. */
const MAX_LEFT_OUT = 25;
/** In a text that repeats some words for ever, only the others are looked for in the rest. */
const MAX_MATCHES = 3000;

/** None of them is within another. */
const WORD_BEGINNINGS = /\s[a-z]/g;

/** Also control characters: a snippet never holds any. */
const BLANKS = /[\s\0-\x1f\x7f-\x9f]+/g;

/** What cutting by UTF-16 units may leave at the ends. */
const HALF_CHARACTERS = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;

export function findSnippet(text: FoldedText, matchers: SnippetMatchers | undefined): FoundSnippet {
  const found = matchers ? bestWindow(text, matchers.telling) : NOWHERE;
  if (found.count === 0 && matchers?.halfTyped) {
    const { halfTyped } = matchers;
    return findSnippet(text, { telling: halfTyped, all: halfTyped });
  }
  return toSnippet(text, found, matchers);
}

/**
 * What findSnippet finds in a text of which this is the beginning, up to a blank.
 * @returns undefined when that depends on what follows.
 */
export function findSnippetEarly(beginning: FoldedText, matchers: SnippetMatchers): FoundSnippet | undefined {
  const found = bestWindow(beginning, matchers.telling);
  if (!found.isBest || beginning.toStart(found.start) + RAW_CHARACTERS > beginning.original.length) return undefined;
  const longest = Math.max(...matchers.telling.patterns.map(({ words }) => words.length));
  return hasWords(beginning.text.slice(found.end), longest) ? toSnippet(beginning, found, matchers) : undefined;
}

/** So many at least: no words in a row that begin before this text end behind it. */
function hasWords(text: string, count: number): boolean {
  let left = count;
  for (const _ of text.matchAll(WORD_BEGINNINGS)) if (--left === 0) return true;
  return false;
}

/**
 * The same for a later part of a long text: the best place near a word that was not met before.
 * @param rare  those words.
 * @returns undefined when there is none.
 */
export function findSnippetNear(rare: Matcher, text: FoldedText, matchers: SnippetMatchers): FoundSnippet | undefined {
  const found = bestAround(text, matchers.telling, rare, 0);
  return found.count > 0 ? toSnippet(text, found, matchers) : undefined;
}

/** Where in the original text most of the telling words stand together; undefined: none of them is there. */
export function bestPlace(text: FoldedText, { telling, halfTyped }: SnippetMatchers): number | undefined {
  const found = bestWindow(text, telling);
  if (found.count > 0) return text.toStart(found.start);
  return halfTyped && halfTyped !== telling ? bestPlace(text, { telling: halfTyped, all: halfTyped }) : undefined;
}

interface Window extends Omit<FoundSnippet, 'snippet' | 'line' | 'page'> {
  readonly start: number;
  readonly end: number;
}

const NOWHERE: Window = { start: 0, end: 0, count: 0, isBest: false, seen: 0 };

function toSnippet(
  text: FoldedText,
  { start, end: _, ...found }: Window,
  matchers: SnippetMatchers | undefined,
): FoundSnippet {
  const at = text.toStart(start);
  const cut = cutAround(text.original, at);
  const isFound = found.count > 0;
  const line = isFound ? () => lineOf(text.original, at) : undefined;
  const page = isFound ? () => ordinalOf(text.original, at, '\f') : undefined;
  return { ...found, line, page, snippet: { text: cut, highlights: matchers ? highlights(cut, matchers.all) : [] } };
}

/** The line that holds this place, counted from 1. */
export function lineOf(text: string, at: number): number {
  return ordinalOf(text, at, '\n');
}

/** Of the pieces that the mark separates, the one that holds this place, counted from 1. */
function ordinalOf(text: string, at: number, mark: string): number {
  let ordinal = 1;
  for (let end = text.indexOf(mark); end >= 0 && end < at; end = text.indexOf(mark, end + 1)) ordinal++;
  return ordinal;
}

function bestWindow(text: FoldedText, matcher: Matcher, from = 0, to = Infinity): Window {
  let best = NOWHERE;
  let matches = 0;
  let seen = 0;
  const recent: Match[] = [];
  for (const match of findMatches(text, matcher, from, to)) {
    recent.push(match);
    seen |= match.groups;
    while ((recent[0] as Match).start < match.end - WINDOW_CHARACTERS && recent.length > 1) recent.shift();
    const together = recent.reduce((groups, { groups: bits }) => groups | bits, 0);
    const count = bitCount(together);
    if (count > best.count)
      best = { start: (recent[0] as Match).start, end: match.end, count, isBest: together === matcher.groups, seen };
    if (best.isBest) break;
    if (++matches === MAX_MATCHES) return better(best, bestOfRest(text, matcher, seen, match.end));
  }
  return { ...best, seen };
}

/** After many matches only words that were not met yet are looked for. */
function bestOfRest(text: FoldedText, matcher: Matcher, seen: number, from: number): Window {
  const rare = onlyGroups(matcher, ~seen);
  const found = rare ? bestAround(text, matcher, rare, from) : NOWHERE;
  return { ...found, seen: seen | found.seen };
}

/** The later one shows a word that the first has not. */
function better(first: Window, later: Window): Window {
  return { ...(later.count >= first.count ? later : first), seen: first.seen | later.seen };
}

function bestAround(text: FoldedText, matcher: Matcher, rare: Matcher, begin: number): Window {
  let best = NOWHERE;
  let matches = 0;
  let seen = 0;
  for (const { start, end, groups } of findMatches(text, rare, begin)) {
    seen |= groups;
    const from = start <= WINDOW_CHARACTERS ? 0 : Math.min(start, wordEnd(text, start - WINDOW_CHARACTERS));
    const near = bestWindow(text, matcher, from, end + WINDOW_CHARACTERS);
    if (near.count > best.count) best = near;
    if (best.isBest || ++matches === MAX_MATCHES) break;
  }
  return { ...best, seen };
}

function cutAround(text: string, start: number): string {
  const before = collapsed((length) => text.slice(Math.max(0, start - length), start)).trimStart();
  const after = collapsed((length) => text.slice(start, start + length)).trimEnd();
  const lead = lastPart(before, Math.max(LEAD_CHARACTERS, MAX_CHARACTERS - after.length));
  return (lead + firstPart(after, MAX_CHARACTERS - lead.length)).trim().replace(HALF_CHARACTERS, '');
}

/** Of most texts few characters are enough: what is beyond them is not seen. */
function collapsed(slice: (length: number) => string): string {
  const few = slice(FEW_RAW_CHARACTERS).replace(BLANKS, ' ');
  return few.trim().length > MAX_CHARACTERS ? few : slice(RAW_CHARACTERS).replace(BLANKS, ' ');
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

/** [start, end) of each match in UTF-16 units. */
export function highlights(text: string, matcher: Matcher): [number, number][] {
  const folded = foldText(text);
  return Array.from(findMatches(folded, matcher), ({ start, end }) => [folded.toStart(start), folded.toEnd(end)]);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
