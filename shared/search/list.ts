/**
 * All documents that match a query, however many: what `find-text -l`, `-0` and `-n 0` print. Such lists are handed to
 * other programs, so they are exact: no repaired word, no document that has only some of the words. The set is that of
 * search().
 */
import type { Db } from '../store/open.js';
import type { CandidateSet } from './candidates.js';
import { correct } from './correct.js';
import { type CanLook, fileState } from './document-text.js';
import { hasInner } from './filter-sql.js';
import { type FoundDocument, pathOf } from './found-documents.js';
import { orderedDocuments } from './ordered-documents.js';
import { findPointed, type Pointed } from './pasted/find-pointed.js';
import { showPointed } from './pasted/show-pointed.js';
import type { Query } from './query.js';
import type { Ranked } from './rank.js';
import { repair } from './repair.js';
import {
  type Hit,
  otherDocuments,
  type QueryOptions,
  rankDocuments,
  readQuery,
  toQueryMatchers,
  understand,
} from './search.js';
import { type QueryMatchers, showDocument } from './show-document.js';

export interface ListOptions extends QueryOptions {
  /** How many are to come in the order of their rank; the others follow as they stand in the index. */
  readonly ranked: number;
  /** As in SearchOptions. */
  readonly explains?: boolean;
}

export interface Listing<Item> {
  /** Read them while the index is open. */
  readonly items: Iterable<Item>;
  /** When nothing was found: what the user may have meant. */
  readonly suggest: () => string | undefined;
}

/** @throws FindTextError FT_QUERY_SYNTAX */
export function listHits(db: Db, text: string, options: ListOptions): Listing<Hit> {
  const { canLook } = options;
  return list(db, text, options, ({ document, score, parts, pointed }, matchers) => {
    const shown = pointed ? showPointed(db, pointed, canLook) : showDocument({ db, matchers, canLook }, document, true);
    return shown && { ...shown, score, isWhole: true, ...(options.explains && { parts }) };
  });
}

/** As bytes. */
export interface ListedPath {
  readonly path: Buffer;
  /** The file has changed since it was indexed. */
  readonly isStale: boolean;
  /** Its volume does not answer. */
  readonly isUnverified: boolean;
}

/**
 * Of the files that are there, or may be, without looking into them. A file is listed once, however many of the
 * documents in it match.
 * @throws FindTextError FT_QUERY_SYNTAX
 */
export function listPaths(db: Db, text: string, options: ListOptions): Listing<ListedPath> {
  const isListed = onceEach(db);
  return list(db, text, options, ({ document }) => {
    if (isListed(document.fileId)) return undefined;
    const state = fileState(document, options.canLook);
    if (state === 'gone') return undefined;
    return { path: pathOf(document), isStale: state === 'changed', isUnverified: state === 'unverified' };
  });
}

/** Was the file asked about before? Costs nothing where no file holds others. */
function onceEach(db: Db): (fileId: number) => boolean {
  if (!hasInner(db)) return () => false;
  const seen = new Set<number>();
  return (fileId) => seen.size === seen.add(fileId).size;
}

interface Listed {
  readonly document: FoundDocument;
  readonly score: number;
  readonly parts?: Ranked['parts'];
  /** A pasted text names it. */
  readonly pointed?: Pointed;
}

function list<Item>(
  db: Db,
  text: string,
  options: ListOptions,
  toItem: (listed: Listed, matchers: QueryMatchers | undefined) => Item | undefined,
): Listing<Item> {
  const { query, candidates } = understand(db, readQuery(db, text, options), options.ranked);
  const found = candidates.result();
  const matchers = toQueryMatchers(query, found);
  function* items(): Generator<Item> {
    for (const listed of pointedThenOthers(db, query, found, options)) {
      const item = toItem(listed, matchers);
      if (item !== undefined) yield item;
    }
  }
  return { items: items(), suggest: () => suggestionFor(db, query, text, options) };
}

function* pointedThenOthers(db: Db, query: Query, found: CandidateSet, options: ListOptions): Generator<Listed> {
  const pointed = findPointed(db, query.pasted, options);
  const known = new Set(pointed.map(({ document }) => document.id));
  const others = bestThenOthers(db, query, found, options.canLook);
  const first = others.next();
  const highest = first.done ? 0 : first.value.score;
  for (const [i, one] of pointed.entries())
    yield { document: one.document, score: highest + pointed.length - i, pointed: one };
  if (!first.done && !known.has(first.value.document.id)) yield first.value;
  for (const other of others) if (!known.has(other.document.id)) yield other;
}

function* bestThenOthers(
  db: Db,
  query: Query,
  candidates: CandidateSet,
  canLook: CanLook | undefined,
): Generator<Listed> {
  if (query.order) {
    for (const document of orderedDocuments(db, query)) yield { document, score: 0 };
    return;
  }
  const { documents, ranked } = rankDocuments(db, query, candidates, canLook);
  const best = ranked.filter(({ isWhole }) => isWhole);
  for (const { candidate, score, parts } of best)
    yield { document: documents.get(candidate.id) as FoundDocument, score, parts };
  yield* otherDocuments(db, query, best);
}

/** Only what would list a file. */
function suggestionFor(db: Db, query: Query, text: string, options: ListOptions): string | undefined {
  if (query.hasOperators) return undefined;
  const repaired = repair(db, query, { wanted: 1, canLook: options.canLook });
  const suggested = repaired && correct(text, repaired.corrections);
  if (suggested === undefined) return undefined;
  for (const _ of listPaths(db, suggested, options).items) return suggested;
  return undefined;
}
