/** Pure: is what the index has of a file what the disk has? */
import type { DocumentRow } from '../../shared/store/documents.js';
import type { FileStat } from '../../shared/types.js';

/**
 * `same`: nothing to do. `moved device`: the device number changed, as Btrfs and NFS do on every mount, and nothing else.
 * `stale`: to be extracted. ctime is part of it: it alone tells a rewrite that kept size and mtime.
 */
export type Comparison = 'same' | 'moved device' | 'stale';

export type Versions = Readonly<Record<string, number>>;

/** @param isNameOnly the rules want this file found by its name only. */
export function compare(row: DocumentRow, stat: FileStat, versions: Versions, isNameOnly: boolean): Comparison {
  const isSameContent = row.ctime_ms === stat.ctimeMs && isSameFile(row, stat);
  const isCurrent = versions[row.extractor] === row.extractor_version && (row.extractor === 'name') === isNameOnly;
  if (!isSameContent || !isCurrent) return 'stale';
  return row.dev === stat.dev ? 'same' : 'moved device';
}

/** The same inode with the same content under a new name: a rename changes the ctime and nothing else. */
export function isSameFile(row: DocumentRow, stat: FileStat): boolean {
  return row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs;
}
