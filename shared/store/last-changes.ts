/**
 * The last change of each file, as far as events are kept. Who asks for files of some last change has all events looked
 * through; those of few files are found by their names. With a folder that was moved or exchanged, all in it has changed.
 */
import { type EventKind, READ_KINDS } from '../file-event.js';
import { fromPathKey, pathKey } from '../path-key.js';
import { rangeBelow } from '../path-within.js';
import { splitPath } from '../paths.js';
import type { Db } from './open.js';
import { prepared } from './prepared.js';
import { type KeptEvent, readEventsById } from './read-events.js';

/** What is asked of the last change. */
export type ChangeWish =
  /** Who logged in, or as whom the process ran. */
  | { readonly of: 'user'; readonly ids: readonly number[] }
  /** The process's name, its program's name or path; in lower case. */
  | { readonly of: 'program'; readonly name: string; readonly isBeginning: boolean }
  /** Milliseconds since 1970, [from, to). */
  | { readonly of: 'time'; readonly from: number; readonly to: number };

const READS = READ_KINDS.map((kind) => `'${kind}'`).join();
/** Each event at each name that a file has after it. */
const AT_NAMES = `
  SELECT id, at_ms, kind, actor_id, coalesce(to_path, path) AS name FROM event
  WHERE kind NOT IN (${READS})
  UNION ALL SELECT id, at_ms, kind, actor_id, path FROM event WHERE kind IN ('exchange', 'link')`;
const MOVES = "kind IN ('rename', 'exchange')";
/** The other columns are those of the row with the highest id. */
const LAST = `SELECT max(id) AS id, name, at_ms, actor_id FROM (${AT_NAMES})`;

type Row = readonly [id: number, name: Buffer, isWanted: number];

/** @returns the ids of the files whose last change is as any of the wishes says. */
export function filesLastChanged(db: Db, wishes: readonly ChangeWish[]): number[] {
  const { sql, values } = anyWish(wishes);
  const wanted = `(${sql}) IS TRUE`;
  const moves = movedFolders(db, wanted, values);
  const all = `SELECT id, name, ${wanted} FROM (${LAST} GROUP BY name)`;
  // What is not wanted matters only where a later move of its folder may be.
  const rows = moves.length > 0 ? all : `SELECT id, name, 1 FROM (${LAST} GROUP BY name) WHERE ${wanted}`;
  const last = new Map<number, { readonly id: number; readonly isWanted: boolean }>();
  const fileAt = fileFinder(db);
  for (const [id, name, isWanted] of db
    .prepare<unknown[], Row>(rows)
    .raw()
    .iterate(...values)) {
    const file = fileAt(name);
    if (file !== undefined) last.set(file, { id, isWanted: isWanted === 1 });
  }
  for (const [id, folder, isWanted] of moves)
    for (const file of filesBelow(db, folder))
      if ((last.get(file)?.id ?? 0) < id) last.set(file, { id, isWanted: isWanted === 1 });
  return [...last].flatMap(([file, { isWanted }]) => (isWanted ? [file] : []));
}

/** @returns the last change of each path that has one, by path key. */
export function lastChanges(db: Db, paths: readonly Uint8Array[]): ReadonlyMap<string, KeptEvent> {
  if (!prepared(db, 'SELECT 1 FROM event LIMIT 1').get()) return new Map();
  const byName = new Map(paths.map((path) => [pathKey(path), [path]]));
  for (const path of paths)
    for (const folder of foldersAbove(path).map(pathKey)) byName.set(folder, [...(byName.get(folder) ?? []), path]);
  const ids = new Map<string, number>();
  for (const { id, kind, path, to_path: to } of eventsNaming(db, [...byName.keys()])) {
    const isMove = kind === 'rename' || kind === 'exchange';
    const names = [to ?? path, ...(kind === 'exchange' || kind === 'link' ? [path] : [])].map(pathKey);
    for (const name of names)
      for (const key of (byName.get(name) ?? []).map(pathKey)) if (isMove || key === name) ids.set(key, id);
  }
  if (ids.size === 0) return new Map();
  const events = readEventsById(db, [...new Set(ids.values())]);
  return new Map([...ids].flatMap(([key, id]) => (events.has(id) ? [[key, events.get(id) as KeptEvent]] : [])));
}

interface NamingEvent {
  readonly id: number;
  readonly kind: EventKind;
  readonly path: Buffer;
  readonly to_path: Buffer | null;
}

/** As the indexes of the names of events have it. */
const byName = (column: string) =>
  `SELECT event.id, kind, event.path, to_path FROM wanted CROSS JOIN event
   ON length(${column}) = length(wanted.path) AND substr(${column}, -12) = substr(wanted.path, -12)
     AND ${column} = wanted.path
   WHERE kind NOT IN (${READS})`;

/** Of the names in `:names`, a list of JSON in hexadecimal. */
export const NAMING = `
  WITH wanted AS MATERIALIZED (SELECT unhex(value) AS path FROM json_each(:names))
  ${byName('event.path')} UNION ${byName('event.to_path')} AND event.to_path IS NOT NULL ORDER BY 1`;

/** In their order. @param keys  path keys */
function eventsNaming(db: Db, keys: readonly string[]): NamingEvent[] {
  if (keys.length === 0) return [];
  const names = JSON.stringify(keys.map((key) => fromPathKey(key).toString('hex')));
  return prepared<NamingEvent>(db, NAMING).all({ names });
}

/** Does any event say who did it? */
export function isAnyDoerKnown(db: Db): boolean {
  return db.prepare('SELECT 1 FROM actor LIMIT 1').get() !== undefined;
}

function movedFolders(db: Db, wanted: string, values: readonly unknown[]): Row[] {
  const isFolder = 'EXISTS (SELECT 1 FROM dir WHERE dir.path = name)';
  const sql = `SELECT id, name, ${wanted} FROM (${LAST} WHERE ${MOVES} AND ${isFolder} GROUP BY name) ORDER BY id`;
  return db
    .prepare<unknown[], Row>(sql)
    .raw()
    .all(...values);
}

function filesBelow(db: Db, folder: Buffer): number[] {
  const { from, to } = rangeBelow(folder);
  const below = 'SELECT id FROM dir WHERE path = ? OR (path >= ? AND path < ?)';
  return db
    .prepare<[Buffer, Buffer, Buffer], number>(`SELECT id FROM file WHERE dir_id IN (${below})`)
    .pluck()
    .all(folder, from, to);
}

/** Names that come in their order are mostly in the folder of the one before. */
function fileFinder(db: Db): (path: Buffer) => number | undefined {
  const findFolder = db.prepare<[Buffer], number>('SELECT id FROM dir WHERE path = ?').pluck();
  const findFile = db.prepare<[number, Buffer], number>('SELECT id FROM file WHERE dir_id = ? AND name = ?').pluck();
  let folder: Buffer | undefined;
  let folderId: number | undefined;
  return (path) => {
    const { directory, name } = splitPath(path);
    if (!folder?.equals(directory)) [folder, folderId] = [directory, findFolder.get(directory)];
    return folderId === undefined ? undefined : findFile.get(folderId, name);
  };
}

function foldersAbove(path: Uint8Array): Buffer[] {
  const folders: Buffer[] = [];
  for (let { directory } = splitPath(path); directory.length > 1; { directory } = splitPath(directory))
    folders.push(directory);
  return folders;
}

function anyWish(wishes: readonly ChangeWish[]): { sql: string; values: unknown[] } {
  const parts = wishes.map(wishSql);
  return { sql: parts.map(({ sql }) => sql).join(' OR '), values: parts.flatMap(({ values }) => values) };
}

const PROGRAM_NAME = "substr(exe, length(rtrim(exe, replace(exe, '/', ''))) + 1)";
/** The kernel cuts the name of a process. */
const COMM_LENGTH = 15;

function wishSql(wish: ChangeWish): { sql: string; values: unknown[] } {
  switch (wish.of) {
    case 'time':
      return { sql: '(at_ms >= ? AND at_ms < ?)', values: [wish.from, wish.to] };
    case 'user': {
      const ids = JSON.stringify(wish.ids);
      const isOne = 'IN (SELECT value FROM json_each(?))';
      return { sql: byActor(`auid ${isOne} OR uid ${isOne}`), values: [ids, ids] };
    }
    case 'program': {
      const { name, isBeginning } = wish;
      const is = (text: string) =>
        isBeginning ? `substr(lower(${text}), 1, ${name.length}) = ?` : `lower(${text}) = ?`;
      return {
        sql: byActor([is('comm'), is('exe'), is(PROGRAM_NAME)].join(' OR ')),
        values: [name.slice(0, COMM_LENGTH), name, name],
      };
    }
  }
}

function byActor(condition: string): string {
  return `(actor_id IN (SELECT id FROM actor WHERE ${condition}))`;
}
