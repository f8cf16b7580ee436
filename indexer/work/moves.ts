/**
 * Renames: a file or folder the index knows under another name that is gone keeps its content. Used by the path worker
 * and by reconcile before anything is read. An inode number alone proves nothing: it is given away again when its file
 * is deleted.
 */
import { pathText } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { type DocumentRow, type Documents, pathOf } from '../../shared/store/documents.js';
import type { FileStat } from '../../shared/types.js';
import { type ObservedFile, observe } from '../disk/observe.js';
import type { IndexView } from '../parts.js';
import type { LostName, QueueEntry, WriteOp } from '../words.js';
import { isSameFile, type Versions } from './compare.js';
import { isOfWish, type Wish } from './wish.js';

/**
 * Only if the rename is all that is reported of both names: a program may rewrite a file, give it back its size and
 * time, and rename it, and nothing the disk tells of it differs from a mere rename.
 */
export function findOldPlace(
  { path, renamedFrom: from }: Pick<QueueEntry, 'path' | 'renamedFrom'>,
  file: ObservedFile,
  known: {
    readonly index: Pick<IndexView, 'documents' | 'isOnlyRenamed'>;
    readonly versions: Versions;
    readonly wish: Wish;
  },
): Buffer | undefined {
  if (!from || from.equals(path) || suffixOf(splitPath(from).name) !== suffixOf(splitPath(path).name)) return undefined;
  const row = known.index.documents.find(from);
  return row &&
    isOfWish(row.extractor, known.wish) &&
    isMovable(row, file, known.versions) &&
    known.index.isOnlyRenamed(from)
    ? from
    : undefined;
}

/** A folder the index knows under another path that is gone has been renamed: everything below keeps its content. */
export async function findMovedTree(
  documents: Pick<Documents, 'directories'>,
  path: Uint8Array,
  stat: FileStat,
): Promise<WriteOp[]> {
  for (const row of documents.directories.findByInode(stat.dev, stat.ino)) {
    const old = await observe(row.path);
    if (old.kind === 'silent' || (old.kind === 'directory' && old.stat.ino === stat.ino)) continue;
    return [{ kind: 'moveTree', from: row.path, to: path, stat }];
  }
  return [];
}

/**
 * A file that is new to the index, and that the index knows under a name that is gone, was renamed.
 * @param rows  what the index has of its inode.
 */
export async function findLostName(rows: readonly DocumentRow[], file: ObservedFile): Promise<LostName | undefined> {
  for (const row of rows) {
    if (!isSameInode(row, file)) continue;
    const path = pathOf(row);
    if ((await observe(path)).kind === 'gone') return { path, ctimeMs: row.ctime_ms };
  }
  return undefined;
}

/** Only what was read well moves along with its file: what failed under its old name is tried again. */
function isMovable(row: DocumentRow, file: ObservedFile, versions: Versions): boolean {
  const isContent = row.extractor !== 'name' && row.extractor !== 'failed';
  const isSame = isSameInode(row, file) && isSameFile(row, file.stat);
  return isContent && isSame && versions[row.extractor] === row.extractor_version;
}

/**
 * A file that was born after the index last looked at its inode is another one, whatever its size and times say:
 * packages hold thousands of files that share both. Where the file system does not tell the birth (0), nobody knows.
 */
function isSameInode(row: DocumentRow, { bornMs }: ObservedFile): boolean {
  return bornMs > 0 && bornMs <= Math.abs(row.ctime_ms);
}

/** Names with another suffix may be read by another extractor, so such a rename is a new file. */
function suffixOf(name: Uint8Array): string {
  const text = pathText(name);
  const dot = text.indexOf('.', 1);
  return dot < 0 ? '' : text.slice(dot).toLowerCase();
}
