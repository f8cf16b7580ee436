/**
 * Statements that a search asks, kept for the next one: to compile them took 6 % of it. A statement that is not being
 * read holds nothing of the index.
 */
import type { Db, Statement } from './open.js';

/** Filters make ever others. */
const MOST_KEPT = 100;

const kept = new WeakMap<Db, Map<string, Statement<unknown>>>();

/** Who asks reads all of its rows at once, and says how each time: `pluck` and `raw` stay as they were left. */
export function prepared<Row>(db: Db, sql: string): Statement<Row> {
  const known = kept.get(db) ?? new Map<string, Statement<unknown>>();
  kept.set(db, known);
  if (!known.has(sql)) {
    if (known.size >= MOST_KEPT) known.clear();
    known.set(sql, db.prepare<unknown[], unknown>(sql));
  }
  return known.get(sql) as Statement<Row>;
}
