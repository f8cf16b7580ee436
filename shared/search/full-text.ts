/**
 * The questions asked of the full-text tables. Expressions are FTS5's; `condition` holds for every answer but counts.
 * What was appended to a document since its text was taken stands in parts of its own (`appended_text`): they count as
 * its `body`.
 */
import type { Db, Statement } from '../store/open.js';
import type { SqlCondition } from './filter-sql.js';

/**
 * A title weighs five times its text, markup almost nothing; a name more than a title, a folder less. Fitted on known
 * items.
 */
const SCORES = { body: 'bm25(body, 5, 1, 0.05)', names: 'bm25(names, 10, 2, 5)' } as const;

/** Document and BM25; larger is better. */
export type Scored = [id: number, score: number];
export type Table = keyof typeof SCORES;

/** Ids of the documents whose text matches the parameter of this name, some of them twice. */
export function textHolders(parameter: string): string {
  return `SELECT rowid AS id FROM body WHERE body MATCH ${parameter} UNION ALL ${appendedHolders(parameter)}`;
}

function appendedHolders(parameter: string): string {
  return `SELECT part_id AS id FROM appended WHERE id IN (SELECT rowid FROM appended_text WHERE appended_text MATCH ${parameter})`;
}

export class FullText {
  /** Few indexes have any; then nothing is asked of them. */
  readonly #hasAppended: boolean;
  readonly #statements = new Map<string, Statement<unknown>>();

  constructor(
    private readonly db: Db,
    private readonly condition: SqlCondition,
    private readonly wholeCondition: () => SqlCondition,
  ) {
    this.#hasAppended = db.prepare('SELECT 1 FROM appended LIMIT 1').get() !== undefined;
  }

  /** The best matches, best first. */
  best(table: Table, expression: string, limit: number): Scored[] {
    const sql = `SELECT rowid, -${SCORES[table]} AS score FROM ${table}
                 WHERE ${table} MATCH :expression ${this.condition.sql(`${table}.rowid`)} ORDER BY score DESC LIMIT :limit`;
    const parameters = { expression, limit, ...this.condition.parameters };
    return this.#statement<Scored>(sql).raw().all(parameters);
  }

  /**
   * As `best`, of parts that were appended: a document may come more than once, and no part need hold what all of it
   * holds.
   */
  bestAppended(expression: string, limit: number): Scored[] {
    if (!this.#hasAppended) return [];
    const sql = `SELECT part_id, -bm25(appended_text, 5, 1, 0.05) AS score
                 FROM appended_text CROSS JOIN appended ON appended.id = appended_text.rowid
                 WHERE appended_text MATCH :expression ${this.condition.sql('part_id')} ORDER BY score DESC LIMIT :limit`;
    const parameters = { expression, limit, ...this.condition.parameters };
    return this.#statement<Scored>(sql).raw().all(parameters);
  }

  /**
   * Those of `ids` that match. The plus keeps SQLite from asking FTS5 once per id, which costs 20 µs each.
   */
  among(table: Table, expression: string, ids: readonly number[]): number[] {
    const among = 'IN (SELECT value FROM json_each(:ids))';
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH :expression AND +rowid ${among}`;
    const appended = this.#isSplit(table) ? ` UNION ${appendedHolders(':expression')} AND part_id ${among}` : '';
    return this.#numbers(sql + appended, { expression, ids: JSON.stringify(ids) });
  }

  /** All that match in either table. */
  holders(body: string | undefined, names: string): number[] {
    const { sql, parameters } = this.condition;
    const inBody = body ? `SELECT rowid FROM body WHERE body MATCH :body ${sql('body.rowid')} UNION` : '';
    const inEither = `${inBody} SELECT rowid FROM names WHERE names MATCH :names ${sql('names.rowid')}`;
    return this.#numbers(inEither, { ...(body ? { body } : {}), names, ...parameters });
  }

  /** How many documents match, whatever the condition. */
  frequency(table: Table, expression: string): number {
    const sql = this.#isSplit(table)
      ? `SELECT count(DISTINCT id) FROM (${textHolders(':expression')})`
      : `SELECT count(*) FROM ${table} WHERE ${table} MATCH :expression`;
    return this.#numbers(sql, { expression })[0] as number;
  }

  #isSplit(table: Table): boolean {
    return this.#hasAppended && table === 'body';
  }

  /** How many documents match in either table. Counts no further than `max`. */
  count(body: string | undefined, names: string | undefined, max: number): number {
    const { sql, parameters } = this.condition;
    const parts = [
      body && `SELECT rowid AS id FROM body WHERE body MATCH :body ${sql('body.rowid')}`,
      body && this.#hasAppended && `${appendedHolders(':body')} ${sql('part_id')}`,
      names && `SELECT rowid AS id FROM names WHERE names MATCH :names ${sql('names.rowid')}`,
    ].filter(Boolean);
    const source = parts.map((part) => `SELECT id FROM (${part} LIMIT :max)`).join(' UNION ');
    const counted = `SELECT count(*) FROM (${source} LIMIT :max)`;
    return this.#numbers(counted, { body, names, max, ...parameters })[0] as number;
  }

  /** Documents that match the whole query in whichever table, in no order. */
  whole(limit: number): number[] {
    const { all, parameters } = this.wholeCondition();
    return this.#numbers(`${all} LIMIT :limit`, { limit, ...parameters });
  }

  /** Of all that the condition lets through. */
  newest(limit: number): number[] {
    const { all, parameters } = this.condition;
    return this.#numbers(`${all} ORDER BY file.mtime_ms DESC LIMIT :limit`, { limit, ...parameters });
  }

  #numbers(sql: string, ...parameters: unknown[]): number[] {
    return this.#statement<number>(sql)
      .pluck()
      .all(...parameters);
  }

  /** A search asks the same of several words. */
  #statement<Row>(sql: string): Statement<Row> {
    const known = this.#statements.get(sql) as Statement<Row> | undefined;
    const statement = known ?? this.db.prepare<unknown[], Row>(sql);
    if (!known) this.#statements.set(sql, statement);
    return statement;
  }
}
