/**
 * Filters, words wanted in a place, and excluded words → a condition in SQL on a document's id, with named
 * parameters.
 */

import { pathText } from '../path-text.js';
import { rangeBelow } from '../path-within.js';
import { splitPath, toBytes } from '../paths.js';
import { endingOf } from '../store/migrations.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { columnOf } from './fields.js';
import { textHolders } from './full-text.js';
import { all, bodyExpression, groupExpressions, namesExpression } from './match-expression.js';
import { nameMatcher, patternParts } from './name-pattern.js';
import { trigramQuery } from './name-trigrams.js';
import { type Condition, conditionsIn, type Query, type Term } from './query.js';

export interface SqlCondition {
  /**
   * `AND …` about the part whose id the expression `id` gives, or ''. Its tables must not be called part and file
   * outside.
   */
  readonly sql: (id: string) => string;
  /** The same, to be asked of few ids: no list is made of all that hold a word. */
  readonly each: (id: string) => string;
  /** Of it what the row of the file says, or ''. */
  readonly ofRow: (id: string) => string;
  /** `SELECT …` of the ids of all parts for which it holds. What follows may name the columns of `file`. */
  readonly all: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Where no file holds others, its own row tells most, which halves what a filter costs. */
const ROW_OF_FILE = { tables: 'file', own: 'file.id', name: 'name', extension: 'ending' };
const ROW_OF_BOTH = { ...ROW_OF_FILE, tables: 'part JOIN file ON file.id = part.id' };
const ROW_OF_PART = {
  tables: 'part JOIN file ON file.id = part.file_id',
  own: 'part.id',
  name: 'ifnull(inner_path, name)',
  extension: `iif(inner_path IS NULL, ending, ${endingOf('inner_path')})`,
};

function conditionsOf({ filters }: Query): Condition[] {
  return filters.flatMap((one) => [...conditionsIn(one)]);
}

function rowFor(query: Query, db: Db): typeof ROW_OF_FILE {
  const conditions = conditionsOf(query);
  const isOfPart = conditions.some((one) => one.kind === 'property' || (one.kind === 'type' && one.types.length > 0));
  const isOfFile = !isOfPart && conditions.every((one) => one.kind !== 'span' || columnOf(one.field) !== 'property');
  if (hasInner(db)) return ROW_OF_PART;
  return isOfFile ? ROW_OF_FILE : ROW_OF_BOTH;
}

/** In so few files an ending is looked at in each: SQLite would list all files that have it. */
const FEW_FILES = 100_000;

function hasEnding(query: Query): boolean {
  return conditionsOf(query).some((one) => one.kind === 'type' && one.extensions.length > 0);
}

function isSmallFolder({ filters }: Query, db: Db): boolean {
  const folders = filters.flatMap((one) => (one.kind === 'folder' && !one.isExcluded ? one : []));
  if (folders.length === 0) return false;
  const files = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM (SELECT 1 FROM file WHERE dir_id IN
        (SELECT id FROM dir WHERE path = :path OR (path >= :from AND path < :to)) LIMIT ${FEW_FILES})`,
    )
    .pluck();
  const counts = folders.map(({ path }) => files.get({ path: toBytes(path), ...rangeBelow(path) }) ?? 0);
  return counts.reduce((sum, count) => sum + count, 0) < FEW_FILES;
}

/** Does any file hold other documents? */
export function hasInner(db: Db): boolean {
  return prepared(db, 'SELECT 1 FROM part WHERE inner_path IS NOT NULL LIMIT 1').get() !== undefined;
}

/** Filters, words wanted in a place, and excluded words. */
export function toSqlCondition(query: Query, db: Db): SqlCondition {
  return toCondition(query, db, () => []);
}

/** The same, and all words of the query: whatever matches the whole of it. */
export function toWholeCondition(query: Query, db: Db): SqlCondition {
  return toCondition(query, db, groupHolders);
}

/** @param holders  lists of ids, of which each must have the part. */
function toCondition(query: Query, db: Db, holders: (query: Query, bind: Bind) => string[]): SqlCondition {
  const parameters: Record<string, unknown> = {};
  const bind = (value: unknown) => {
    const name = `f${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const whole = rowFor(query, db);
  const row = hasEnding(query) && isSmallFolder(query, db) ? { ...whole, extension: `+${whole.extension}` } : whole;
  const { tables, own } = row;
  if (conditionsOf(query).some(({ kind }) => kind === 'name')) giveNameFits(db);
  const rows = rowConditions(query, { ...row, bind });
  const lists = [...holders(query, bind), placeGroups(query, bind)].filter(Boolean);
  const excluded = excludedWords(query, bind);
  const words = (id: string) =>
    [...lists.map((list) => `AND ${searchedId(id)} IN (${list})`), excluded && `AND ${id} NOT IN (${excluded})`].join(
      ' ',
    );
  const isIn = (list: string, id: string) => `(SELECT 1 FROM (${list}) AS holder WHERE holder.id = ${id}) IS NOT NULL`;
  const wordsOfEach = (id: string) =>
    [...lists.map((list) => `AND ${isIn(list, id)}`), excluded && `AND NOT ${isIn(excluded, id)}`].join(' ');
  const rowOf = (id: string) => rows && `AND EXISTS (SELECT 1 FROM ${tables} WHERE ${own} = ${id} AND ${rows})`;
  const ofRow = (id: string) => rows && `AND (SELECT 1 FROM ${tables} WHERE ${own} = ${id} AND ${rows}) IS NOT NULL`;
  return {
    sql: (id) => `${words(id)} ${rowOf(id)}`,
    each: (id) => `${wordsOfEach(id)} ${ofRow(id)}`,
    ofRow,
    all: `SELECT ${own} FROM ${tables} WHERE ${rows || 'true'} ${words(own)}`,
    parameters,
  };
}

/** The plus keeps SQLite from asking FTS5 once per id of a list, which costs 20 µs each. */
export function searchedId(id: string): string {
  return id.endsWith('.rowid') ? `+${id}` : id;
}

type Bind = (value: unknown) => string;

/** What a condition is about: columns of the row, and how a value becomes a parameter. */
type RowSql = typeof ROW_OF_FILE & { readonly bind: Bind };

/** Several types are alternatives, several folders too; everything else must hold together. */
function rowConditions({ filters }: Query, row: RowSql): string {
  const wanted = filters.filter((filter) => !filter.isExcluded);
  const sql = (filter: Condition | Together) => conditionSql(filter, row);
  const isPlace = ({ kind }: Condition) => kind === 'type' || kind === 'folder';
  const others = wanted.filter((filter) => !isPlace(filter));
  return [
    ...together(wanted.filter(isPlace)).map(sql),
    ...others.sort((a, b) => Number(isTree(a)) - Number(isTree(b))).map(sql),
    ...together(filters.filter(({ isExcluded }) => isExcluded)).map((filter) => `NOT ${sql(filter)}`),
  ]
    .filter(Boolean)
    .join(' AND ');
}

/** What alternatives of one kind are together: the table is gone through once for all of them. */
type Together =
  | { readonly kind: 'types'; readonly types: readonly string[]; readonly extensions: readonly string[] }
  | { readonly kind: 'folders'; readonly paths: readonly Uint8Array[] }
  | { readonly kind: 'names'; readonly patterns: readonly string[] };

/** Of any of these conditions: those of a kind as one. */
function together(conditions: readonly Condition[]): (Condition | Together)[] {
  const ofKind = <Kind extends Condition['kind']>(kind: Kind) =>
    conditions.filter((one): one is Condition & { readonly kind: Kind } => one.kind === kind);
  const [types, folders, names] = [ofKind('type'), ofKind('folder'), ofKind('name')];
  const joined: (Together & { readonly count: number })[] = [
    {
      kind: 'types',
      types: [...new Set(types.flatMap((one) => one.types))],
      extensions: [...new Set(types.flatMap((one) => one.extensions))],
      count: types.length,
    },
    { kind: 'folders', paths: folders.map(({ path }) => path), count: folders.length },
    { kind: 'names', patterns: [...new Set(names.map(({ pattern }) => pattern))], count: names.length },
  ];
  const others = conditions.filter(({ kind }) => kind !== 'type' && kind !== 'folder' && kind !== 'name');
  return [...joined.filter(({ count }) => count > 0), ...others];
}

/** Asked last: it may need lists of words. */
function isTree({ kind }: Condition): boolean {
  return kind === 'either' || kind === 'all' || kind === 'not' || kind === 'words' || kind === 'name';
}

function conditionSql(condition: Condition | Together, row: RowSql): string {
  const { bind, extension } = row;
  switch (condition.kind) {
    case 'span': {
      const column = columnOf(condition.field);
      if (column === 'last change') throw notLookedUp(condition.field);
      const isWithin = (number: string) => `${number} >= ${bind(condition.from)} AND ${number} < ${bind(condition.to)}`;
      return column === 'property'
        ? hasProperty(condition.field, isWithin('value'), bind)
        : `(file.${column} IS NOT NULL AND ${isWithin(`file.${column}`)})`;
    }
    case 'property': {
      const words = ` ${condition.words.join(' ')}${condition.isPrefix ? '' : ' '}`;
      return hasProperty(condition.field, `instr(words, ${bind(words)}) > 0`, bind);
    }
    case 'folder':
      return foldersSql([condition.path], bind);
    case 'folders':
      return foldersSql(condition.paths, bind);
    case 'files':
      return `(file.id IN (SELECT value FROM json_each(${bind(JSON.stringify(condition.ids))})))`;
    case 'doer':
      throw notLookedUp(condition.field);
    case 'either':
      return anyOf(together(condition.conditions).map((each) => conditionSql(each, row)));
    case 'all':
      return `(${condition.conditions.map((each) => conditionSql(each, row)).join(' AND ')})`;
    case 'not':
      return `(NOT ${conditionSql(condition.condition, row)})`;
    case 'words':
      return `(${row.own} IN (${holdersOf(condition.terms, bind)}))`;
    case 'name':
      return namesSql([condition.pattern], row);
    case 'names':
      return namesSql(condition.patterns, row);
    case 'type':
    case 'types': {
      const types = condition.types.map((type) => `substr(type, 1, ${type.length}) = ${bind(type)}`);
      const extensions = `${extension} IN (SELECT value FROM json_each(${bind(JSON.stringify(condition.extensions))}))`;
      return anyOf(condition.extensions.length > 0 ? [...types, extensions] : types);
    }
  }
}

function notLookedUp(field: string): Error {
  return new Error(`the files of ${field}: are to be looked up first`);
}

function hasProperty(field: string, isWanted: string, bind: Bind): string {
  return `(part.id IN (SELECT part_id FROM property WHERE field = ${bind(field)} AND ${isWanted}))`;
}

function groupHolders(query: Query, bind: Bind): string[] {
  return groupExpressions(query).map(({ begunBody, names }) => {
    const inBody = begunBody ? `${textHolders(bind(begunBody))} UNION ALL` : '';
    return `${inBody} SELECT rowid AS id FROM names WHERE names MATCH ${bind(names)}`;
  });
}

/**
 * Words that must stand in the name or path, whatever the text says. Of a single group that is what the tables are asked
 * anyway.
 */
function placeGroups(query: Query, bind: Bind): string {
  if (query.groups.length === 1) return '';
  const names = groupExpressions(query).flatMap((group) => (group.body === undefined ? group.names : []));
  return names.length > 0 ? `SELECT rowid AS id FROM names WHERE names MATCH ${bind(all(names))}` : '';
}

function excludedWords({ excluded }: Query, bind: Bind): string {
  return excluded.length > 0 ? holdersOf(excluded, bind) : '';
}

/** Of any of these terms, in the text or in the place. */
function holdersOf(terms: readonly Term[], bind: Bind): string {
  const body = bodyExpression(terms);
  const inNames = `SELECT rowid AS id FROM names WHERE names MATCH ${bind(namesExpression(terms))}`;
  return body === undefined ? inNames : `${textHolders(bind(body))} UNION ALL ${inNames}`;
}

/** SQLite takes no expression as deep as many folders. */
function foldersSql(paths: readonly Uint8Array[], bind: Bind): string {
  const each = paths.map((path) => {
    const { from, to } = rangeBelow(path);
    const isBelow = `(path >= ${bind(from)} AND path < ${bind(to)})`;
    return `SELECT id FROM dir WHERE path = ${bind(toBytes(path))} OR ${isBelow}`;
  });
  return `(dir_id IN (${each.join(' UNION ALL ')}))`;
}

/**
 * Where each pattern has three letters in a row, few names are looked at. Nothing else is listed: few documents may be
 * asked about.
 */
function namesSql(patterns: readonly string[], { own, name, bind }: RowSql): string {
  const fits = `name_fits(${bind(JSON.stringify(patterns))}, CAST(${name} AS BLOB))`;
  const trigrams = patterns.map((pattern) => trigramQuery(patternParts(pattern)));
  if (trigrams.includes('')) return `(${fits})`;
  const holders = trigrams.map((asked) => `SELECT rowid FROM name_trigram WHERE name_trigram MATCH ${bind(asked)}`);
  return `(${own} IN (${holders.join(' UNION ALL ')}) AND ${fits})`;
}

const knowsNameFits = new WeakSet<Db>();
/** More than one query asks for. */
const MOST_KEPT = 1000;

/** `name_fits(patterns in JSON, bytes of a name or path)`: any of them. */
function giveNameFits(db: Db): void {
  if (knowsNameFits.has(db)) return;
  const matchers = new Map<string, (name: string) => boolean>();
  const matcherOf = (patterns: string) => {
    const fits = matchers.get(patterns) ?? nameMatcher(JSON.parse(patterns));
    if (matchers.size >= MOST_KEPT && !matchers.has(patterns)) matchers.clear();
    matchers.set(patterns, fits);
    return fits;
  };
  // To find a long text in a map takes longer than to see that it is the one of before.
  let last = '[]';
  let fits = matcherOf(last);
  db.function('name_fits', { deterministic: true }, (patterns: string, path: Buffer) => {
    if (patterns !== last) [last, fits] = [patterns, matcherOf(patterns)];
    return Number(fits(pathText(splitPath(path).name)));
  });
  knowsNameFits.add(db);
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `(${conditions.join(' OR ')})` : '';
}
