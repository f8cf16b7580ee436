/**
 * The main job in one function: an index and what the user typed → the best documents, each with a snippet. Reads the
 * index and the files found, changes nothing.
 *
 * A file that is gone is never shown. One that has changed since it was indexed is shown, and marked, while it still
 * matches as far as can be seen. Plain text is looked at as it is now. Of extracted documents only the indexed text is
 * there.
 */
import type { Db } from '../store/open.js';
import { CandidateSearch, type CandidateSet } from './candidates.js';
import { Copies, type CopiesShown } from './copies.js';
import { correct } from './correct.js';
import type { CanLook } from './document-text.js';
import { toSqlCondition } from './filter-sql.js';
import { allDocuments, documentsById, type FoundDocument } from './found-documents.js';
import { FullText } from './full-text.js';
import { preferLiteral } from './literal.js';
import { lookUpChanges } from './look-up-changes.js';
import { loosened } from './loosen.js';
import { groupExpressions, phraseOf, withHalfTyped } from './match-expression.js';
import { hintMatcher, toMatcher, withHints } from './matcher.js';
import { namesAround, readingsInNames } from './middle-of-names.js';
import { missingWords, wordsBeside } from './missing-words.js';
import { orderedDocuments } from './ordered-documents.js';
import { parseQuery } from './parse-query.js';
import { withPointed } from './pasted/answer-pointed.js';
import { findPointed } from './pasted/find-pointed.js';
import type { Query } from './query.js';
import { toQuestion } from './question.js';
import { type Ranked, rank, type ScoreParts } from './rank.js';
import { type Correction, type Repaired, repair } from './repair.js';
import { type QueryMatchers, type Showing, type ShownDocument, showDocument } from './show-document.js';
import { inSnapshot } from './snapshot.js';
import { withTellingWords } from './telling-words.js';

export interface QueryOptions {
  /** Now, in milliseconds since 1970: `modified:today` depends on it. */
  readonly nowMs: number;
  /** What `~` means in `in:~/letters`. */
  readonly home?: string | undefined;
  /** What `.` means in `in:./letters`. */
  readonly cwd?: string | undefined;
  /** Where a path of `in:` leads in the index. @default it is taken as it is */
  readonly realFolder?: ((path: Buffer) => Buffer) | undefined;
  /** The number of the user of a name in `by:`. @default only numbers are understood */
  readonly userId?: ((name: string) => number | undefined) | undefined;
  /** Asked of each file before it is looked at. @default always */
  readonly canLook?: CanLook;
}

export interface SearchOptions extends QueryOptions {
  /** Number of hits; at least 1. */
  readonly limit: number;
  /** Hits to leave out at the beginning. @default 0 */
  readonly offset?: number;
  /**
   * Of files with the same text, or nearly the same: one is a hit and names the others, or each is one and names the
   * first. @default each is one
   */
  readonly copies?: 'folded' | 'marked';
  /** Hits say what their score is made of. @default false */
  readonly explains?: boolean;
}

export interface Hit extends ShownDocument, CopiesShown {
  readonly score: number;
  /** False: some words of the query are missing. Such hits come last. */
  readonly isWhole: boolean;
  /** These words, where it is not whole. */
  readonly missing?: readonly string[];
  /** What the score is made of; not there: it was not ranked by its words. */
  readonly parts?: (() => ScoreParts) | undefined;
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
  /** What the user may have meant, though every word as typed stands in some document. */
  readonly offered?: string | undefined;
}

/** Sees one snapshot of the index, whatever is written meanwhile. @throws FindTextError FT_QUERY_SYNTAX */
export function search(db: Db, text: string, options: SearchOptions): SearchResult {
  return inSnapshot(db, () => answer(db, text, options));
}

function answer(db: Db, text: string, options: SearchOptions): SearchResult {
  const query = readQuery(db, text, options);
  const pointed = findPointed(db, query.pasted, options);
  if (pointed.length === 0) return answerQuery(db, text, query, options);
  return withPointed(db, pointed, options, (others) => answerQuery(db, text, query, others));
}

/** As it is asked: with the files of conditions on last changes, and of too many words those that tell most. */
export function readQuery(db: Db, text: string, options: QueryOptions): Query {
  return withTellingWords(db, lookUpChanges(db, parseQuery(text, options)));
}

/** Beside what is found otherwise. */
export interface OtherOptions extends SearchOptions {
  /** Something is found already. */
  readonly isFound?: boolean;
}

function answerQuery(db: Db, text: string, asked: Query, options: OtherOptions): SearchResult {
  const wanted = (options.offset ?? 0) + options.limit;
  const { query, candidates, isFound, isInName } = understand(db, asked, wanted);
  const isRight = (isFound && !isInName) || options.isFound || query.hasOperators;
  const repaired = isRight ? undefined : repair(db, isInName ? asked : query, { wanted, canLook: options.canLook });
  const isOffer = isInName ? repaired && repaired.candidates.wholeIds().length > 0 : repaired?.isOffer;
  const better = repaired && !isInName && !isOffer ? showFound(db, repaired, options) : undefined;
  if (repaired && better && better.hits.length > 0) {
    const { corrections } = repaired;
    const shown = toQuestion(query) ? better : withNamed(db, query, better, options);
    return { ...shown, corrections, searched: correct(text, corrections) };
  }
  const offered = repaired && isOffer ? correct(text, repaired.corrections) : undefined;
  return { ...showFound(db, { query, candidates }, options), corrections: [], searched: text, offered };
}

/**
 * A word that is in no document may be the beginning of one, though the stemmer would change it. What was pasted may
 * stand apart.
 */
export function understand(db: Db, query: Query, wanted: number): Understood {
  const candidates = new CandidateSearch(db, query, wanted);
  if (candidates.findWhole() > 0)
    return betterMessage(db, query, candidates, wanted) ?? { query, candidates, isFound: true };
  if (candidates.isClosed) return { query, candidates, isFound: true };
  for (const other of otherReadings(db, query)) {
    const others = new CandidateSearch(db, other.query, wanted);
    if (others.findWhole() > 0) return { ...other, candidates: others, isFound: true };
  }
  return { query, candidates, isFound: false };
}

/** What has the words of a message in a row is meant, unless something has its values, too. */
function betterMessage(db: Db, query: Query, candidates: CandidateSearch, wanted: number): Understood | undefined {
  const message = messageOf(query);
  const others = message && new CandidateSearch(db, message, wanted);
  if (!others || others.findWhole() === 0 || others.wholeAmong(candidates.wholeIds()).length > 0) return undefined;
  return { query: message, candidates: others, isFound: true };
}

function messageOf(query: Query): Query | undefined {
  const groups = query.pasted?.message;
  return groups && !query.hasOperators ? { ...query, groups } : undefined;
}

/** Of a query that no document matches, one after the other: each may be the last that is needed. */
function* otherReadings(db: Db, query: Query): Generator<Pick<Understood, 'query' | 'isInName'>> {
  const halfTyped = { ...query, isHalfTyped: true };
  if (withHalfTyped(halfTyped).groups !== withHalfTyped(query).groups) yield { query: halfTyped };
  for (const reading of [messageOf(query), loosened(query)]) if (reading) yield { query: reading };
  for (const reading of readingsInNames(db, query)) yield { query: reading, isInName: true };
}

interface Understood {
  readonly query: Query;
  /** Which have done findWhole. */
  readonly candidates: CandidateSearch;
  /** Or nothing can be. */
  readonly isFound: boolean;
  /** No file has one of the words but in the middle of its name: it may be mistyped. */
  readonly isInName?: boolean;
}

type Shown = Pick<SearchResult, 'hits' | 'total' | 'isTotalExact'>;

function showFound(
  db: Db,
  { query, candidates }: Pick<Repaired, 'query' | 'candidates'>,
  options: SearchOptions,
): Shown {
  const { limit, offset = 0, canLook } = options;
  candidates.findSome();
  const found = candidates.result();
  const showing: Showing = { db, matchers: toQueryMatchers(query, found), canLook };
  const hits: Hit[] = [];
  const copies = options.copies && new Copies(db, canLook);
  let [passed, lost, whole] = [0, 0, 0];
  for (const { document, score, isWhole, held = 0, parts } of inOrder(showing, query, found)) {
    if (options.copies === 'folded' && copies?.isFolded(document, isWhole)) {
      whole += Number(isWhole);
      continue;
    }
    const shown = showDocument(showing, document, isWhole);
    if (!shown) lost += Number(isWhole);
    else if (isWhole) whole++;
    if (!shown || passed++ < offset) continue;
    const missing = isWhole ? {} : { missing: wordsBeside(query, held) };
    const explained = options.explains && { parts };
    hits.push({ ...shown, score, isWhole, ...missing, ...explained, ...copies?.shown(document, isWhole) });
    if (hits.length === limit)
      return { hits, total: Math.max(found.total - lost, whole), isTotalExact: found.isTotalExact };
  }
  return { hits, total: whole, isTotalExact: true };
}

interface Listed {
  readonly document: FoundDocument;
  readonly score: number;
  readonly isWhole: boolean;
  /** Bit i is set when it has group i of the query; not there: it has all, or none. */
  readonly held?: number;
  readonly parts?: Ranked['parts'];
}

/** Those that match, then those whose name only holds the word. */
function* inOrder(showing: Showing, query: Query, found: CandidateSet): Generator<Listed> {
  const known = new Set<number>();
  for (const listed of bestFirst(showing, query, found)) {
    known.add(listed.document.id);
    yield listed;
  }
  for (const document of namesAround(showing.db, query))
    if (!known.has(document.id)) yield { document, score: 0, isWhole: false };
}

/** The best, then all others that match the whole query, then those with some of its words. */
function* bestFirst({ db, canLook }: Showing, query: Query, found: CandidateSet): Generator<Listed> {
  if (query.order && found.total > 0) {
    for (const document of orderedDocuments(db, query)) yield { document, score: 0, isWhole: true };
    return;
  }
  const { documents, ranked } = rankDocuments(db, query, found, canLook);
  const toListed = ({ candidate, score, isWhole, parts }: Ranked): Listed => {
    return { document: documents.get(candidate.id) as FoundDocument, score, isWhole, held: candidate.groups, parts };
  };
  const whole = ranked.filter(({ isWhole }) => isWhole);
  yield* (found.isQuestion ? ranked : whole).map(toListed);
  if (!found.isTotalExact || found.total > whole.length) yield* otherDocuments(db, query, whole);
  if (!found.isQuestion) yield* ranked.filter(({ isWhole }) => !isWhole).map(toListed);
}

/** Those that match the whole query and were not ranked, in the order of the index. */
export function* otherDocuments(db: Db, query: Query, ranked: readonly Ranked[]): Generator<Listed> {
  const known = new Set(ranked.map(({ candidate }) => candidate.id));
  for (const document of allDocuments(db, query))
    if (!known.has(document.id)) yield { document, score: 0, isWhole: true };
}

/** Of a word that stands in more names and titles no single file can be meant. */
const MAX_NAMED = 5;

/**
 * A file whose name or title has a word as it was typed may be the one that is meant: it is among the hits. A question
 * names none.
 */
function withNamed(db: Db, query: Query, shown: Shown, options: SearchOptions): Shown {
  const { limit, offset = 0, canLook } = options;
  const known = new Set(shown.hits.map(({ id }) => id));
  const ids = offset > 0 ? [] : namedByOneWord(db, query).filter((id) => !known.has(id));
  const documents = documentsById(db, ids.slice(0, limit));
  const showing: Showing = { db, matchers: toQueryMatchers(query, { frequencies: [], documents: 0 }), canLook };
  const named = [...documents.values()].flatMap((document): Hit[] => {
    const hit = showDocument(showing, document, false);
    return hit ? [{ ...hit, score: 0, isWhole: false, missing: missingWords(db, query, hit.id) }] : [];
  });
  return { ...shown, hits: [...shown.hits.slice(0, limit - named.length), ...named] };
}

function namedByOneWord(db: Db, query: Query): number[] {
  const terms = query.groups.flat().filter(({ field }) => field !== 'path');
  const fullText = new FullText(db, toSqlCondition(query, db));
  const found = terms.map((term) => {
    const expression = `{name title} : ${phraseOf(term.text)}`;
    return fullText.best('names', expression, MAX_NAMED + 1).map(([id]) => id);
  });
  return [...new Set(found.filter(({ length }) => length <= MAX_NAMED).flat())];
}

/** A word that a quarter of the documents hold tells nothing about one of them. */
export function toQueryMatchers(
  query: Query,
  { frequencies, documents }: Pick<CandidateSet, 'frequencies' | 'documents'>,
): QueryMatchers | undefined {
  const hints = query.hints && hintMatcher(query.hints);
  const all = toMatcher(query);
  if (!all) return hints && { all: hints, telling: hints, bodies: [] };
  const telling = toMatcher(query, (group) => (frequencies[group] ?? 0) <= documents / 4);
  const halfTyped = toMatcher(withHalfTyped(query));
  const shown = hints ? withHints(all, hints) : all;
  return { all: shown, telling: telling ?? all, needed: halfTyped ?? all, halfTyped, bodies: groupExpressions(query) };
}

export function rankDocuments(
  db: Db,
  query: Query,
  candidates: CandidateSet,
  canLook?: CanLook,
): { documents: ReadonlyMap<number, FoundDocument>; ranked: readonly Ranked[] } {
  const ids = candidates.candidates.map((candidate) => candidate.id);
  const documents = documentsById(db, ids);
  const ranked = rank(query, candidates, documents);
  return { documents, ranked: preferLiteral(query, ranked, { db, documents, canLook }) };
}
