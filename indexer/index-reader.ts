/** The event loop's own read-only view of the index: what was known of a path before it was looked at. */
import type { ErrorCode } from '../shared/errors.js';
import { isWithin, rangeBelow } from '../shared/path-within.js';
import { toBytes } from '../shared/paths.js';
import { unlistedPaths } from '../shared/store/below.js';
import { Documents } from '../shared/store/documents.js';
import { Meta } from '../shared/store/meta.js';
import { type Db, openForReading } from '../shared/store/open.js';
import { type KeptEvent, oldestEventMs, readEvents } from '../shared/store/read-events.js';

export class IndexReader {
  readonly documents: Documents;
  readonly meta: Meta;
  readonly #db: Db;
  readonly #documentCount;
  readonly #directories;
  readonly #failedPaths;
  readonly #failedBelow;
  readonly #killsOf;
  readonly #isAnyInDoubt;
  readonly #inDoubt;
  readonly #killers;
  readonly #folderCount;
  readonly #countBelow;
  readonly #firstBelow;
  readonly #treeWaiting;
  readonly #renamedFrom;
  readonly #explained;

  constructor(file: string) {
    this.#db = openForReading(file);
    this.documents = new Documents(this.#db);
    this.meta = new Meta(this.#db);
    this.#documentCount = this.#db.prepare<[], number>('SELECT count(*) FROM file').pluck();
    this.#directories = this.#db.prepare<[], Buffer>('SELECT path FROM dir').pluck();
    this.#failedPaths = this.#db.prepare<[string], Buffer>('SELECT path FROM failure WHERE code = ?').pluck();
    this.#failedBelow = this.#db.prepare<[Buffer, Buffer, Buffer], { path: Buffer; code: ErrorCode }>(
      'SELECT path, code FROM failure WHERE path = ? UNION ALL SELECT path, code FROM failure WHERE path >= ? AND path < ?',
    );
    const inDoubt = `FROM failure WHERE kills = 0 AND code IN ('FT_READ_FAILED', 'FT_EXTRACT_CRASHED')`;
    this.#isAnyInDoubt = this.#db.prepare(`SELECT 1 ${inDoubt} LIMIT 1`);
    this.#inDoubt = this.#db.prepare(`SELECT 1 ${inDoubt} AND path = ?`);
    this.#killsOf = this.#db.prepare<[Buffer], number>('SELECT kills FROM failure WHERE path = ?').pluck();
    this.#killers = this.#db
      .prepare<[number, number], Buffer>('SELECT path FROM failure WHERE kills > 0 AND kills < ? AND at_ms < ?')
      .pluck();
    this.#folderCount = this.#db
      .prepare<[Buffer, Buffer, Buffer], number>('SELECT count(*) FROM dir WHERE path = ? OR (path >= ? AND path < ?)')
      .pluck();
    this.#countBelow = this.#db
      .prepare<[Buffer, Buffer, Buffer], number>(
        'SELECT count(*) FROM dir JOIN file ON dir_id = dir.id WHERE dir.path = ? OR (dir.path >= ? AND dir.path < ?)',
      )
      .pluck();
    const first = (table: string) =>
      this.#db
        .prepare<[Buffer, Buffer], Buffer>(
          `SELECT path FROM ${table} WHERE path >= ? AND path < ? ORDER BY path LIMIT 1`,
        )
        .pluck();
    this.#firstBelow = [first('dir'), first('failure')];
    this.#treeWaiting = this.#db
      .prepare<[Buffer], number>(`SELECT 1 FROM queue WHERE path = ? AND scope = 'tree' AND taken <> 1`)
      .pluck();
    this.#renamedFrom = this.#db
      .prepare<[Buffer], Buffer | null>('SELECT renamed_from FROM queue WHERE path = ?')
      .pluck();
    this.#explained = this.#db.prepare<[Buffer], number>('SELECT 1 FROM open_event WHERE path = ? LIMIT 1').pluck();
  }

  /** Many questions at once cost half: each by itself takes the lock of a reader and gives it back. */
  atOnce<Answer>(ask: () => Answer): Answer {
    return this.#db.transaction(ask)();
  }

  get documentCount(): number {
    return this.#documentCount.get() ?? 0;
  }

  /** At the path itself and below it. */
  countFolders(folder: Uint8Array): number {
    const { from, to } = rangeBelow(folder);
    return this.#folderCount.get(toBytes(folder), from, to) ?? 0;
  }

  /** At the path itself and below it. */
  countDocuments(path: Uint8Array): number {
    const { from, to } = rangeBelow(path);
    return (this.#countBelow.get(toBytes(path), from, to) ?? 0) + (this.documents.find(path) ? 1 : 0);
  }

  /** The index has a file of that name. */
  isFile(path: Uint8Array): boolean {
    return this.documents.findState(path) !== undefined;
  }

  failedPaths(code: ErrorCode): Buffer[] {
    return this.#failedPaths.all(code);
  }

  /** At the path itself and below it. */
  failuresBelow(path: Uint8Array): { readonly path: Buffer; readonly code: ErrorCode }[] {
    const { from, to } = rangeBelow(path);
    return this.#failedBelow.all(toBytes(path), from, to);
  }

  /** Which of them could not be looked at or read when that was tried last, and not for their own fault? */
  inDoubt(paths: readonly Buffer[]): ReadonlySet<Buffer> {
    if (!this.#isAnyInDoubt.get()) return new Set();
    return new Set(paths.filter((path) => this.#inDoubt.get(path)));
  }

  /** How often reading that file has ended its extractor. */
  killsOf(path: Uint8Array): number {
    return this.#killsOf.get(toBytes(path)) ?? 0;
  }

  /** Files that have ended their extractor less often, and not since then. */
  killersBefore(nowMs: number, kills: number): Buffer[] {
    return this.#killers.all(kills, nowMs);
  }

  /** Was something at or below this path not to be read, for want of permission? */
  hasDenied(path: Uint8Array): boolean {
    return this.failuresBelow(path).some(({ code }) => code === 'FT_READ_DENIED');
  }

  /** Folders whose volume is missing. */
  get missingFolders(): Buffer[] {
    return this.failedPaths('FT_ROOT_MISSING');
  }

  /** Is the folder, or one below it, on a volume that is missing? */
  isMissing(folder: Uint8Array): boolean {
    return this.failuresBelow(folder).some(({ code }) => code === 'FT_ROOT_MISSING');
  }

  /** Folders and failures below the folder, but not in these of its subfolders (names as latin1). */
  *unlistedBelow(folder: Uint8Array, listed: ReadonlySet<string>): Generator<Buffer> {
    for (const first of this.#firstBelow) yield* unlistedPaths(folder, listed, (from, to) => first.get(from, to));
  }

  /** Does a comparison of this very folder wait in the queue? One that runs does not count: it has begun already. */
  isTreeWaiting(folder: Uint8Array): boolean {
    return this.#treeWaiting.get(toBytes(folder)) !== undefined;
  }

  /** An event has told what happened there since the index looked at it last. */
  isExplained(path: Uint8Array): boolean {
    return this.#explained.get(toBytes(path)) !== undefined;
  }

  /** In their order, a page at a time. */
  events(): Generator<KeptEvent> {
    return readEvents(this.#db, { afterSequence: 0, sinceMs: 0 });
  }

  /** Milliseconds since 1970; null: there is none. */
  get oldestEventMs(): number | null {
    return oldestEventMs(this.#db);
  }

  /** All that is known to have happened to this path is that a rename took its file away. */
  isOnlyRenamed(path: Uint8Array): boolean {
    return this.#renamedFrom.get(toBytes(path))?.equals(path) === true;
  }

  directoriesOutside(roots: readonly Uint8Array[]): Buffer[] {
    return this.#directories.all().filter((path) => !roots.some((root) => isWithin(path, root)));
  }

  /** Gives up the memory that only makes reading faster. */
  shrink(): void {
    this.#db.pragma('shrink_memory');
  }

  close(): void {
    this.#db.close();
  }
}
