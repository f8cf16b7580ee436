/** Pure: is what the index has of a file what the disk has? */
import type { DocumentRow, DocumentState } from '../../shared/store/documents.js';
import type { FileStat } from '../../shared/types.js';
import type { ObservedFile } from '../disk/observe.js';
import { isOfWish, type Wish } from './wish.js';

/**
 * `same`: nothing to do. `moved device`: the device number changed, as Btrfs and NFS do on every mount, and nothing
 * else. `stale`: to be extracted. ctime is part of it: it alone tells a rewrite that kept size and mtime.
 */
export type Comparison = 'same' | 'moved device' | 'stale';

export type Versions = Readonly<Record<string, number>>;

export function compare(row: DocumentRow, stat: FileStat, versions: Versions, wish: Wish): Comparison {
  const isSameContent = Math.abs(row.ctime_ms) === stat.ctimeMs && isSameFile(row, stat);
  if (!isSameContent || !isCurrent(row, versions, wish)) return 'stale';
  return row.dev === stat.dev ? 'same' : 'moved device';
}

/** May a file be left unread if nothing but a change of its attributes is reported? */
export function isSameButAttributes(
  row: DocumentState,
  { stat, names }: ObservedFile,
  versions: Versions,
  wish: Wish,
): boolean {
  const isKnown = row.ctime_ms !== 0 && row.extractor !== 'failed' && isCurrent(row, versions, wish);
  return isKnown && names === 1 && isSameFile(row, stat);
}

/**
 * The ctime that is kept of a file that was not read when its attributes changed: below zero. To a comparison it is the
 * same. Whatever else is reported of the file later makes it be read.
 */
export function unreadStat(stat: FileStat): FileStat {
  return { ...stat, ctimeMs: -stat.ctimeMs };
}

export function wasLeftUnread(row: DocumentRow): boolean {
  return row.ctime_ms < 0;
}

function isCurrent(row: DocumentState, versions: Versions, wish: Wish): boolean {
  return versions[row.extractor] === row.extractor_version && isOfWish(row.extractor, wish);
}

/** The same inode with the same content under a new name: a rename changes the ctime and nothing else. */
export function isSameFile(row: DocumentState, stat: FileStat): boolean {
  return row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs;
}
