/**
 * The questions asked of the full-text tables. Expressions are FTS5's; `condition` holds for every answer but counts.
 * What was appended to a document since its text was taken stands in parts of its own (`appended_text`): they count as
 * its `body`.
 */
import { COMMON, SCORES, type Source } from '../store/champions.js';
import type { Db, Statement } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { CommonWords } from './common-words.js';
import { aboutHolders } from './counted-words.js';
import { type CountedWords, type DecidingWords, decidingWords } from './deciding-words.js';
import { expressionText, readExpression } from './expression.js';
import type { SqlCondition } from './filter-sql.js';
import type { Asked } from './group-matches.js';
import { narrowed } from './narrow.js';
import { scoredWords } from './scored-words.js';
import { askedOnce } from './snapshot.js';

/** A question in a sentence names no document. Fitted on judged collections. */
const QUESTION_SCORE = 'bm25(body, 1, 1, 0.05)';

/** Document and BM25; larger is better. */
export type Scored = [id: number, score: number];
export type Table = Source;

/** To score words in so many documents takes 50 ms. */
const VERY_COMMON = 100_000;

/** To ask FTS5 for one document costs as much as to go through so many that match. */
const ROWS_PER_QUESTION = 130;
/** To compare positions costs far more than to keep which documents have them, if they are not more. */
const MAX_KEPT_HOLDERS = 10_000;
const MAX_FEW_HOLDERS = 1000;
/** For each document that is scored by itself FTS5 counts the holders of all words anew. */
const MAX_SCORED_ALONE = 2;
/** To count its holders takes less than to name them. */
const WORD = /^"[^" ]+"$/;
/** One phrase, or any of several. */
const PHRASE = /^\(?"[^" ]+ [^"]+"(?: OR "[^" ]+ [^"]+")*\)?$/;
/** So many files that changed last are looked at first. */
const LATEST = [5000, 100_000];

/** Ids of the documents whose text matches the parameter of this name, some of them twice. */
export function textHolders(parameter: string): string {
  return `SELECT rowid AS id FROM body WHERE body MATCH ${parameter} UNION ALL ${appendedHolders(parameter)}`;
}

function appendedHolders(parameter: string): string {
  return `SELECT DISTINCT part_id AS id FROM appended WHERE id IN (SELECT rowid FROM appended_text WHERE appended_text MATCH ${parameter})`;
}

/** `AND …` about a row of the full text, or ''. */
interface Further {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const EVERY: Further = { sql: '', parameters: {} };

/** Found otherwise than by the words of a question. */
export interface KnownDocuments {
  readonly all: readonly number[];
  /** Those that may come before others that have more of these words. */
  readonly favoured: readonly number[];
}

export class FullText {
  /** Few indexes have any; then nothing is asked of them. */
  readonly #hasAppended: boolean;
  readonly #common: CommonWords | undefined;
  /** How many have what was asked for, by table and expression; */
  readonly #frequencies = new Map<string, number>();
  /** and who, of those that are few. */
  readonly #few = new Map<string, ReadonlySet<number>>();
  #condition: SqlCondition;
  #isNarrowTried = false;
  /** Of the files that changed since then, not many, so many as are wanted pass: perhaps as many as are counted, too. */
  #manySince: number | undefined;

  constructor(
    private readonly db: Db,
    private readonly condition: SqlCondition,
  ) {
    this.#condition = condition;
    this.#hasAppended = this.#numbers('SELECT 1 FROM appended LIMIT 1').length > 0;
    this.#common = CommonWords.of(db, {
      exact: (table, expression, limit, sql) => this.#exact(table, expression, limit, { sql, parameters: {} }),
      holding: (...asked) => this.#holding(...asked),
      unscored: (...asked) => this.#unscored(...asked),
      isFiltered: this.#hasFilter,
    });
  }

  /** The best matches, best first; of common words perhaps fewer, of very many alternatives by those that tell most. */
  best(table: Table, wanted: string, limit: number): Scored[] {
    const expression = this.#scoredWords(wanted);
    if (this.isCommon(table, expression)) this.#narrow();
    if (this.isClosed) return [];
    const common = this.#common?.best(table, expression, limit);
    if (common) return common;
    return this.#byDeciding(table, expression, limit, (further) => this.#exact(table, expression, limit, further));
  }

  /** Some that match may have none of the words by which documents are scored. */
  isShortened(expression: string): boolean {
    return this.#scoredWords(expression) !== expression;
  }

  #scoredWords(expression: string): string {
    return askedOnce(this.db, `scored of ${expression}`, () =>
      scoredWords(expression, (words) => aboutHolders(this.db, words)),
    );
  }

  /** @param ask  for the best of those for which a further condition holds. */
  #byDeciding(table: Table, expression: string, limit: number, ask: (further: Further) => Scored[]): Scored[] {
    const deciding = this.#decidingWords(table, expression, limit);
    if (deciding) {
      const sql = `AND +rowid IN (SELECT rowid FROM ${table} WHERE ${table} MATCH :deciding)`;
      const best = ask({ sql, parameters: { deciding: deciding.expression } });
      const [, least] = best[limit - 1] ?? [];
      if (least !== undefined && least > deciding.mostOfOthers) return best;
    }
    return ask(EVERY);
  }

  /** Only of words whose frequency was asked: to count them takes as long as is spared. That of a list may have changed. */
  #decidingWords(table: Table, expression: string, limit: number): DecidingWords | undefined {
    const read = this.#isSplit(table) ? undefined : readExpression(expression);
    if (read?.kind !== 'any') return undefined;
    const words = read.parts.flatMap((part): CountedWords[] => {
      const text = expressionText(part);
      const documents = this.#frequencies.get(`${table} ${text}`);
      return documents === undefined ? [] : [{ expression: text, documents, isPhrase: part.kind === 'words' }];
    });
    if (words.length < read.parts.length) return undefined;
    const deciding = this.#decidingOf(words, limit);
    if (!deciding || !this.#common) return deciding;
    const counted = words.map((one) => ({ ...one, documents: this.#counted(table, one.expression) }));
    return this.#decidingOf(counted, limit);
  }

  #decidingOf(words: readonly CountedWords[], limit: number): DecidingWords | undefined {
    const all = prepared<number | null>(this.db, 'SELECT max(id) FROM part').pluck().get() ?? 0;
    return decidingWords(words, { all, wanted: limit });
  }

  /** The filter lets nothing through, as far as is known. */
  get isClosed(): boolean {
    return this.#condition.parameters.narrow === '[]';
  }

  /** Whether so many documents have the words that not all of them are looked at. */
  isCommon(table: Table, expression: string): boolean {
    return (this.#common?.cost(table, expression) ?? 0) > COMMON;
  }

  /** Common words that not so many documents have together, whatever the condition. */
  isInFew(body: string): boolean {
    return this.isCommon('body', body) && this.#unscored('body', body, COMMON) !== undefined;
  }

  /** The filter is asked about each document that has the words, unless it lets few through. */
  #narrow(): void {
    if (this.#isNarrowTried) return;
    this.#isNarrowTried = true;
    this.#condition = narrowed(this.db, this.#condition) ?? this.#condition;
  }

  #exact(table: Table, expression: string, limit: number, further: Further): Scored[] {
    const sql = `SELECT rowid, -${SCORES[table]} AS score FROM ${table}
                 WHERE ${table} MATCH :expression ${further.sql} ${this.#condition.sql(`${table}.rowid`)} ORDER BY score DESC LIMIT :limit`;
    return this.#scored(sql, { expression, limit, ...further.parameters, ...this.#condition.parameters });
  }

  /**
   * One after the other, until there are enough. EXISTS will not do: SQLite makes a join of it, in an order of its own.
   * @param expression  '' when it is known that they match.
   */
  #holding(table: Table, expression: string, ids: readonly number[], limit: number): number[] {
    const { each, parameters } = this.#condition;
    const matches =
      expression && `AND (SELECT 1 FROM ${table} WHERE ${table} MATCH :expression AND rowid = value) IS NOT NULL`;
    const rows = `SELECT value FROM json_each(:ids) WHERE (SELECT 1 FROM part WHERE part.id = value) IS NOT NULL
                  ${matches} ${each('value')} LIMIT :limit`;
    const words = expression ? { expression } : {};
    return this.#numbers(rows, { ids: JSON.stringify(ids), limit, ...words, ...parameters });
  }

  #unscored(table: Table, expression: string, max: number): number[] | undefined {
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH :expression LIMIT :limit`;
    const asked = { expression, limit: max + 1 };
    const ids = askedOnce(this.db, toQuestion(sql, asked), () => this.#numbers(sql, asked));
    return upTo(max, ids);
  }

  get #hasFilter(): boolean {
    return this.#condition.sql('value').trim() !== '';
  }

  /**
   * As `best`, of parts that were appended: a document may come more than once, and no part need hold what all of it
   * holds.
   */
  bestAppended(expression: string, limit: number): Scored[] {
    if (!this.#hasAppended) return [];
    const sql = `SELECT part_id, -bm25(appended_text, 5, 1, 0.05) AS score
                 FROM appended_text CROSS JOIN appended ON appended.id = appended_text.rowid
                 WHERE appended_text MATCH :expression ${this.#condition.sql('part_id')} ORDER BY score DESC LIMIT :limit`;
    const parameters = { expression, limit, ...this.#condition.parameters };
    return this.#statement<Scored>(sql).raw().all(parameters);
  }

  /**
   * Those of `ids` that match. The plus keeps SQLite from asking FTS5 once per id, which costs 20 µs each.
   * @param entries  of the full text that are gone through to find all that match. @default as many as is known
   * @param most  at least, where so many match; -1: all.
   */
  among(
    table: Table,
    expression: string,
    ids: readonly number[],
    { entries, most = -1 }: { readonly entries?: number; readonly most?: number } = {},
  ): number[] {
    if (ids.length === 0) return [];
    const holders = this.#phraseHolders(table, expression);
    if (holders) return ids.filter((id) => holders.has(id));
    const few = this.#fewHolders(table, expression);
    if (few) return ids.filter((id) => few.has(id)).sort((a, b) => a - b);
    const among = 'IN (SELECT value FROM json_each(:ids))';
    const all =
      entries ?? this.#frequencies.get(`${table} ${expression}`) ?? this.#common?.cost(table, expression) ?? 0;
    const isCommon = !expression.includes('*') && all > ids.length * ROWS_PER_QUESTION;
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH :expression AND ${isCommon ? '' : '+'}rowid ${among}`;
    const appended = this.#isSplit(table) ? ` UNION ${appendedHolders(':expression')} AND part_id ${among}` : '';
    return this.#numbers(`${sql + appended} LIMIT :most`, { expression, ids: JSON.stringify(ids), most });
  }

  /**
   * Those of `ids` that match in either table. Names are asked for what is not in the text.
   * @param most  at least, where so many match; -1: all.
   */
  amongEither(body: string | undefined, names: string | undefined, ids: readonly number[], most = -1): number[] {
    const inBody = body ? this.among('body', body, ids, { most }) : [];
    if (names === undefined || (most >= 0 && inBody.length >= most)) return inBody;
    const found = new Set(inBody);
    const others = ids.filter((id) => !found.has(id));
    return [...inBody, ...this.among('names', names, others, { most })];
  }

  /** All that match, in no order, unless they are more than `max`: then undefined. */
  few(table: Table, expression: string, max: number): number[] | undefined {
    if (!this.#hasFilter && this.#isVeryCommon(expression)) return upTo(max, this.#unscored(table, expression, COMMON));
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH :expression ${this.#condition.sql(`${table}.rowid`)} LIMIT :limit`;
    return upTo(max, this.#numbers(sql, { expression, limit: max + 1, ...this.#condition.parameters }));
  }

  /** As `best` in texts, for words of a question; and the scores of known documents that match. */
  answers({ any, every }: Asked, limit: number, known: KnownDocuments): Scored[] {
    const ofEvery = this.#isVeryCommon(any) ? this.#bestAnswers(every, limit) : [];
    // One word, however often, weighs less than two that are in so many documents.
    const isOfEvery = ofEvery.length === limit;
    const best = isOfEvery ? ofEvery : this.#bestAnswers(any, limit);
    const scored = new Set(best.map(([id]) => id));
    const others = (isOfEvery ? known.favoured : known.all).filter((id) => !scored.has(id));
    return [...best, ...this.answersAmong(any, others)];
  }

  #isVeryCommon(expression: string): boolean {
    return (this.#common?.cost('body', expression) ?? 0) > VERY_COMMON;
  }

  #bestAnswers(expression: string, limit: number): Scored[] {
    return this.#byDeciding('body', expression, limit, (further) => {
      const sql = `SELECT rowid, -${QUESTION_SCORE} AS score FROM body
                   WHERE body MATCH :expression ${further.sql} ${this.#condition.sql('body.rowid')} ORDER BY score DESC LIMIT :limit`;
      return this.#scored(sql, { expression, limit, ...further.parameters, ...this.#condition.parameters });
    });
  }

  /** Those of `ids` whose text matches, in no order. */
  answersAmong(expression: string, ids: readonly number[]): Scored[] {
    if (ids.length === 0) return [];
    const sql = `SELECT rowid, -${QUESTION_SCORE} FROM body WHERE body MATCH :expression
                 AND ${ids.length > MAX_SCORED_ALONE ? '+' : ''}rowid IN (SELECT value FROM json_each(:ids))`;
    return this.#statement<Scored>(sql)
      .raw()
      .all({ expression, ids: JSON.stringify(ids) });
  }

  /** All whose text matches common words, unless they are very many, or not each by one text; without a filter. */
  allInTexts(body: string): number[] | undefined {
    if (this.#hasFilter || this.#hasAppended || !this.isCommon('body', body)) return undefined;
    return this.#unscored('body', body, COMMON);
  }

  /** All that match in either table. */
  holders(body: string | undefined, names: string): number[] {
    if (this.isClosed) return [];
    const { sql, parameters } = this.#condition;
    const appended = this.#hasAppended ? `${appendedHolders(':body')} ${sql('part_id')} UNION` : '';
    const inBody = body ? `SELECT rowid FROM body WHERE body MATCH :body ${sql('body.rowid')} UNION ${appended}` : '';
    const inEither = `${inBody} SELECT rowid FROM names WHERE names MATCH :names ${sql('names.rowid')}`;
    return this.#numbers(inEither, { ...(body ? { body } : {}), names, ...parameters });
  }

  /** How many documents match, whatever the condition. */
  frequency(table: Table, expression: string): number {
    const documents = this.#common?.holders(table, expression) ?? this.#counted(table, expression);
    this.#frequencies.set(`${table} ${expression}`, documents);
    return documents;
  }

  #counted(table: Table, expression: string): number {
    const isWord = WORD.test(expression);
    const known = this.#phraseHolders(table, expression) ?? (isWord ? undefined : this.#wordHolders(table, expression));
    if (known) return known.size;
    const sql = this.#isSplit(table)
      ? `SELECT count(DISTINCT id) FROM (${textHolders(':expression')})`
      : `SELECT count(*) FROM ${table} WHERE ${table} MATCH :expression`;
    return askedOnce(this.db, toQuestion(sql, { expression }), () => this.#numbers(sql, { expression })[0] as number);
  }

  /** It is asked for its frequency, and then which of some documents have it. @returns undefined: no phrase, or too many. */
  #phraseHolders(table: Table, expression: string): ReadonlySet<number> | undefined {
    if (!PHRASE.test(expression) || this.#isSplit(table)) return undefined;
    return askedOnce(this.db, `holders in ${table} of ${expression}`, () => {
      const ids = this.#unscored(table, expression, MAX_KEPT_HOLDERS);
      return ids && new Set(ids);
    });
  }

  /** They may be known from counting them. Of a word that was counted they are named when they are asked for. */
  #fewHolders(table: Table, expression: string): ReadonlySet<number> | undefined {
    const key = `${table} ${expression}`;
    const isCounted = WORD.test(expression) && (this.#frequencies.get(key) ?? Infinity) <= MAX_FEW_HOLDERS;
    return isCounted ? this.#wordHolders(table, expression) : this.#few.get(key);
  }

  /** Of a word that few documents have, to count them is to know them. @returns undefined: they are more. */
  #wordHolders(table: Table, expression: string): ReadonlySet<number> | undefined {
    if (this.#isSplit(table)) return undefined;
    const key = `${table} ${expression}`;
    const known = this.#few.get(key);
    if (known) return known;
    const ids = this.#unscored(table, expression, MAX_FEW_HOLDERS);
    if (!ids) return undefined;
    const holders = new Set(ids);
    this.#few.set(key, holders);
    return holders;
  }

  #isSplit(table: Table): boolean {
    return this.#hasAppended && table === 'body';
  }

  /** Without a filter so many documents have these common words in their text: quickly known. False: nobody knows. */
  isHeldBy(body: string, documents: number): boolean {
    return !this.#hasFilter && this.isCommon('body', body) && this.#unscored('body', body, documents - 1) === undefined;
  }

  /**
   * How many documents match in either table: at least so many when they are common. Counts no further than `max`: where
   * there are so many in texts, the condition, which may take long, is not asked again of names.
   */
  count(body: string | undefined, names: string | undefined, max: number): number {
    if (this.isClosed) return 0;
    if (body && !this.#hasFilter && (this.#common?.atLeast('body', body) ?? 0) >= max) return max;
    const parts = [
      body && this.#heldSql('body', body, ':body'),
      body && this.#hasAppended && `${appendedHolders(':body')} ${this.#condition.sql('part_id')}`,
      names && this.#heldSql('names', names, ':names'),
    ].filter(Boolean);
    const found = new Set<number>();
    for (const part of parts) {
      if (found.size >= max) return max;
      const sql = `SELECT id FROM (${part}) LIMIT :max`;
      for (const id of this.#numbers(sql, { body, names, max, ...this.#condition.parameters })) found.add(id);
    }
    return Math.min(found.size, max);
  }

  #heldSql(table: Table, expression: string, parameter: string): string {
    const isMuch = this.#hasFilter && this.isCommon(table, expression);
    const all = `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ${parameter}`;
    if (!isMuch) return `${all} ${this.#condition.sql(`${table}.rowid`)}`;
    return `SELECT held.id FROM (${all} LIMIT ${COMMON}) AS held WHERE true ${this.#condition.sql('held.id')}`;
  }

  /** How many documents the condition lets through. Counts no further than `max`. */
  countThrough(max: number): number {
    const { all, parameters } = this.condition;
    if (this.#manySince !== undefined && this.#newestSince(max, this.#manySince).length === max) return max;
    return this.#numbers(`${all} LIMIT :max`, { max, ...parameters }).length;
  }

  /** Of all that the condition lets through. Mostly they are among the last files that changed. */
  newest(limit: number): number[] {
    for (const files of LATEST) {
      const since = this.#changedSince(files);
      const found = since === undefined ? [] : this.#newestSince(limit, since);
      if (found.length < limit) continue;
      this.#manySince = files === LATEST[0] ? since : undefined;
      return found;
    }
    return this.#newestSince(limit, undefined);
  }

  /**
   * By the filter as it was given: of a narrowed one the time of a file cannot be asked. Without a time, all that pass are
   * put in order: the plus keeps SQLite from looking for each in the order of times.
   */
  #newestSince(limit: number, since: number | undefined): number[] {
    const { all, parameters } = this.condition;
    const isLater = since === undefined ? '' : 'AND file.mtime_ms >= :since';
    const order = since === undefined ? '+file.mtime_ms' : 'file.mtime_ms';
    const sql = `${all} ${isLater} ORDER BY ${order} DESC LIMIT :limit`;
    return this.#numbers(sql, { limit, ...(since === undefined ? {} : { since }), ...parameters });
  }

  /** Since when so many files have changed; undefined: there are fewer. */
  #changedSince(files: number): number | undefined {
    return this.#numbers('SELECT mtime_ms FROM file ORDER BY mtime_ms DESC LIMIT 1 OFFSET :files', { files })[0];
  }

  #scored(sql: string, parameters: Record<string, unknown>): Scored[] {
    return askedOnce(this.db, toQuestion(sql, parameters), () => this.#statement<Scored>(sql).raw().all(parameters));
  }

  #numbers(sql: string, ...parameters: unknown[]): number[] {
    return this.#statement<number>(sql)
      .pluck()
      .all(...parameters);
  }

  #statement<Row>(sql: string): Statement<Row> {
    return prepared(this.db, sql);
  }
}

/** @returns undefined when there are more. */
function upTo(max: number, ids: number[] | undefined): number[] | undefined {
  return ids && ids.length <= max ? ids : undefined;
}

function toQuestion(sql: string, parameters: Record<string, unknown>): string {
  return `${sql}\n${JSON.stringify(parameters)}`;
}
