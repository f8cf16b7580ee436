/** The whole job of a front end: an open index and a question → what is found, and why it may lack something. */
import { userId } from '../accounts.js';
import { type ListedPath, type Listing, listHits, listPaths } from '../search/list.js';
import { parseQuery } from '../search/parse-query.js';
import type { Misread } from '../search/query.js';
import { type Hit, type QueryOptions, type SearchOptions, type SearchResult, search } from '../search/search.js';
import { judge, type Reason } from './judge.js';
import { readKnowledge } from './knowledge.js';
import type { OpenIndex } from './open-index.js';
import { reachOf } from './reach.js';
import { realFolder } from './real-folder.js';

export interface Question {
  readonly query: string;
  readonly wants: 'hits' | 'paths';
  /** 0: all. */
  readonly limit: number;
  /** As in SearchOptions; not of a list. */
  readonly copies?: SearchOptions['copies'];
  readonly explains?: boolean;
}

/** Where and when the question is asked. */
export type Asker = Omit<QueryOptions, 'realFolder' | 'userId'>;

export type Found =
  | { readonly kind: 'best hits'; readonly result: SearchResult }
  | { readonly kind: 'all hits'; readonly list: Listing<Hit> }
  | { readonly kind: 'paths'; readonly list: Listing<ListedPath> };

export interface Answer {
  readonly found: Found;
  readonly misread: readonly Misread[];
  /** To be asked while the index is open; what matters most first. */
  readonly reasons: () => readonly Reason[];
}

/** Without a limit, so many come in the order of their rank before the others follow. */
const RANKED = 100;

/** @throws FindTextError FT_QUERY_SYNTAX; what SQLite throws */
export function answer(index: OpenIndex, question: Question, asker: Asker): Answer {
  const options = queryOptions(index, asker);
  const query = parseQuery(question.query, options);
  const reasons = () => {
    const reach = reachOf(query);
    return judge(readKnowledge(index, asker.nowMs, reach), reach);
  };
  return { found: find(index, question, options), misread: query.misread, reasons };
}

/** Folders are named as the user knows them, and meant where they lead. */
export function queryOptions<Given extends Asker>({ db }: OpenIndex, asker: Given) {
  return { ...asker, userId, realFolder: (path: Buffer) => realFolder(db, path, asker.canLook) };
}

function find(
  { db }: OpenIndex,
  { query, wants, limit, copies, explains = false }: Question,
  options: QueryOptions,
): Found {
  const ranked = limit || RANKED;
  if (wants === 'paths') return { kind: 'paths', list: listPaths(db, query, { ...options, ranked }) };
  if (limit === 0) return { kind: 'all hits', list: listHits(db, query, { ...options, ranked, explains }) };
  return { kind: 'best hits', result: search(db, query, { ...options, limit, explains, ...(copies && { copies }) }) };
}
