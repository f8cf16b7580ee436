/**
 * The main job in one function: an index and what the user typed → the best documents, each with a snippet.
 * Used by find-text and by the daemon. Reads the index and the files found, changes nothing.
 *
 * A file that is gone is never shown. One that has changed since it was indexed is shown, and marked, while it still matches
 * as far as can be seen: plain text is looked at as it is now, of extracted documents only the indexed text is there.
 */
import type { Db } from '../store/open.js';
import { CandidateSearch, type CandidateSet } from './candidates.js';
import type { CanLook } from './document-text.js';
import { documentsById, type FoundDocument } from './found-documents.js';
import { withHalfTyped } from './match-expression.js';
import { toMatcher } from './matcher.js';
import { parseQuery } from './parse-query.js';
import type { Query } from './query.js';
import { type Ranked, rank } from './rank.js';
import { type Correction, type Repaired, repair, replaceIn } from './repair.js';
import { type ShownDocument, showDocument } from './show-document.js';
import type { SnippetMatchers } from './snippet.js';

export interface QueryOptions {
  /** Now, in milliseconds since 1970: `modified:today` depends on it. */
  readonly nowMs: number;
  /** What `~` means in `in:~/letters`. */
  readonly home?: string | undefined;
  /** What `.` means in `in:./letters`. */
  readonly cwd?: string | undefined;
  /** Asked of each file before it is looked at. @default always */
  readonly canLook?: CanLook;
}

export interface SearchOptions extends QueryOptions {
  /** Number of hits; at least 1. */
  readonly limit: number;
  /** Hits to leave out at the beginning. @default 0 */
  readonly offset?: number;
}

export interface Hit extends ShownDocument {
  readonly score: number;
  /** False: some words of the query are missing. Such hits come last. */
  readonly isWhole: boolean;
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Documents that match the whole query; at least so many when it is not exact. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Words that are in no document, and what was searched instead. */
  readonly corrections: readonly Correction[];
  /** The query with these corrections. */
  readonly searched: string;
}

/** Sees one snapshot of the index, whatever is written meanwhile. @throws FindTextError FT_QUERY_SYNTAX */
export function search(db: Db, text: string, options: SearchOptions): SearchResult {
  return db.inTransaction ? answer(db, text, options) : db.transaction(answer)(db, text, options);
}

function answer(db: Db, text: string, options: SearchOptions): SearchResult {
  const { limit, offset = 0, canLook } = options;
  const { query, candidates, corrections } = understand(db, parseQuery(text, options), offset + limit);
  candidates.findSome();
  const found = candidates.result();
  const { documents, ranked } = rankDocuments(db, query, found);
  const matchers = toSnippetMatchers(query, found);
  const hits: Hit[] = [];
  let passed = 0;
  for (const { candidate, score, isWhole } of ranked) {
    const shown = showDocument(db, documents.get(candidate.id) as FoundDocument, matchers, isWhole, canLook);
    if (!shown || passed++ < offset) continue;
    hits.push({ ...shown, score, isWhole });
    if (hits.length === limit) break;
  }
  const { total, isTotalExact } = found;
  return { hits, total, isTotalExact, corrections, searched: correct(text, corrections) };
}

/** The query as it is, or repaired when no document matches all of it. */
function understand(db: Db, query: Query, wanted: number): Repaired {
  const candidates = new CandidateSearch(db, query, wanted);
  const repaired = candidates.findWhole() === 0 ? repair(db, query, wanted) : undefined;
  return repaired ?? { query, candidates, corrections: [] };
}

/** The text of a query with the corrections made. */
export function correct(text: string, corrections: readonly Correction[]): string {
  return corrections.reduce((corrected, { from, to }) => replaceIn(corrected, from, to), text);
}

/** A word that a quarter of the documents hold tells nothing about one of them. */
export function toSnippetMatchers(query: Query, { frequencies, documents }: CandidateSet): SnippetMatchers | undefined {
  const all = toMatcher(query);
  const telling = toMatcher(query, (group) => (frequencies[group] ?? 0) <= documents / 4);
  return all && { all, telling: telling ?? all, halfTyped: toMatcher(withHalfTyped(query)) };
}

export function rankDocuments(
  db: Db,
  query: Query,
  candidates: CandidateSet,
): { documents: ReadonlyMap<number, FoundDocument>; ranked: readonly Ranked[] } {
  const ids = candidates.candidates.map((candidate) => candidate.id);
  const documents = documentsById(db, ids);
  return { documents, ranked: rank(query, candidates, documents) };
}
