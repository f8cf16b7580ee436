/**
 * What no document has as it was pasted: a path, a dotted name, `file.c:12`. Its words are then asked for one by one.
 * Pure.
 */
import { askedWords } from '../words/asked.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { asTyped } from '../words/words.js';
import { MAX_GROUPS } from './plan-query.js';
import type { Group, Query } from './query.js';

/** Signs that join places: what they join may also stand apart. */
const JOINING = new LetterPattern(String.raw`[\p{L}\p{N})][/\\.:(][\p{L}\p{N}]`);
/** Of a long path its end tells most. */
const MAX_WORDS = 12;

/** The line of a file, as compilers and stack traces have it. */
const LINE = /(?::\d+(?::\d+)?:?|\(\d+(?:,\d+)?\):?)$/;
/** What has a line. */
const FILE = new LetterPattern(String.raw`(?:[\p{L}\p{N}]\.\w+|/[^/:]+)$`);

/** Its time grows with the length of the text: whole files are pasted. */
export function withoutLine(text: string): string {
  const file = text.replace(LINE, '');
  return FILE.test(file) ? file : text;
}

/** @returns undefined when there is nothing to take apart. */
export function loosened(query: Query): Query | undefined {
  const groups = query.groups.flatMap(apart);
  if (groups.length === query.groups.length) return undefined;
  const unique = [...new Map(groups.map((group) => [JSON.stringify(group), group])).values()];
  return unique.length > MAX_GROUPS ? undefined : { ...query, groups: unique };
}

function apart(group: Group): Group[] {
  const [term, more] = group;
  if (!term || more || term.kind !== 'word' || !JOINING.test(term.text)) return [group];
  const words = asTyped(askedWords(withoutLine(term.text))).slice(-MAX_WORDS);
  return words.length > 1 ? words.map((text) => [{ ...term, text }]) : [group];
}
