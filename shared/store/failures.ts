/** Files and folders that could not be read or understood: one row per path, removed when it works again. */
import { rangeBelow } from '../path-within.js';
import { toBytes } from '../paths.js';
import type { Db } from './open.js';

export interface Failure {
  readonly path: Buffer;
  readonly code: string;
  readonly message: string;
  readonly at_ms: number;
  /** How often reading it has ended its extractor, since it changed last. */
  readonly kills: number;
}

/** What is to be kept of one. */
export interface Failed {
  readonly path: Uint8Array;
  readonly code: string;
  readonly message: string;
  readonly kills?: number;
}

const MAX_MESSAGE_CHARACTERS = 500;

export class Failures {
  readonly #put;
  readonly #forgive;
  readonly #remove;
  readonly #removeBelow;
  readonly #pathOf;
  readonly #find;
  readonly #below;
  readonly #count;
  readonly #newest;
  readonly #isAny;
  #isEmpty = false;

  /** @param onTakenOut  called when a row is deleted or replaced: its text is gone. */
  constructor(
    db: Db,
    private readonly onTakenOut: () => void = () => {},
  ) {
    this.#put = db.prepare('INSERT INTO failure (path, code, message, at_ms, kills) VALUES (?, ?, ?, ?, ?)');
    this.#forgive = db.prepare('UPDATE failure SET kills = 0 WHERE path = ?');
    this.#remove = db.prepare('DELETE FROM failure WHERE path = ?');
    this.#removeBelow = db.prepare('DELETE FROM failure WHERE path >= ? AND path < ?');
    this.#pathOf = db.prepare<[Buffer], Buffer>('SELECT path FROM failure WHERE path = ?').pluck();
    this.#find = db.prepare<[Buffer], Failure>('SELECT * FROM failure WHERE path = ?');
    this.#below = db.prepare<[Buffer, Buffer], Buffer>('SELECT path FROM failure WHERE path >= ? AND path < ?').pluck();
    this.#count = db.prepare<[], number>('SELECT count(*) FROM failure').pluck();
    this.#newest = db.prepare<[number], Failure>('SELECT * FROM failure ORDER BY at_ms DESC, path LIMIT ?');
    this.#isAny = db.prepare('SELECT 1 FROM failure LIMIT 1');
  }

  /** Called at the start of a transaction: as long as there is none, none is looked for to be removed. */
  begin(): void {
    this.#isEmpty = this.#isAny.get() === undefined;
  }

  put({ path, code, message, kills = 0 }: Failed, nowMs: number): void {
    this.remove(path);
    this.#isEmpty = false;
    this.#put.run(toBytes(path), code, message.slice(0, MAX_MESSAGE_CHARACTERS), nowMs, kills);
  }

  /** The count begins anew. */
  forgive(path: Uint8Array): void {
    this.#forgive.run(toBytes(path));
  }

  remove(path: Uint8Array): void {
    if (this.#isEmpty) return;
    if (this.#remove.run(toBytes(path)).changes > 0) this.onTakenOut();
  }

  /** The path itself and everything below it. */
  removeTree(path: Uint8Array): void {
    if (this.#isEmpty) return;
    const { from, to } = rangeBelow(path);
    this.remove(path);
    if (this.#removeBelow.run(from, to).changes > 0) this.onTakenOut();
  }

  find(path: Uint8Array): Failure | undefined {
    return this.#find.get(toBytes(path));
  }

  /** The path itself, if it is there, and paths below the folder. */
  at(path: Uint8Array): Buffer[] {
    const own = this.#pathOf.get(toBytes(path));
    return own ? [own, ...this.below(path)] : this.below(path);
  }

  /** Paths below the folder. */
  below(folder: Uint8Array): Buffer[] {
    const { from, to } = rangeBelow(folder);
    return this.#below.all(from, to);
  }

  get count(): number {
    return this.#count.get() ?? 0;
  }

  newest(limit: number): Failure[] {
    return this.#newest.all(limit);
  }
}
