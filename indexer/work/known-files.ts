/**
 * The documents the index has in one folder, while its files are compared one by one. A folder with very many is never
 * held whole.
 */
import { joinPath } from '../../shared/paths.js';
import type { DocumentRow, Documents } from '../../shared/store/documents.js';

export type FolderDocuments = Pick<Documents, 'directories' | 'find' | 'inDirectory'>;

const MAX_HELD = 5000;

export class KnownFiles {
  /** By name, as latin1 so that every byte counts. Undefined when there are too many. */
  readonly #held: Map<string, DocumentRow> | undefined;
  /** Ids. */
  readonly #taken = new Set<number>();

  constructor(
    private readonly documents: FolderDocuments,
    private readonly directory: Buffer,
  ) {
    const held = new Map<string, DocumentRow>();
    for (const row of this.#all()) {
      held.set(row.name.toString('latin1'), row);
      if (held.size > MAX_HELD) return;
    }
    this.#held = held;
  }

  take(name: Buffer): DocumentRow | undefined {
    const key = name.toString('latin1');
    const row = this.#held ? this.#held.get(key) : this.documents.find(joinPath(this.directory, name));
    if (row) this.#taken.add(row.id);
    return row;
  }

  /** The names that were not taken. */
  *left(): Generator<Buffer> {
    for (const row of this.#held?.values() ?? this.#all()) if (!this.#taken.has(row.id)) yield row.name;
  }

  *#all(): Generator<DocumentRow> {
    const folder = this.documents.directories.find(this.directory);
    if (folder) yield* this.documents.inDirectory(folder.id);
  }
}
