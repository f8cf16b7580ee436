/** Which attributes differ between two witnesses of a name. A folder's size and times follow from what is in it. */
import type { Witness } from './witness.js';

export const WITNESS_ATTRIBUTES = ['type', 'size', 'mode', 'uid', 'gid', 'inode', 'mtime', 'sha256', 'xattr'] as const;
export type WitnessAttribute = (typeof WITNESS_ATTRIBUTES)[number];

const OF_FOLDERS: ReadonlySet<WitnessAttribute> = new Set(['type', 'mode', 'uid', 'gid', 'inode', 'xattr']);

/** In the order of the list above. What is missing on one side is no difference: it is not known. */
export function changedAttributes(before: Witness, after: Witness): readonly WitnessAttribute[] {
  const isFolder = before.type === 'folder' && after.type === 'folder';
  return WITNESS_ATTRIBUTES.filter((name) => (!isFolder || OF_FOLDERS.has(name)) && differs[name](before, after));
}

const differs: Readonly<Record<WitnessAttribute, (one: Witness, other: Witness) => boolean>> = {
  type: (one, other) => one.type !== other.type,
  size: (one, other) => one.size !== other.size,
  mode: (one, other) => one.mode !== other.mode,
  uid: (one, other) => one.uid !== other.uid,
  gid: (one, other) => one.gid !== other.gid,
  inode: (one, other) => one.ino !== other.ino,
  mtime: (one, other) => one.mtimeMs !== other.mtimeMs,
  sha256: (one, other) => one.sha256 !== other.sha256 && one.sha256 !== null && other.sha256 !== null,
  xattr: (one, other) => one.xattrs !== other.xattrs && one.xattrs !== null && other.xattrs !== null,
};

/** Are its bytes, or what it is, others than before? Without digests size and time have to say it. */
export function isOtherContent(before: Witness, after: Witness): boolean {
  if (before.type !== after.type || (before.size !== after.size && before.type !== 'folder')) return true;
  if (before.type === 'folder' || before.type === 'other') return false;
  return before.sha256 === null || after.sha256 === null
    ? before.mtimeMs !== after.mtimeMs
    : before.sha256 !== after.sha256;
}
