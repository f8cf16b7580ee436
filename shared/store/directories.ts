/** The folders of the index: path ↔ id, and (dev, inode) → folder. Paths are bytes. */
import { rangeBelow } from '../path-within.js';
import { toBytes } from '../paths.js';
import type { Db } from './open.js';

export interface DirectoryRow {
  readonly id: number;
  readonly path: Buffer;
  readonly dev: number;
  readonly ino: number;
  readonly mtime_ms: number;
}

export interface DirectoryStat {
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
}

const ROW = 'SELECT id, path, dev, ino, mtime_ms FROM dir';

export class Directories {
  readonly #byPath;
  readonly #byInode;
  readonly #pathsByInode;
  readonly #below;
  readonly #insert;
  readonly #update;
  readonly #setPath;
  readonly #remove;
  readonly #removeUnneeded;
  /** The last one that documents were put into, as the files of a batch are mostly neighbours. */
  #ensured: { readonly path: Buffer; readonly id: number } | undefined;

  /** @param onTakenOut  called when a path is gone. */
  constructor(
    db: Db,
    private readonly onTakenOut: () => void = () => {},
  ) {
    this.#byPath = db.prepare<[Buffer], DirectoryRow>(`${ROW} WHERE path = ?`);
    this.#byInode = db.prepare<[number, number], DirectoryRow>(`${ROW} WHERE ino = ? AND dev = ?`);
    this.#pathsByInode = db.prepare<[number], Buffer>('SELECT path FROM dir WHERE ino = ?').pluck();
    this.#below = db.prepare<[Buffer, Buffer], DirectoryRow>(`${ROW} WHERE path >= ? AND path < ? ORDER BY path`);
    this.#insert = db.prepare('INSERT INTO dir (path, dev, ino, mtime_ms) VALUES (?, ?, ?, ?)');
    this.#update = db.prepare('UPDATE dir SET dev = ?, ino = ?, mtime_ms = ? WHERE id = ?');
    this.#setPath = db.prepare('UPDATE dir SET path = ? WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM dir WHERE id = ?');
    this.#removeUnneeded = db.prepare(
      'DELETE FROM dir WHERE id = ? AND ino = 0 AND NOT EXISTS (SELECT 1 FROM file WHERE dir_id = dir.id)',
    );
  }

  /** Called at the start of a transaction: the one before may have been rolled back. */
  begin(): void {
    this.#ensured = undefined;
  }

  has(path: Uint8Array): boolean {
    return this.#ensured?.path.equals(path) || this.find(path) !== undefined;
  }

  find(path: Uint8Array): DirectoryRow | undefined {
    return this.#byPath.get(toBytes(path));
  }

  findByInode(dev: number, ino: number): DirectoryRow[] {
    return this.#byInode.all(ino, dev);
  }

  /** On any device: device numbers change from mount to mount. */
  pathsByInode(ino: number): Buffer[] {
    return this.#pathsByInode.all(ino);
  }

  /** The folder itself (when it is known) and all folders below it, in byte order. */
  subtree(path: Uint8Array): DirectoryRow[] {
    const { from, to } = rangeBelow(path);
    const itself = this.find(path);
    const below = this.#below.all(from, to).filter((row) => row.id !== itself?.id);
    return itself ? [itself, ...below] : below;
  }

  put(path: Uint8Array, stat: DirectoryStat): number {
    const known = this.find(path);
    if (!known) return Number(this.#insert.run(toBytes(path), stat.dev, stat.ino, stat.mtimeMs).lastInsertRowid);
    this.#update.run(stat.dev, stat.ino, stat.mtimeMs, known.id);
    return known.id;
  }

  /** A folder that holds documents before it was compared itself: inode 0 never matches a real one. */
  ensure(path: Uint8Array): number {
    if (this.#ensured?.path.equals(path)) return this.#ensured.id;
    const id = this.find(path)?.id ?? this.put(path, { dev: 0, ino: 0, mtimeMs: 0 });
    this.#ensured = { path: toBytes(path), id };
    return id;
  }

  setPath(id: number, path: Uint8Array): void {
    this.#ensured = undefined;
    this.onTakenOut();
    this.#setPath.run(toBytes(path), id);
  }

  remove(id: number): void {
    this.#ensured = undefined;
    this.onTakenOut();
    this.#remove.run(id);
  }

  /** To be called when a document has left: a folder that was never compared stands only for what it holds. */
  removeUnneeded(id: number): void {
    if (this.#removeUnneeded.run(id).changes === 0) return;
    this.#ensured = undefined;
    this.onTakenOut();
  }
}
