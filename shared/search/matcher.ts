/**
 * Finds the words of a query in a text, by the same rules as the index: stems, case and diacritics do not matter, a phrase
 * is words in a row. Used for snippets, and to see whether a changed file still matches.
 */
import type { Query, Term } from './query.js';
import { stem } from './stem.js';
import { foldText, toWords } from './words.js';

export interface Match {
  /** [start, end) in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  /** Bit i is set when group i of the query matches here. */
  readonly groups: number;
}

export interface Matcher {
  readonly patterns: readonly Pattern[];
  /** Finds the places where a match may begin. The look behind leaves out most that are within a word. */
  readonly roots: RegExp;
  /** The groups that can match in a text: those that do not ask for names only. */
  readonly groups: number;
}

interface Pattern {
  readonly group: number;
  /** Words that must follow each other; the last one may be a beginning. */
  readonly words: readonly { readonly word: string; readonly term: string }[];
  readonly isPrefix: boolean;
}

/** @param isWanted  leaves groups out. @returns undefined when no group that is left asks for a text. */
export function toMatcher(query: Query, isWanted: (group: number) => boolean = () => true): Matcher | undefined {
  const patterns = query.groups.flatMap((group, i) => (isWanted(i) ? group.flatMap((term) => toPattern(term, i)) : []));
  if (patterns.length === 0) return undefined;
  const roots = [...new Set(patterns.map(rootOf))].map((root) => `${root}(?<![a-z0-9]${root})`);
  const groups = patterns.reduce((bits, pattern) => bits | (1 << pattern.group), 0);
  return { patterns, roots: new RegExp(roots.join('|'), 'g'), groups };
}

/** Matches in order; they do not overlap. */
export function* findMatches(text: string, matcher: Matcher): Generator<Match> {
  const folded = foldText(text);
  const { roots, patterns } = matcher;
  roots.lastIndex = 0;
  for (let at = roots.exec(folded)?.index; at !== undefined; at = roots.exec(folded)?.index) {
    const end = wordEnd(folded, at);
    roots.lastIndex = end;
    if (at > 0 && isWordUnit(folded.charCodeAt(at - 1))) continue;
    const match = { start: at, end: 0, groups: 0 };
    for (const pattern of patterns) {
      const matchEnd = matchAt(folded, at, end, pattern);
      if (matchEnd === undefined) continue;
      match.end = Math.max(match.end, matchEnd);
      match.groups |= 1 << pattern.group;
    }
    if (match.groups === 0) continue;
    roots.lastIndex = match.end;
    yield match;
  }
}

function toPattern(term: Term, group: number): Pattern[] {
  const words = toWords(term.text).map((word) => ({ word, term: stem(word) }));
  return term.field === 'any' && words.length > 0 ? [{ group, words, isPrefix: term.kind === 'prefix' }] : [];
}

/** What the first word of every match begins with: memory has the stem memori → memor. Holds letters and digits only. */
function rootOf({ words, isPrefix }: Pattern): string {
  const { word, term } = words[0] as Pattern['words'][number];
  if (isPrefix && words.length === 1) return word;
  let length = 0;
  while (length < term.length && term[length] === word[length]) length++;
  return word.slice(0, length);
}

/** @returns the end of the match that begins with the word [start, end). */
function matchAt(folded: string, start: number, end: number, { words, isPrefix }: Pattern): number | undefined {
  let [from, to] = [start, end];
  for (let i = 0; i < words.length; i++) {
    if (i > 0) {
      from = nextWord(folded, to);
      to = wordEnd(folded, from);
    }
    const { word, term } = words[i] as Pattern['words'][number];
    const found = folded.slice(from, to);
    const isBeginning = isPrefix && i === words.length - 1 && found.startsWith(word);
    if (!isBeginning && found !== word && stem(found) !== term) return undefined;
  }
  return to;
}

function wordEnd(folded: string, from: number): number {
  let end = from;
  while (end < folded.length && isWordUnit(folded.charCodeAt(end))) end++;
  return end;
}

function nextWord(folded: string, from: number): number {
  let start = from;
  while (start < folded.length && !isWordUnit(folded.charCodeAt(start))) start++;
  return start;
}

/** 0 not looked at yet, 1 no, 2 part of a word. */
const wordUnits = new Uint8Array(0x10000);

function isWordUnit(unit: number): boolean {
  return (wordUnits[unit] || rememberWordUnit(unit)) === 2;
}

const WORD_UNIT = /[\p{L}\p{N}\p{Co}]|[\u0300-\u036f]/u;

/** Half of a surrogate pair counts as part of a word: most such characters are letters. */
function rememberWordUnit(unit: number): number {
  const isPart = (unit >= 0xd800 && unit < 0xe000) || WORD_UNIT.test(String.fromCharCode(unit));
  wordUnits[unit] = isPart ? 2 : 1;
  return wordUnits[unit] as number;
}
