/** Is a file as the index has it? Asked by open-writers.ts, for an lstat and a look into the index. */
import type { Documents } from '../../../shared/store/documents.js';
import { observe } from '../../disk/observe.js';

export interface Compared {
  /** The disk has something else than the index at this path. */
  readonly isStale: boolean;
  /** Of the file that is there. */
  readonly inode?: number;
}

export class IndexAgainstDisk {
  constructor(private readonly documents: Pick<Documents, 'find'>) {}

  async compare(path: Buffer): Promise<Compared> {
    const row = this.documents.find(path);
    const observed = await observe(path);
    if (observed.kind === 'silent') return { isStale: false };
    if (observed.kind !== 'file') return { isStale: row !== undefined };
    const { ino, size, mtimeMs } = observed.stat;
    return { isStale: row?.size !== size || row.mtime_ms !== mtimeMs || row.ino !== ino, inode: ino };
  }
}
