/**
 * The words that may replace a mistyped one. They are terms of the full-text tables with the number of their documents,
 * copied into `word` because looking through FTS5's own vocabulary takes seconds. The writer refreshes them in idle
 * time, a slice at a time; in between some are old, which only makes a proposal miss. Used by the search for typo
 * repair.
 *
 * On 20,000 files: 73,000 terms, 1.2 MB, 0.5 CPU s for all slices.
 */
import { COMMON, wishBeginnings, wishChampions } from './champions.js';
import type { Db } from './open.js';

/** Shorter words have too many neighbours, nobody types longer ones. */
const LENGTHS = 'length(term) BETWEEN 3 AND 24';
/** Pairs of letters of scripts without blanks, and signs, are no words that are mistyped. */
const ORDINARY =
  "term NOT GLOB '*[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\uffff\u{1f000}-\u{3ffff}]*'";
const REPAIRED = `${LENGTHS} AND ${ORDINARY} AND term NOT GLOB '*[0-9]*'`;
/** Numbers are not repaired: `9~` sorts after every term that begins with a digit, before every letter. */
const FIRST = '9~';
/** A word of texts counts when so many documents hold it, in proportion, that the table stays small: 3 of 20,000. */
const DOCUMENTS_PER_HOLDER = 8000;
/** Names are few, and each is worth finding; only millions of them are thinned out. */
const DOCUMENTS_PER_NAME = 200_000;
const ROWS_BETWEEN_LOOKS_AT_CLOCK = 64;

interface Word {
  readonly term: string;
  readonly documents: number;
}

export interface Slice {
  /** About how long it may take; a single word of a million documents takes longer. */
  readonly budgetMs: number;
  /** Champion lists are wanted of the words that are common. */
  readonly hasLists: boolean;
}

/**
 * Does one slice. Begin with `after` = '' and pass on what it returns, until that is undefined.
 * @param after  the term up to which everything is done.
 */
export function refreshVocabulary(db: Db, after: string, slice: Slice): string | undefined {
  db.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.body_term USING fts5vocab('main', 'body', 'row');
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.names_term USING fts5vocab('main', 'names', 'row')`);
  const documents = db.prepare<[], number>('SELECT count(*) FROM part').pluck().get() ?? 0;
  const from = after === '' && !slice.hasLists ? FIRST : after;
  const minDocuments = 1 + Math.floor(documents / DOCUMENTS_PER_HOLDER);
  const { words, common, last } = readBodyWords(db, from, minDocuments, slice);
  const range = { from, to: last ?? HIGHEST };
  const minNames = 1 + Math.floor(documents / DOCUMENTS_PER_NAME);
  db.transaction(() => {
    replaceWords(db, words, { ...range, minNames });
    if (slice.hasLists) wishLists(db, common, range);
  }).immediate();
  return last;
}

/** Sorts after every term. */
const HIGHEST = '\u{10ffff}';

function readBodyWords(db: Db, from: string, minDocuments: number, { budgetMs, hasLists }: Slice) {
  const wanted = hasLists ? `(doc >= ${COMMON} OR (${REPAIRED}))` : REPAIRED;
  const rows = db
    .prepare<[string], Word & { isRepaired: number }>(
      `SELECT term, doc AS documents, ${REPAIRED} AS isRepaired FROM body_term WHERE term > ? AND ${wanted}`,
    )
    .iterate(from);
  const until = performance.now() + budgetMs / 2;
  const words: Word[] = [];
  const common: Word[] = [];
  let seen = 0;
  for (const row of rows) {
    if (row.isRepaired && row.documents >= minDocuments) words.push(row);
    if (row.documents >= COMMON) common.push(row);
    if (++seen % ROWS_BETWEEN_LOOKS_AT_CLOCK === 0 && performance.now() > until)
      return { words, common, last: row.term };
  }
  return { words, common, last: undefined };
}

/** Of names there are few words, so they are looked through once more. */
function wishLists(db: Db, common: readonly Word[], range: { readonly from: string; readonly to: string }): void {
  for (const { term, documents } of common) wishChampions(db, 'body', term, documents);
  const names = db
    .prepare<unknown[], Word>(
      `SELECT term, doc AS documents FROM names_term WHERE term > :from AND term <= :to AND doc >= ${COMMON}`,
    )
    .all(range);
  for (const { term, documents } of names) {
    wishChampions(db, 'names', term, documents);
    wishBeginnings(db, term);
  }
}

function replaceWords(db: Db, words: readonly Word[], range: { from: string; to: string; minNames: number }): void {
  db.prepare('DELETE FROM word WHERE term > :from AND term <= :to').run({ from: range.from, to: range.to });
  const insert = db.prepare('INSERT INTO word (term, documents) VALUES (?, ?)');
  for (const { term, documents } of words) insert.run(term, documents);
  db.prepare(
    `INSERT INTO word SELECT term, doc FROM names_term
     WHERE term > :from AND term <= :to AND doc >= :minNames AND ${LENGTHS} AND ${ORDINARY}
     ON CONFLICT (term) DO UPDATE SET documents = max(documents, excluded.documents)`,
  ).run(range);
}
