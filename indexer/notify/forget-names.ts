/**
 * `find-textd forget` in notify.db: what is known of names is wiped from its files. What a rule may have to tell of a
 * name stays until it is told. The history and what waits to be sent stay: without them the history would not verify.
 */
import { rangeBelow } from '../../shared/path-within.js';
import { type Db, guard } from '../../shared/store/open.js';

export interface NamesLeft {
  /** Entries of the history. */
  readonly entries: number;
  /** Messages that wait, or were given up. */
  readonly messages: number;
  /** Names that rules watch. */
  readonly watched: number;
}

type Range = Readonly<Record<'path' | 'from' | 'to', Buffer>>;

const WITHIN = '(path = @path OR (path >= @from AND path < @to))';

/** They may still stand in the log of the file: `emptyLog` wipes it. @throws FindTextError FT_STORE_… */
export function forgetNames(db: Db, paths: readonly Buffer[], isWatched: (path: Buffer) => boolean): NamesLeft {
  return guard('wipe names from the history of integrity monitoring', () => {
    const left = db.transaction(() => paths.map((path) => forgetBelow(db, path, isWatched))).immediate();
    // Also what was taken out before: it stands on pages that are free.
    db.exec('VACUUM');
    const sum = (key: keyof NamesLeft) => left.reduce((total, each) => total + each[key], 0);
    return { entries: sum('entries'), messages: sum('messages'), watched: sum('watched') };
  });
}

function forgetBelow(db: Db, path: Buffer, isWatched: (path: Buffer) => boolean): NamesLeft {
  const range = { path, ...rangeBelow(path) };
  for (const table of ['shadow', 'shadow_rule']) db.prepare(`DELETE FROM ${table} WHERE ${WITHIN}`).run(range);
  db.prepare(`DELETE FROM packaged WHERE ${WITHIN} AND gone_ms IS NOT NULL`).run(range);
  dropUnwatched(db, 'log_mark', range, isWatched);
  return {
    entries: count(db, `ledger WHERE ${WITHIN}`, range),
    messages: count(db, `outbox WHERE last_sequence IN (SELECT sequence FROM ledger WHERE ${WITHIN})`, range),
    watched: dropUnwatched(db, 'known', range, isWatched),
  };
}

/** @returns how many stay. */
function dropUnwatched(db: Db, table: string, range: Range, isWatched: (path: Buffer) => boolean): number {
  const names = db.prepare<[Range], Buffer>(`SELECT path FROM ${table} WHERE ${WITHIN}`).pluck().all(range);
  const unwatched = names.filter((name) => !isWatched(name));
  const drop = db.prepare(`DELETE FROM ${table} WHERE path = ?`);
  for (const name of unwatched) drop.run(name);
  return names.length - unwatched.length;
}

function count(db: Db, from: string, range: Range): number {
  return db.prepare<[Range], number>(`SELECT count(*) FROM ${from}`).pluck().get(range) ?? 0;
}
