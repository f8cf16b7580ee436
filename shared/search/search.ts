/**
 * The main job in one function: an index and what the user typed → the best documents, each with a snippet.
 * Used by find-text and by the daemon. Reads the index and the files found, changes nothing.
 *
 * A file that is gone is never shown. One that has changed since it was indexed is shown, and marked, while it still matches
 * as far as can be seen: plain text is looked at as it is now, of extracted documents only the indexed text is there.
 */
import type { Db } from '../store/open.js';
import { CandidateSearch, type CandidateSet } from './candidates.js';
import { fileState } from './document-text.js';
import { allDocuments, documentsById, type FoundDocument } from './found-documents.js';
import { toMatcher } from './matcher.js';
import { parseQuery } from './parse-query.js';
import type { Query } from './query.js';
import { type Ranked, rank } from './rank.js';
import { type Correction, repair } from './repair.js';
import { type ShownDocument, showDocument } from './show-document.js';
import type { SnippetMatchers } from './snippet.js';

export interface SearchOptions {
  /** Number of hits; at least 1. */
  readonly limit: number;
  /** Hits to leave out at the beginning. @default 0 */
  readonly offset?: number;
  /** Now, in milliseconds since 1970: `modified:today` depends on it. */
  readonly nowMs: number;
  /** What `~` means in `in:~/letters`. */
  readonly home?: string | undefined;
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
}

/** @throws FindTextError FT_QUERY_SYNTAX */
export function search(db: Db, text: string, options: SearchOptions): SearchResult {
  const { limit, offset = 0 } = options;
  const { query, candidates, corrections } = understand(db, text, options, offset + limit);
  candidates.findSome();
  const found = candidates.result();
  const { documents, ranked } = rankDocuments(db, query, found);
  const matchers = toSnippetMatchers(query, found);
  const hits: Hit[] = [];
  let passed = 0;
  for (const { candidate, score, isWhole } of ranked) {
    const shown = showDocument(db, documents.get(candidate.id) as FoundDocument, matchers, isWhole);
    if (!shown || passed++ < offset) continue;
    hits.push({ ...shown, score, isWhole });
    if (hits.length === limit) break;
  }
  const { total, isTotalExact } = found;
  return { hits, total, isTotalExact, corrections };
}

export interface PathList {
  /** The best first, then all others in the order of the index; read them while the index is open. */
  readonly paths: Iterable<Buffer>;
  readonly corrections: readonly Correction[];
}

/** Every document that matches the whole query and whose file is still there, without looking into it. */
export function listPaths(db: Db, text: string, options: Omit<SearchOptions, 'limit' | 'offset'>): PathList {
  const { query, candidates, corrections } = understand(db, text, options, 1);
  return { paths: bestThenOthers(db, query, candidates.result()), corrections };
}

function* bestThenOthers(db: Db, query: Query, candidates: CandidateSet): Generator<Buffer> {
  const { documents, ranked } = rankDocuments(db, query, candidates);
  const best = ranked
    .filter(({ isWhole }) => isWhole)
    .map(({ candidate }) => documents.get(candidate.id) as FoundDocument);
  const isThere = (document: FoundDocument) => fileState(document) !== 'gone';
  for (const document of best) if (isThere(document)) yield document.path;
  const listed = new Set(best.map((document) => document.id));
  for (const document of allDocuments(db, query)) {
    if (!listed.has(document.id) && isThere(document)) yield document.path;
  }
}

interface Understood {
  readonly query: Query;
  readonly candidates: CandidateSearch;
  readonly corrections: readonly Correction[];
}

function understand(
  db: Db,
  text: string,
  options: Omit<SearchOptions, 'limit' | 'offset'>,
  wanted: number,
): Understood {
  const query = parseQuery(text, options);
  const candidates = new CandidateSearch(db, query, wanted);
  const repaired = candidates.findWhole() === 0 ? repair(db, query, wanted) : undefined;
  return repaired ?? { query, candidates, corrections: [] };
}

/** A word that a quarter of the documents hold tells nothing about one of them. */
function toSnippetMatchers(query: Query, { frequencies, documents }: CandidateSet): SnippetMatchers | undefined {
  const all = toMatcher(query);
  const telling = toMatcher(query, (group) => (frequencies[group] ?? 0) <= documents / 4);
  return all && { all, telling: telling ?? all };
}

function rankDocuments(
  db: Db,
  query: Query,
  candidates: CandidateSet,
): { documents: ReadonlyMap<number, FoundDocument>; ranked: readonly Ranked[] } {
  const ids = candidates.candidates.map((candidate) => candidate.id);
  const documents = documentsById(db, ids);
  return { documents, ranked: rank(query, candidates, documents) };
}
