/**
 * Which watched names belong to packages: tables of notify.db. When an upgrade or a removal has deleted a file, the
 * database of packages does not know any more whose it was. What it forgets is kept here for an hour.
 */
import { fromPathKey } from '../../../shared/path-key.js';
import { toBytes } from '../../../shared/paths.js';
import type { Db } from '../../../shared/store/open.js';
import type { InstalledList } from '../../packages/installed-packages.js';

export const PACKAGED_SCHEMA = `
  CREATE TABLE package_list (manager TEXT NOT NULL, name TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (manager, name)) WITHOUT ROWID;
  CREATE TABLE packaged (
    path BLOB NOT NULL, manager TEXT NOT NULL, name TEXT NOT NULL, gone_ms INTEGER, PRIMARY KEY (path, manager, name)
  ) WITHOUT ROWID;
  CREATE INDEX packaged_by_name ON packaged (manager, name);
`;

export interface FormerOwner {
  readonly manager: InstalledList['manager'];
  readonly name: string;
}

interface ReadList {
  readonly list: InstalledList;
  /** Those that are watched. */
  readonly paths: readonly Buffer[];
}

const KEPT_MS = 3_600_000;
/** A transaction costs as much as the writing of many lists. */
const LISTS_PER_WRITE = 100;

export class PackagedNames {
  readonly #stamps;
  readonly #setStamp;
  readonly #dropStamp;
  readonly #dropStamps;
  readonly #leave;
  readonly #put;
  readonly #prune;
  readonly #owner;

  constructor(private readonly db: Db) {
    this.#stamps = db.prepare<[], FormerOwner & { stamp: string }>('SELECT manager, name, stamp FROM package_list');
    this.#setStamp = db.prepare('INSERT OR REPLACE INTO package_list VALUES (?, ?, ?)');
    this.#dropStamp = db.prepare('DELETE FROM package_list WHERE manager = ? AND name = ?');
    this.#dropStamps = db.prepare('DELETE FROM package_list');
    this.#leave = db.prepare('UPDATE packaged SET gone_ms = ? WHERE manager = ? AND name = ? AND gone_ms IS NULL');
    this.#put = db.prepare('INSERT OR REPLACE INTO packaged VALUES (?, ?, ?, NULL)');
    this.#prune = db.prepare('DELETE FROM packaged WHERE gone_ms < ?');
    this.#owner = db.prepare<[Buffer], FormerOwner>(
      'SELECT manager, name FROM packaged WHERE path = ? ORDER BY gone_ms IS NOT NULL, gone_ms DESC LIMIT 1',
    );
  }

  /** Whose it is, or was less than an hour ago. */
  ownerOf(path: Uint8Array): FormerOwner | undefined {
    return this.#owner.get(toBytes(path));
  }

  /** Other names are watched than before: all lists are read again. */
  startAnew(): void {
    this.#dropStamps.run();
  }

  /** Reads the lists that have changed. @param isStopped  is asked before each list */
  async refresh(
    lists: readonly InstalledList[],
    isWatched: (path: Buffer) => boolean,
    { nowMs, isStopped }: { readonly nowMs: number; readonly isStopped: () => boolean },
  ): Promise<void> {
    const before = new Map(this.#stamps.all().map((each) => [`${each.manager} ${each.name}`, each]));
    let read: ReadList[] = [];
    for (const list of lists) {
      const key = `${list.manager} ${list.name}`;
      const isSame = before.get(key)?.stamp === list.stamp;
      before.delete(key);
      if (isSame) continue;
      if (isStopped()) return;
      read.push({ list, paths: (await list.names()).map(fromPathKey).filter(isWatched) });
      if (read.length < LISTS_PER_WRITE) continue;
      this.#write(read, nowMs);
      read = [];
    }
    if (isStopped()) return;
    this.#write(read, nowMs);
    this.db.transaction(() => this.#end([...before.values()], nowMs)).immediate();
  }

  #write(read: readonly ReadList[], nowMs: number): void {
    if (read.length === 0) return;
    const replace = () => {
      for (const { list, paths } of read) this.#replace(list, paths, nowMs);
    };
    this.db.transaction(replace).immediate();
  }

  #replace({ manager, name, stamp }: InstalledList, paths: readonly Buffer[], nowMs: number): void {
    this.#leave.run(nowMs, manager, name);
    for (const path of paths) this.#put.run(path, manager, name);
    this.#setStamp.run(manager, name, stamp);
  }

  #end(gone: readonly FormerOwner[], nowMs: number): void {
    for (const { manager, name } of gone) {
      this.#leave.run(nowMs, manager, name);
      this.#dropStamp.run(manager, name);
    }
    this.#prune.run(nowMs - KEPT_MS);
  }
}
