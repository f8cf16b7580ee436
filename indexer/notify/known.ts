/** The last witness of each watched name: what the next look is compared with. A table of notify.db. */
import { pathKey } from '../../shared/path-key.js';
import { rangeBelow } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import type { Db } from '../../shared/store/open.js';
import type { FileType, Witness } from '../witness/witness.js';

export const KNOWN_SCHEMA = `
  CREATE TABLE known (
    path BLOB PRIMARY KEY, type TEXT NOT NULL, dev INTEGER NOT NULL, ino INTEGER NOT NULL, size INTEGER NOT NULL,
    mode INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL, mtime_ms REAL NOT NULL, ctime_ms REAL NOT NULL,
    sha256 BLOB, xattrs TEXT
  ) WITHOUT ROWID;
`;

export interface KnownName {
  readonly path: Buffer;
  readonly witness: Witness;
}

interface Row {
  readonly path: Buffer;
  readonly type: FileType;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime_ms: number;
  readonly ctime_ms: number;
  readonly sha256: Buffer | null;
  readonly xattrs: string | null;
}

const PAGE = 500;

export class Known {
  /** Path keys of the names that are set from now on; undefined: nobody asks. */
  noted: Set<string> | undefined;
  readonly #get;
  readonly #put;
  readonly #drop;
  readonly #below;
  readonly #after;
  readonly #count;

  constructor(db: Db) {
    this.#get = db.prepare<[Buffer], Row>('SELECT * FROM known WHERE path = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#drop = db.prepare('DELETE FROM known WHERE path = ?');
    this.#below = db.prepare<[Buffer, Buffer], Row>('SELECT * FROM known WHERE path >= ? AND path < ? ORDER BY path');
    this.#after = db.prepare<[Buffer], Row>(`SELECT * FROM known WHERE path > ? ORDER BY path LIMIT ${PAGE}`);
    this.#count = db.prepare<[], number>('SELECT count(*) FROM known').pluck();
  }

  get(path: Uint8Array): Witness | null {
    const row = this.#get.get(toBytes(path));
    return row ? toWitness(row) : null;
  }

  /** null: nothing is there any more. */
  set(path: Uint8Array, witness: Witness | null): void {
    this.noted?.add(pathKey(path));
    if (!witness) {
      this.#drop.run(toBytes(path));
      return;
    }
    const { type, dev, ino, size, mode, uid, gid, mtimeMs, ctimeMs, sha256, xattrs } = witness;
    const digest = sha256 === null ? null : Buffer.from(sha256, 'hex');
    this.#put.run(toBytes(path), type, dev, ino, size, mode, uid, gid, mtimeMs, ctimeMs, digest, xattrs);
  }

  /** Not the folder itself. */
  below(folder: Uint8Array): readonly KnownName[] {
    const { from, to } = rangeBelow(folder);
    return this.#below.all(from, to).map(toKnownName);
  }

  /** In the order of their bytes, a page at a time: names may be set and dropped meanwhile. */
  *all(): Generator<KnownName> {
    for (let page = this.#after.all(Buffer.alloc(0)); page.length > 0; ) {
      yield* page.map(toKnownName);
      page = this.#after.all((page.at(-1) as Row).path);
    }
  }

  get count(): number {
    return this.#count.get() ?? 0;
  }
}

function toKnownName(row: Row): KnownName {
  return { path: row.path, witness: toWitness(row) };
}

function toWitness({ type, dev, ino, size, mode, uid, gid, mtime_ms, ctime_ms, sha256, xattrs }: Row): Witness {
  const times = { mtimeMs: mtime_ms, ctimeMs: ctime_ms };
  return { type, dev, ino, size, mode, uid, gid, ...times, sha256: sha256?.toString('hex') ?? null, xattrs };
}
