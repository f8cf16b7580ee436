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
import { allDocuments, documentsById, type FoundDocument, pathOf } from './found-documents.js';
import { asPrefix } from './match-expression.js';
import { toMatcher } from './matcher.js';
import { parseQuery } from './parse-query.js';
import type { Query } from './query.js';
import { type Ranked, rank } from './rank.js';
import { type Correction, repair, replaceIn } from './repair.js';
import { type ShownDocument, showDocument } from './show-document.js';
import type { SnippetMatchers } from './snippet.js';

interface QueryOptions {
  /** Now, in milliseconds since 1970: `modified:today` depends on it. */
  readonly nowMs: number;
  /** What `~` means in `in:~/letters`. */
  readonly home?: string | undefined;
  /** What `.` means in `in:./letters`. */
  readonly cwd?: string | undefined;
}

export interface SearchOptions extends QueryOptions {
  /** Number of hits; at least 1. */
  readonly limit: number;
  /** Hits to leave out at the beginning. @default 0 */
  readonly offset?: number;
}

export interface ListOptions extends QueryOptions {
  /** How many of the paths are to come in the order of their rank; the others follow as they come. */
  readonly ranked: number;
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
  return { hits, total, isTotalExact, corrections, searched: correct(text, corrections) };
}

export interface Listing<Item> {
  /** The best first, then the others as they stand in the index. Read it while the index is open. */
  readonly items: Iterable<Item>;
  readonly corrections: readonly Correction[];
  readonly searched: string;
}

/** Every document that matches the whole query, however many. @throws FindTextError FT_QUERY_SYNTAX */
export function searchAll(db: Db, text: string, options: ListOptions): Listing<Hit> {
  return list(db, text, options, ({ document, score }, matchers) => {
    const shown = showDocument(db, document, matchers, true);
    return shown && { ...shown, score, isWhole: true };
  });
}

/** The same, without looking into the files: paths as bytes. @throws FindTextError FT_QUERY_SYNTAX */
export function listPaths(db: Db, text: string, options: ListOptions): Listing<Buffer> {
  return list(db, text, options, ({ document }) => (fileState(document) === 'gone' ? undefined : pathOf(document)));
}

interface Listed {
  readonly document: FoundDocument;
  readonly score: number;
}

function list<Item>(
  db: Db,
  text: string,
  options: ListOptions,
  toItem: (listed: Listed, matchers: SnippetMatchers | undefined) => Item | undefined,
): Listing<Item> {
  const { query, candidates, corrections } = understand(db, text, options, options.ranked);
  const found = candidates.result();
  const matchers = toSnippetMatchers(query, found);
  function* items(): Generator<Item> {
    for (const listed of bestThenOthers(db, query, found)) {
      const item = toItem(listed, matchers);
      if (item !== undefined) yield item;
    }
  }
  return { items: items(), corrections, searched: correct(text, corrections) };
}

function* bestThenOthers(db: Db, query: Query, candidates: CandidateSet): Generator<Listed> {
  const { documents, ranked } = rankDocuments(db, query, candidates);
  const best = ranked.filter(({ isWhole }) => isWhole);
  for (const { candidate, score } of best) yield { document: documents.get(candidate.id) as FoundDocument, score };
  const listed = new Set(best.map(({ candidate }) => candidate.id));
  for (const document of allDocuments(db, query)) if (!listed.has(document.id)) yield { document, score: 0 };
}

function correct(text: string, corrections: readonly Correction[]): string {
  return corrections.reduce((corrected, { from, to }) => replaceIn(corrected, from, to), text);
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
  const last = query.groups.length - 1;
  const telling = toMatcher(query, (group) => (frequencies[group] ?? 0) <= documents / 4);
  const halfTyped = toMatcher({
    ...query,
    groups: query.groups.map((group, i) => (i === last ? asPrefix(group) : group)),
  });
  return all && { all, telling: telling ?? all, halfTyped };
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
