/** The event loop's own read-only view of the index: what was known of a path before it was looked at. */
import type { ErrorCode } from '../../shared/errors.js';
import { isWithin, rangeBelow, toBytes } from '../../shared/paths.js';
import { type DocumentRow, Documents } from '../../shared/store/documents.js';
import { Meta } from '../../shared/store/meta.js';
import { type Db, openForReading } from '../../shared/store/open.js';

export class IndexReader {
  readonly documents: Documents;
  readonly meta: Meta;
  readonly #db: Db;
  readonly #documentCount;
  readonly #directories;
  readonly #failedPaths;
  readonly #failedBelow;

  constructor(file: string) {
    this.#db = openForReading(file);
    this.documents = new Documents(this.#db);
    this.meta = new Meta(this.#db);
    this.#documentCount = this.#db.prepare<[], number>('SELECT count(*) FROM doc').pluck();
    this.#directories = this.#db.prepare<[], Buffer>('SELECT path FROM dir').pluck();
    this.#failedPaths = this.#db.prepare<[string], Buffer>('SELECT path FROM failure WHERE code = ?').pluck();
    this.#failedBelow = this.#db.prepare<[Buffer, Buffer, Buffer], { path: Buffer; code: ErrorCode }>(
      'SELECT path, code FROM failure WHERE path = ? UNION ALL SELECT path, code FROM failure WHERE path >= ? AND path < ?',
    );
  }

  get documentCount(): number {
    return this.#documentCount.get() ?? 0;
  }

  /** The documents of one folder by name (as latin1, so that every byte counts). */
  documentsByName(directory: Uint8Array): Map<string, DocumentRow> {
    const row = this.documents.directories.find(directory);
    const documents = row ? this.documents.inDirectory(row.id) : [];
    return new Map(documents.map((document) => [document.name.toString('latin1'), document]));
  }

  failedPaths(code: ErrorCode): Buffer[] {
    return this.#failedPaths.all(code);
  }

  /** At the path itself and below it. */
  failuresBelow(path: Uint8Array): { readonly path: Buffer; readonly code: ErrorCode }[] {
    const { from, to } = rangeBelow(path);
    return this.#failedBelow.all(toBytes(path), from, to);
  }

  directoriesOutside(roots: readonly Uint8Array[]): Buffer[] {
    return this.#directories.all().filter((path) => !roots.some((root) => isWithin(path, root)));
  }

  close(): void {
    this.#db.close();
  }
}
