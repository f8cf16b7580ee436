/**
 * How well a document's place (name, title) answers a query: what the ranking reads off the words themselves. Pure.
 * Words are compared as the index has them; a name is taken whole and split (`HTTPServer` → httpserver and http
 * server).
 */
import { distance } from '../distance.js';
import { askedForms, askedWords, isOpen, wordsInForm } from '../words/asked.js';
import { partCamel } from '../words/camel.js';
import { toWords } from '../words/words.js';
import type { Group, Query } from './query.js';
import { stem } from './stem.js';

/** A query in the form that names and titles are compared with. */
export interface PlaceQuery {
  readonly groups: readonly GroupTerms[];
  /** All terms of the query, whole and split. */
  readonly terms: ReadonlySet<string>;
  /** Its words in order, joined by blanks. */
  readonly text: string;
}

interface GroupTerms {
  /** Each alternative as the terms that must all be there. */
  readonly alternatives: readonly (readonly string[])[];
  /** Beginnings of words, not stemmed, that are enough. */
  readonly beginnings: readonly string[];
  /** The only word, where a slip leaves enough of it. */
  readonly longWord: string | undefined;
  /** Rare words weigh more; all groups of a query together weigh 1. */
  readonly weight: number;
}

/** A text as words and terms, whole and split. */
export interface WordForms {
  readonly words: readonly string[];
  readonly terms: readonly string[];
  readonly splitTerms: readonly string[];
  /** All terms, each once. */
  readonly present: ReadonlySet<string>;
}

export function toPlaceQuery(query: Query, weights: readonly number[]): PlaceQuery {
  const last = query.groups.length - 1;
  const groups = query.groups.map((group, i) => toGroupTerms(group, weights[i] as number, i === last));
  const text = askedWords(query.groups.map((group) => group[0]?.text).join(' ')).join(' ');
  return { groups, terms: new Set(groups.flatMap((group) => group.alternatives.flat())), text };
}

export function toForms(text: string): WordForms {
  const forms = toUnsplitForms(text);
  const parted = partCamel(text);
  if (parted === text) return forms;
  const splitTerms = toWords(parted).map(stem);
  return { ...forms, splitTerms, present: new Set([...forms.terms, ...splitTerms]) };
}

/** For titles: their words are written apart. */
export function toUnsplitForms(text: string): WordForms {
  const words = toWords(text);
  const terms = words.map(stem);
  return { words, terms, splitTerms: terms, present: new Set(terms) };
}

/**
 * 1 when the text has all words of the query and no others: the share of the query that is in the text times the share
 * of the text that is in the query. An ending like `.txt` may be left out.
 */
export function exactness(text: WordForms, query: PlaceQuery, hasEnding: boolean): number {
  const covered = coverage([() => text], query);
  if (covered === 0) return 0;
  return covered * Math.max(share(text.terms, query, hasEnding), share(text.splitTerms, query, hasEnding));
}

/** The share of the query that stands in these texts, each word in any of them. The later ones are asked for if needed. */
export function coverage(texts: readonly (() => WordForms)[], { groups }: PlaceQuery): number {
  let covered = 0;
  for (const group of groups) if (texts.some((text) => isCovered(group, text()))) covered += group.weight;
  return covered;
}

/** The share of the query that a document lacks and the text nearly has: a word that is one slip away. */
export function nearness({ words }: WordForms, { groups }: PlaceQuery, isLacking: (group: number) => boolean): number {
  const isNear = ({ longWord }: GroupTerms) =>
    longWord !== undefined && words.some((word) => isLongAs(word, longWord) && distance(word, longWord) <= 1);
  return groups.reduce((sum, group, i) => sum + (isLacking(i) && isNear(group) ? group.weight : 0), 0);
}

function isLongAs(word: string, other: string): boolean {
  return Math.abs(word.length - other.length) <= 1;
}

/** So much of a query must be the text. */
const MOST = 0.6;

/** The query has all words of the text, and few others. */
export function isMostOf({ terms }: WordForms, query: PlaceQuery): boolean {
  return terms.length >= MOST * query.groups.length && terms.every((term) => query.terms.has(term));
}

/** The text is the query, word for word. */
export function isAsTyped({ words }: WordForms, query: PlaceQuery): boolean {
  return query.text !== '' && words.join(' ') === query.text;
}

/** The share of the text that the query is the beginning of, else 0. */
export function beginning(text: WordForms, query: PlaceQuery): number {
  const whole = text.words.join(' ');
  return query.text !== '' && whole.startsWith(query.text) ? query.text.length / whole.length : 0;
}

function toGroupTerms(group: Group, weight: number, isLast: boolean): GroupTerms {
  const isBeginning = (i: number) => group[i]?.kind === 'prefix' || (isLast && !group[1] && group[i]?.kind === 'word');
  return {
    alternatives: group.flatMap(({ text }) => toAlternatives(text)),
    beginnings: group.flatMap(({ text }, i) => (isBeginning(i) || isOpen(text) ? askedWords(text).slice(-1) : [])),
    longWord: longWordOf(group),
    weight,
  };
}

/** Shorter words are a slip away from many others. */
const MIN_LONG = 5;

function longWordOf([term, more]: Group): string | undefined {
  const [word, ...others] = term?.kind === 'word' && !more ? askedWords(term.text) : [];
  return word && others.length === 0 && word.length >= MIN_LONG ? word : undefined;
}

/** Whole, parted, and in other ways. */
function toAlternatives(text: string): string[][] {
  const others = askedForms(text, false).map(wordsInForm);
  return [askedWords(text), askedWords(partCamel(text)), ...others].map((words) => words.map(stem));
}

function isCovered(group: GroupTerms, { present, words }: WordForms): boolean {
  return (
    group.alternatives.some((terms) => terms.length > 0 && terms.every((term) => present.has(term))) ||
    group.beginnings.some((beginning) => words.some((word) => word.startsWith(beginning)))
  );
}

function share(terms: readonly string[], query: PlaceQuery, hasEnding: boolean): number {
  if (terms.length === 0) return 0;
  const last = terms.at(-1) as string;
  const wanted = terms.filter((term) => query.terms.has(term)).length;
  const mayLeaveOut = hasEnding && terms.length > 1 && !query.terms.has(last);
  return wanted / (mayLeaveOut ? terms.length - 1 : terms.length);
}
