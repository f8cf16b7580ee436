/**
 * A message as a program has printed it, with values filled in: `no index found for "foo42"`. The words between the
 * values stand in a row where it comes from. Pure.
 */
import { toWords } from '../../words/words.js';
import type { Group } from '../query.js';

/** Something in quotes. */
const QUOTED = /(?<=^|[\s(=:])(["'`‘“«])(?=\S)[^\n]{0,80}?["'`’”»](?=[\s.,:;)!?]|$)/g;
/** Numbers, names with digits, paths, files, addresses. */
const VALUE = /\d|[/\\@]|\w\.\w|^[<({[].*[>)}\]][.,:;]?$/;
/** Hardly there by chance. */
const TELLING_RUN = 3;
/** A single word that is left between two values. */
const MIN_LETTERS = 4;
const MOST_WORDS = 60;

/** @returns what stands between the values; undefined when there are none, or too few words between them. */
export function messageIn(text: string): readonly Group[] | undefined {
  const tokens = text
    .replace(QUOTED, ' \0 ')
    .split(/[\s\x01-\x1f]+/)
    .filter(Boolean)
    .slice(0, MOST_WORDS);
  if (!tokens.some(isValue)) return undefined;
  const runs = runsOf(tokens)
    .map(toWords)
    .filter((words) => words.length > 0);
  const longest = Math.max(0, ...runs.map((words) => words.length));
  if (longest < TELLING_RUN) return undefined;
  const telling = runs.filter((words) => words.length > 1 || (words[0] as string).length >= MIN_LETTERS);
  return telling.map((words): Group => {
    const kind = words.length > 1 ? 'phrase' : 'word';
    return [{ text: words.join(' '), kind, field: 'any' }];
  });
}

function isValue(token: string): boolean {
  return token === '\0' || VALUE.test(token);
}

function runsOf(tokens: readonly string[]): string[] {
  const marked = tokens.map((token) => (isValue(token) ? '\0' : token));
  return marked.join(' ').split('\0');
}
