/**
 * Words that stand in the middle of names only: `port` is in `2023-report.pdf`. Asked where no file has the word
 * otherwise, and behind all that have it.
 */
import type { Db } from '../store/open.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { allDocuments, type FoundDocument } from './found-documents.js';
import { namesHolding } from './name-trigrams.js';
import type { Group, Query } from './query.js';

/** Shorter words are in too many names to be meant instead of a mistyped one. */
const MIN_LETTERS = 4;
/** Of more words one is hardly a part of a name. */
const MOST_GROUPS = 3;

/** Each word in turn taken for a part of a name, as far as there are such names. */
export function* readingsInNames(db: Db, query: Query): Generator<Query> {
  if (query.groups.length > MOST_GROUPS) return;
  for (const at of query.groups.keys()) {
    const reading = inName(db, query, at, MIN_LETTERS);
    if (reading) yield reading;
  }
}

/** Documents whose name holds the only word of the query. */
export function* namesAround(db: Db, query: Query): Generator<FoundDocument> {
  const reading = query.groups.length === 1 ? inName(db, query, 0, 0) : undefined;
  if (reading) yield* allDocuments(db, reading);
}

function inName(db: Db, query: Query, at: number, minLetters: number): Query | undefined {
  const word = plainWord(query.groups[at] as Group);
  if (query.hasOperators || word === undefined || word.length < minLetters) return undefined;
  if (namesHolding(db, [word], 1).length === 0) return undefined;
  return {
    ...query,
    groups: query.groups.filter((_, i) => i !== at),
    filters: [...query.filters, { kind: 'name', pattern: `*${word}*`, isExcluded: false }],
  };
}

const PLAIN = new LetterPattern(String.raw`^[\p{L}\p{M}\p{N}]+$`);

function plainWord([term, more]: Group): string | undefined {
  const mayBeInName = term?.field === 'any' || term?.field === 'name';
  const isPlain = mayBeInName && term.kind === 'word' && !more && PLAIN.test(term.text);
  return isPlain ? term.text : undefined;
}
