/**
 * Names of folders as a change log itself tells them. A program that works through a descriptor (`rm -r`, rsync) leaves
 * the inode of the folder only, and the changes before mostly say which one that is. A wrong path is worse than none,
 * so whatever moves forgets what was known below it.
 */
import { isWithin } from '../../../shared/path-within.js';
import { joinPath, splitPath } from '../../../shared/paths.js';
import type { FileChange, FileId, Place } from '../changes/file-change.js';

const MAX_KNOWN = 100_000;

export class FolderNames {
  readonly #paths = new Map<string, Buffer>();

  /** @returns the change with the paths that can be told. To be given every change, in order. */
  complete(change: FileChange): FileChange {
    const from = this.#named(change.from);
    const to = change.to && this.#named(change.to);
    this.#learn(change.kind === 'link' ? { ...change, to: null } : { ...change, from, to });
    const isKnown = from.path !== null && to?.path !== null;
    return isKnown ? { ...change, certainty: 'exact', from, to } : change;
  }

  #named(place: Place): Place {
    const { path, parent, name } = place;
    const folder = path === null && parent && name ? this.#paths.get(keyOf(parent)) : undefined;
    return folder && name ? { ...place, path: joinPath(folder, name), name: null } : place;
  }

  #learn({ kind, from, to, file }: FileChange): void {
    if (kind === 'rename' || kind === 'exchange' || kind === 'rmdir')
      for (const place of [from, to]) if (place?.path) this.#forgetBelow(place.path);
    for (const place of [from, to])
      if (place?.path && place.parent) this.#know(place.parent, splitPath(place.path).directory);
    if (kind === 'mkdir' && file && from.path) this.#know(file, from.path);
  }

  #know(id: FileId, path: Buffer): void {
    if (this.#paths.size < MAX_KNOWN) this.#paths.set(keyOf(id), path);
  }

  #forgetBelow(folder: Buffer): void {
    for (const [key, path] of this.#paths) if (isWithin(path, folder)) this.#paths.delete(key);
  }
}

function keyOf({ inode, dev }: FileId): string {
  return `${dev} ${inode}`;
}
