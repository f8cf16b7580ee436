/** The files that a pasted text points to, before those that hold it. */
import type { Db } from '../../store/open.js';
import type { Hit, OtherOptions, SearchOptions, SearchResult } from '../search.js';
import type { Pointed } from './find-pointed.js';
import { showPointed } from './show-pointed.js';

/** @param answerOthers  what a query of its words finds. */
export function withPointed(
  db: Db,
  pointed: readonly Pointed[],
  options: SearchOptions,
  answerOthers: (options: OtherOptions) => SearchResult,
): SearchResult {
  const { offset = 0, limit, canLook } = options;
  const shown = pointed.flatMap((one) => showPointed(db, one, canLook) ?? []);
  const others = answerOthers({ ...options, offset: 0, limit: offset + limit, isFound: shown.length > 0 });
  const known = new Set(shown.map(({ id }) => id));
  const highest = Math.max(0, ...others.hits.map(({ score }) => score));
  const first = shown.map((hit, i): Hit => ({ ...hit, score: highest + shown.length - i, isWhole: true }));
  const hits = [...first, ...others.hits.filter(({ id }) => !known.has(id))];
  const alsoFound = others.hits.filter(({ id, isWhole }) => isWhole && known.has(id)).length;
  return { ...others, hits: hits.slice(offset, offset + limit), total: others.total + shown.length - alsoFound };
}
