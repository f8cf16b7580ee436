/** The questions asked of the two full-text tables. Expressions are FTS5's; `condition` holds for every answer but counts. */
import type { Db } from '../store/open.js';
import type { SqlCondition } from './filter-sql.js';

/** A title weighs five times its text, markup almost nothing; a name more than a title, a folder less. Fitted on known items. */
const SCORES = { body: 'bm25(body, 5, 1, 0.05)', names: 'bm25(names, 10, 2, 5)' } as const;

/** Document and BM25; larger is better. */
export type Scored = [id: number, score: number];
export type Table = keyof typeof SCORES;

export class FullText {
  constructor(
    private readonly db: Db,
    private readonly condition: SqlCondition,
    private readonly wholeCondition: SqlCondition,
  ) {}

  /** The best matches, best first. */
  best(table: Table, expression: string, limit: number): Scored[] {
    const sql = `SELECT rowid, -${SCORES[table]} AS score FROM ${table}
                 WHERE ${table} MATCH :expression ${this.condition.sql(`${table}.rowid`)} ORDER BY score DESC LIMIT :limit`;
    const parameters = { expression, limit, ...this.condition.parameters };
    return this.db.prepare<unknown[], Scored>(sql).raw().all(parameters);
  }

  /**
   * Those of `ids` that match. The plus keeps SQLite from asking FTS5 once per id, which costs 20 µs each.
   */
  among(table: Table, expression: string, ids: readonly number[]): number[] {
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`;
    return this.#numbers(sql, expression, JSON.stringify(ids));
  }

  /** How many documents match, whatever the condition. */
  frequency(table: Table, expression: string): number {
    return this.#numbers(`SELECT count(*) FROM ${table} WHERE ${table} MATCH ?`, expression)[0] as number;
  }

  /** How many documents match in either table. Counts no further than `max`. */
  count(body: string | undefined, names: string | undefined, max: number): number {
    const { sql, parameters } = this.condition;
    const parts = [
      body && `SELECT rowid AS id FROM body WHERE body MATCH :body ${sql('body.rowid')}`,
      names && `SELECT rowid AS id FROM names WHERE names MATCH :names ${sql('names.rowid')}`,
    ].filter(Boolean);
    const source = parts.map((part) => `SELECT id FROM (${part} LIMIT :max)`).join(' UNION ');
    const counted = `SELECT count(*) FROM (${source} LIMIT :max)`;
    return this.#numbers(counted, { body, names, max, ...parameters })[0] as number;
  }

  /** Documents that match the whole query in whichever table, in no order. */
  whole(limit: number): number[] {
    const { sql, parameters } = this.wholeCondition;
    return this.#numbers(`SELECT id FROM doc AS one WHERE true ${sql('one.id')} LIMIT :limit`, {
      limit,
      ...parameters,
    });
  }

  /** Of all that the condition lets through. */
  newest(limit: number): number[] {
    const sql = `SELECT id FROM doc AS one WHERE true ${this.condition.sql('one.id')} ORDER BY mtime_ms DESC LIMIT :limit`;
    return this.#numbers(sql, { limit, ...this.condition.parameters });
  }

  #numbers(sql: string, ...parameters: unknown[]): number[] {
    return this.db
      .prepare<unknown[], number>(sql)
      .pluck()
      .all(...parameters);
  }
}
