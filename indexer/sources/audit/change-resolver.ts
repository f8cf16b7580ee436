/** Resolves the changes of all logs one after the other, and remembers the names that came with them. */
import type { FileChange } from '../../audit/changes/file-change.js';
import { INODES_ON_DISK } from './inodes-on-disk.js';
import { NewNames } from './new-names.js';
import { RealFolders } from './real-folders.js';
import { type KnownInodes, resolveChange } from './resolve.js';

export class ChangeResolver {
  readonly #realFolders = new RealFolders();
  readonly #newNames = new NewNames();

  constructor(
    private readonly roots: readonly Uint8Array[],
    private readonly documents: KnownInodes,
  ) {}

  /** As resolveChange. */
  async resolve(change: FileChange, watched: Uint8Array): Promise<readonly Buffer[] | undefined> {
    const paths = await resolveChange(change, watched, {
      roots: this.roots,
      documents: this.documents,
      newNames: this.#newNames,
      realFolders: this.#realFolders,
      inodes: INODES_ON_DISK,
      nowMs: performance.now(),
    });
    this.#newNames.note(change, paths ?? [], performance.now());
    return paths;
  }

  /** Changes may have been missed. */
  forget(): void {
    this.#newNames.clear();
  }
}
