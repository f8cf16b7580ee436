/**
 * Finds the words of a query in a text, by the same rules as the index: stems, case and diacritics do not matter, a
 * phrase is words in a row. Used for snippets, and to see whether a changed file still matches.
 */
import type { Query, Term } from './query.js';
import { stem } from './stem.js';
import { isInWord, nextWord, toWords, withoutMarks, wordEnd } from './words.js';

export interface Match {
  /** [start, end) in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  /** Bit i is set when group i of the query matches here. */
  readonly groups: number;
}

export interface Matcher {
  readonly patterns: readonly Pattern[];
  /** What every match begins with. */
  readonly roots: readonly string[];
  /** The groups that can match in a text: all but those for names only. */
  readonly groups: number;
}

interface Pattern {
  readonly group: number;
  /** Words that must follow each other; the last one may be a beginning. */
  readonly words: readonly { readonly word: string; readonly term: string }[];
  readonly isPrefix: boolean;
}

/** @param isWanted  leaves groups out. @returns undefined when no group is left that needs a text. */
export function toMatcher(query: Query, isWanted: (group: number) => boolean = () => true): Matcher | undefined {
  const patterns = query.groups.flatMap((group, i) => (isWanted(i) ? group.flatMap((term) => toPattern(term, i)) : []));
  if (patterns.length === 0) return undefined;
  const groups = patterns.reduce((bits, pattern) => bits | (1 << pattern.group), 0);
  return { patterns, roots: [...new Set(patterns.map(rootOf))], groups };
}

/** The same for some of the groups, as bits. @returns undefined when there is none of them. */
export function onlyGroups(matcher: Matcher, groups: number): Matcher | undefined {
  const patterns = matcher.patterns.filter(({ group }) => groups & (1 << group));
  if (patterns.length === 0) return undefined;
  return { patterns, roots: [...new Set(patterns.map(rootOf))], groups: matcher.groups & groups };
}

/**
 * Matches in order; they do not overlap.
 * @param folded  by foldText, so that offsets hold for the text as well.
 */
export function* findMatches(folded: string, matcher: Matcher, from = 0): Generator<Match> {
  const { roots, patterns } = matcher;
  const next = roots.map((root) => indexFrom(folded, root, from));
  for (let at = Math.min(...next); at < folded.length; at = Math.min(...next)) {
    let end = wordEnd(folded, at);
    const match = { start: at, end: 0, groups: 0 };
    for (const pattern of patterns) {
      const matchEnd = matchAt(folded, at, end, pattern);
      if (matchEnd === undefined) continue;
      match.end = Math.max(match.end, matchEnd);
      match.groups |= 1 << pattern.group;
    }
    if (match.groups !== 0) {
      yield match;
      end = match.end;
    }
    for (const [i, root] of roots.entries()) if ((next[i] as number) < end) next[i] = indexFrom(folded, root, end);
  }
}

/**
 * Where the next word begins with `root`; Infinity when there is none. indexOf, since a RegExp is slow until it is hot.
 */
function indexFrom(folded: string, root: string, from: number): number {
  for (let at = folded.indexOf(root, from); at >= 0; at = folded.indexOf(root, at + 1)) {
    if (!isInWord(folded, at)) return at;
  }
  return Infinity;
}

function toPattern(term: Term, group: number): Pattern[] {
  const words = toWords(term.text).map((word) => ({ word, term: stem(word) }));
  return term.field === 'any' && words.length > 0 ? [{ group, words, isPrefix: term.kind === 'prefix' }] : [];
}

/** What every match begins with. */
function rootOf({ words, isPrefix }: Pattern): string {
  const { word, term } = words[0] as Pattern['words'][number];
  return isPrefix && words.length === 1 ? word : stemRoot(term);
}

/** The beginning of every word with this stem: memory and memories have memori, hoping has hope, ability has abl. */
function stemRoot(term: string): string {
  return term.replace(/[ei]$/, '').replace(/(?<=b)l$/, '') || term;
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
    const found = withoutMarks(folded.slice(from, to));
    const isBeginning = isPrefix && i === words.length - 1 && found.startsWith(word);
    if (!isBeginning && found !== word && stem(found) !== term) return undefined;
  }
  return to;
}
