/**
 * Which PARENT record belongs to which name. The inode of a PARENT is right even where its name is not, so this is what
 * leads from a name relative to a directory descriptor to the directory it is in.
 */
import { parentLength, startsWith } from './event-paths.js';
import type { FileId } from './file-change.js';
import { fileId, isSameFile, type PathItem } from './path-items.js';

/**
 * @param cwd  what the CWD record says: the kernel's name for the parent of a name without a slash, right or wrong.
 * @returns null when several PARENTs may be meant.
 */
export function parentOf(name: Buffer | null, parents: readonly PathItem[], cwd: Buffer | null): FileId | null {
  return onlyOne(parents) ?? onlyOne(parents.filter((parent) => isParentOf(parent, name, cwd)));
}

/**
 * False where the kernel has taken a name from another argument: it looks names up by their last part alone, so the
 * record of `symlink("/usr/lib/x", "/srv/a/x")` may be merged into that of its target. Then only the last part can be
 * trusted.
 */
export function hasItsParent(name: Buffer | null, parents: readonly PathItem[], cwd: Buffer | null): boolean {
  return parents.some((parent) => isParentOf(parent, name, cwd));
}

/** The two directories of a rename, by inode: the order of the records tells nothing. */
export function eitherParent(parents: readonly PathItem[]): readonly FileId[] {
  return parents
    .filter((parent, i) => parents.findIndex((other) => isSameFile(other, parent)) === i)
    .flatMap((parent) => fileId(parent) ?? [])
    .toSorted((a, b) => a.inode - b.inode);
}

function onlyOne(parents: readonly PathItem[]): FileId | null {
  const first = parents[0];
  return first && parents.every((other) => isSameFile(first, other)) ? fileId(first) : null;
}

function isParentOf(parent: PathItem, name: Buffer | null, cwd: Buffer | null): boolean {
  if (parent.name === null || name === null) return parent.name === name;
  const length = parentLength(name);
  if (length === 0) return cwd?.equals(parent.name) === true;
  return length === parent.name.length && startsWith(name, parent.name);
}
