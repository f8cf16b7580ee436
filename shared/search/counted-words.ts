/** How many documents hold a word, as the vocabulary knows it: it may be a little old, and lacks short and very rare words. */
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { stem } from './stem.js';

/** @returns by the stem of the word; nothing for those of which nothing is known. */
export function countedWords(db: Db, words: readonly string[]): ReadonlyMap<string, number> {
  const sql = 'SELECT term, documents FROM word WHERE term IN (SELECT value FROM json_each(?))';
  const rows = prepared<[term: string, documents: number]>(db, sql)
    .raw()
    .all(JSON.stringify([...new Set(words.map(stem))]));
  return new Map(rows);
}

/** Of a word of one or two letters, and of any other that is not counted, as the beginnings of words. */
const OF_SHORT_WORD = 20_000;
const OF_UNKNOWN_WORD = 2000;

/** @param words  a star ends the beginning of a word. @returns about how many documents hold each. */
export function aboutHolders(db: Db, words: readonly string[]): number[] {
  const counted = countedWords(db, words);
  const unknown = (word: string) => (word.length <= 2 ? OF_SHORT_WORD : OF_UNKNOWN_WORD);
  return words.map((word) => counted.get(stem(word)) ?? unknown(word));
}
