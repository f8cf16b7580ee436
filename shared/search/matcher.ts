/**
 * Finds the words of a query in a text, by the same rules as the index. Stems, case and diacritics do not matter, a
 * phrase is words in a row. Used for snippets, and to see whether a changed file still matches.
 */
import { type AskedForm, type AskedPiece, askedForms } from '../words/asked.js';
import type { FoldedText } from '../words/fold.js';
import { isBegin, isRunAt, nextBegin, wordEnds } from '../words/occurrences.js';
import { spelt } from '../words/other-forms.js';
import { isOfTexts } from './match-expression.js';
import type { Query, Term } from './query.js';
import { stem } from './stem.js';

export interface Match {
  /** [start, end) in UTF-16 units of the folded text. */
  readonly start: number;
  readonly end: number;
  /** Bit i is set when group i of the query matches here. */
  readonly groups: number;
}

export interface Matcher {
  readonly patterns: readonly Pattern[];
  readonly roots: readonly Root[];
  /** The groups that can match in a text: all but those for names only. */
  readonly groups: number;
}

/** What every match of these patterns begins with. */
interface Root extends AskedPiece {
  readonly patterns: readonly Pattern[];
}

interface Pattern {
  readonly group: number;
  /** Words that must follow each other; the last one may be a beginning. */
  readonly words: readonly PatternWord[];
  readonly isPrefix: boolean;
}

interface PatternWord extends AskedPiece {
  readonly term: string;
  /** The word must be spelt so when its umlauts are written as two letters: `Müller` as mueller. */
  readonly spelling?: string;
}

/** @param isWanted  leaves groups out. @returns undefined when no group is left that needs a text. */
export function toMatcher(query: Query, isWanted: (group: number) => boolean = () => true): Matcher | undefined {
  return matcherOf(
    query.groups.flatMap((group, i) => (isWanted(i) ? group.flatMap((term) => toPatterns(term, i)) : [])),
  );
}

/** For words of which none need be there. @returns undefined when no text can have them. */
export function hintMatcher(hints: readonly Term[]): Matcher | undefined {
  return matcherOf(hints.flatMap((term) => toPatterns(term, 0)));
}

/** Also those of the hints. `groups` are those that must match. */
export function withHints(matcher: Matcher, hints: Matcher): Matcher {
  const both = matcherOf([...matcher.patterns, ...hints.patterns]) as Matcher;
  return { ...both, groups: matcher.groups };
}

/** The same for some of the groups, as bits. @returns undefined when there is none of them. */
export function onlyGroups(matcher: Matcher, groups: number): Matcher | undefined {
  return matcherOf(matcher.patterns.filter(({ group }) => groups & (1 << group)));
}

function matcherOf(patterns: readonly Pattern[]): Matcher | undefined {
  if (patterns.length === 0) return undefined;
  const roots = new Map<string, Root>();
  for (const pattern of patterns) {
    const root = rootOf(pattern);
    const key = `${root.isRun} ${root.text}`;
    roots.set(key, { ...root, patterns: [...(roots.get(key)?.patterns ?? []), pattern] });
  }
  const groups = patterns.reduce((bits, pattern) => bits | (1 << pattern.group), 0);
  return { patterns, roots: [...roots.values()], groups };
}

/** Matches in order; they do not overlap. @param to  where they end at the latest. */
export function* findMatches(folded: FoldedText, matcher: Matcher, from = 0, to = Infinity): Generator<Match> {
  const { roots } = matcher;
  const next = roots.map((root) => indexFrom(folded, root, from));
  for (let at = Math.min(...next); at < Math.min(folded.text.length, to); at = Math.min(...next)) {
    const match = { start: at, end: 0, groups: 0 };
    for (let i = 0; i < roots.length; i++) if (next[i] === at) extend(match, roots[i] as Root, folded, to);
    if (match.groups !== 0) yield match;
    const done = Math.max(match.end, at + 1);
    for (let i = 0; i < roots.length; i++)
      if ((next[i] as number) < done) next[i] = indexFrom(folded, roots[i] as Root, done);
  }
}

/** By the patterns that stand where it starts. */
function extend(
  match: { start: number; end: number; groups: number },
  root: Root,
  folded: FoldedText,
  to: number,
): void {
  for (const pattern of root.patterns) {
    const end = matchAt(folded, match.start, pattern);
    if (end === undefined || end > to) continue;
    match.end = Math.max(match.end, end);
    match.groups |= 1 << pattern.group;
  }
}

/**
 * Where the next word begins with `root`; Infinity when there is none. indexOf, since a RegExp is slow until it is hot.
 */
function indexFrom(folded: FoldedText, { text, isRun }: AskedPiece, from: number): number {
  for (let at = folded.text.indexOf(text, from); at >= 0; at = folded.text.indexOf(text, at + 1)) {
    if (isBegin(folded, at, isRun)) return at;
  }
  return Infinity;
}

function toPatterns(term: Term, group: number): Pattern[] {
  if (!isOfTexts(term)) return [];
  const isPrefix = term.kind === 'prefix';
  const texts = term.near?.texts ?? [term.text];
  const forms = texts.flatMap((text) => askedForms(text, isPrefix)).map(toPatternWords);
  return [...forms, ...forms.flatMap(withUmlauts)].map((words) => ({ group, words, isPrefix }));
}

/** The same words where a text has umlauts for two letters. */
function withUmlauts(words: readonly PatternWord[]): PatternWord[][] {
  if (!words.some(({ text }) => /ae|oe|ue|aa/.test(text))) return [];
  return [words.map((word) => ({ ...word, ...unspelt(word.text), spelling: word.text }))];
}

function unspelt(text: string): Pick<PatternWord, 'text' | 'term'> {
  const folded = text.replace(/ae|aa/g, 'a').replace(/oe/g, 'o').replace(/ue/g, 'u');
  return { text: folded, term: folded };
}

function toPatternWords(form: AskedForm): PatternWord[] {
  return form.map((piece) => ({ ...piece, text: signOf(piece.text), term: stem(piece.text) }));
}

/** As it stands in a text. */
function signOf(word: string): string {
  if (word === '＋＋') return '++';
  return word === '＃' ? '#' : word;
}

function rootOf({ words, isPrefix }: Pattern): AskedPiece {
  const { text, term, isRun } = words[0] as PatternWord;
  if (isRun) return { text, isRun };
  return { text: isPrefix && words.length === 1 ? text : stemRoot(term), isRun };
}

/** The beginning of every word with this stem: memory and memories have memori, hoping has hope, ability has abl. */
function stemRoot(term: string): string {
  return term.replace(/[ei]$/, '').replace(/(?<=b)l$/, '') || term;
}

/** @returns the end of the match that begins here, from this word of the pattern on. */
function matchAt(folded: FoldedText, at: number, pattern: Pattern, index = 0): number | undefined {
  const isLast = index === pattern.words.length - 1;
  for (const end of endsAt(folded, at, pattern, index)) {
    if (isLast) return end;
    const rest = matchAt(folded, nextBegin(folded, end), pattern, index + 1);
    if (rest !== undefined) return rest;
  }
  return undefined;
}

/** Where a word of the pattern ends that stands here. */
function endsAt(folded: FoldedText, at: number, { words, isPrefix }: Pattern, index: number): number[] {
  const word = words[index] as PatternWord;
  if (word.isRun) return isRunAt(folded, at, word.text) ? [at + word.text.length] : [];
  const isBeginning = isPrefix && index === words.length - 1;
  return wordEnds(folded, at).filter((end) =>
    word.spelling === undefined
      ? isWord(folded.text.slice(at, end), word, isBeginning)
      : spellingIn(folded, at, end) === word.spelling,
  );
}

function spellingIn(folded: FoldedText, start: number, end: number): string {
  const [spelling] = spelt(folded.original.slice(folded.toStart(start), folded.toEnd(end)));
  return spelling ?? folded.text.slice(start, end);
}

function isWord(found: string, { text, term }: PatternWord, isBeginning: boolean): boolean {
  return (isBeginning && found.startsWith(text)) || found === text || stem(found) === term;
}
