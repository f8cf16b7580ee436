/**
 * Renames: a file or folder the index knows under another name that is gone keeps its content. Asked by the path worker and by
 * reconcile before anything is read. An inode number alone proves nothing: it is given away again when its file is deleted.
 */
import { pathText, splitPath } from '../../shared/paths.js';
import { type DocumentRow, type Documents, pathOf } from '../../shared/store/documents.js';
import type { FileStat } from '../../shared/types.js';
import type { WriteOp } from '../writer/index-writer.js';
import { isSameFile, type Versions } from './compare.js';
import { type ObservedFile, observe } from './observe.js';

export type KnownPlaces = Pick<Documents, 'findByInode' | 'directories'>;

/** @param claimed  ids of documents that have moved in this batch already; the one found is added. */
export async function findOldPlace(
  path: Uint8Array,
  file: ObservedFile,
  known: { readonly documents: KnownPlaces; readonly versions: Versions; readonly claimed: Set<number> },
): Promise<Buffer | undefined> {
  const suffix = suffixOf(splitPath(path).name);
  for (const row of known.documents.findByInode(file.stat.dev, file.stat.ino)) {
    const from = pathOf(row);
    if (known.claimed.has(row.id) || from.equals(path) || suffixOf(row.name) !== suffix) continue;
    if (!isMovable(row, file, known.versions)) continue;
    const old = await observe(from);
    if (old.kind === 'file' && old.stat.ino === file.stat.ino) continue;
    known.claimed.add(row.id);
    return from;
  }
  return undefined;
}

/** A folder the index knows under another path that is gone has been renamed: everything below keeps its content. */
export async function findMovedTree(documents: KnownPlaces, path: Uint8Array, stat: FileStat): Promise<WriteOp[]> {
  for (const row of documents.directories.findByInode(stat.dev, stat.ino)) {
    const old = await observe(row.path);
    if (old.kind === 'directory' && old.stat.ino === stat.ino) continue;
    return [{ kind: 'moveTree', from: row.path, to: path, stat }];
  }
  return [];
}

/**
 * Only what was read well moves along with its file: what failed under its old name is tried again. A file that was born after
 * the index last looked at its inode is another one, whatever its size and times say: packages hold thousands of files that
 * share both. Where the file system does not tell the birth (0), nobody knows.
 */
function isMovable(row: DocumentRow, { stat, bornMs }: ObservedFile, versions: Versions): boolean {
  const isContent = row.extractor !== 'name' && row.extractor !== 'failed';
  const isSameInode = bornMs > 0 && bornMs <= row.ctime_ms;
  return isContent && isSameInode && isSameFile(row, stat) && versions[row.extractor] === row.extractor_version;
}

/** Names with another suffix may be read by another extractor, so such a rename is a new file. */
function suffixOf(name: Uint8Array): string {
  const text = pathText(name);
  const dot = text.indexOf('.', 1);
  return dot < 0 ? '' : text.slice(dot).toLowerCase();
}
