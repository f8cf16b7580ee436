/**
 * Filters that let few documents through. In a large index these are listed once, instead of asking the filter about
 * each document that has a common word. How many they are is told by a sample.
 */
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { type SqlCondition, searchedId } from './filter-sql.js';

/** A list of such a share of all documents takes less time than to ask about each that has a common word. */
const NARROW_SHARE = 0.06;
/** Looked at, evenly spread: 1 ms. */
const SAMPLED = 400;

/** @returns the same condition by a list of the ids that it lets through; undefined when they are many. */
export function narrowed(db: Db, condition: SqlCondition): SqlCondition | undefined {
  if (condition.ofRow('value') === '' || !isNarrow(db, condition)) return undefined;
  const ids = db.prepare<unknown[], number>(condition.all).pluck().all(condition.parameters);
  const list = 'SELECT value FROM json_each(:narrow)';
  const isIn = (id: string) => `AND ${searchedId(id)} IN (${list})`;
  return { sql: isIn, each: isIn, ofRow: isIn, all: list, parameters: { narrow: JSON.stringify(ids) } };
}

function isNarrow(db: Db, { ofRow, parameters }: SqlCondition): boolean {
  const last = prepared<number | null>(db, 'SELECT max(id) FROM part').pluck().get() ?? 0;
  const sample = Array.from({ length: SAMPLED }, (_, at) => 1 + Math.floor((at * last) / SAMPLED));
  const through = db
    .prepare<unknown[], number>(`SELECT count(*) FROM json_each(:sample) WHERE true ${ofRow('value')}`)
    .pluck()
    .get({ ...parameters, sample: JSON.stringify(sample) });
  return (through ?? 0) <= SAMPLED * NARROW_SHARE;
}
