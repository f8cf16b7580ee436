/**
 * Of a query that has more words than are asked for at once, those that tell most: the ones that the fewest documents
 * hold. A text of any length may be pasted. Used by search and list alike, which find the same.
 */
import type { Db } from '../store/open.js';
import { functionWordsIn } from '../words/function-words.js';
import { toWords } from '../words/words.js';
import { countedWords } from './counted-words.js';
import type { Query, Term } from './query.js';
import { stem } from './stem.js';

export function withTellingWords(db: Db, query: Query): Query {
  const { groups, sentence = [], hints = [] } = query;
  const terms = [...new Map(sentence.map((term) => [keyOf(term), term])).values()];
  if (hints.length > 0 || terms.length <= groups.length || groups.some(({ length }) => length > 1)) return query;
  const weights = commonness(db, terms);
  const commonFirst = terms.map((_, i) => i).sort((a, b) => (weights[b] as number) - (weights[a] as number));
  const leftOut = new Set(commonFirst.slice(0, terms.length - groups.length));
  return { ...query, groups: terms.filter((_, i) => !leftOut.has(i)).map((term) => [term]) };
}

function keyOf({ text, kind, field }: Term): string {
  return `${kind} ${field} ${text.toLowerCase()}`;
}

/** How many documents hold each, of several words the rarest. Words of which nothing is known come before those that say nothing. */
function commonness(db: Db, terms: readonly Term[]): number[] {
  const wordsOf = terms.map(({ text }) => toWords(text));
  const idle = functionWordsIn(wordsOf.flat());
  const documents = countedWords(db, wordsOf.flat());
  const of = (word: string) =>
    idle.has(word) ? Number.MAX_VALUE : (documents.get(stem(word)) ?? Number.MAX_SAFE_INTEGER);
  return wordsOf.map((words) => Math.min(...words.map(of), Number.MAX_VALUE));
}
