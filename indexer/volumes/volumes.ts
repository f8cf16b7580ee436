/**
 * Gone is not deleted: a path may be missing because the volume it was on is not mounted now. Used by the path worker
 * before it removes anything from the index.
 */
import { readdir } from 'node:fs';
import { isWithin } from '../../shared/path-within.js';
import { splitPath, toBytes } from '../../shared/paths.js';
import type { Documents } from '../../shared/store/documents.js';
import { look } from '../disk/looks.js';
import { observe } from '../disk/observe.js';
import type { Volumes } from '../parts.js';

/**
 * @returns the folder whose volume has vanished: the root itself when it is missing, or the nearest folder that is
 * still there
 *   when it is empty and its volume is not mounted any more. Else undefined: it was deleted.
 */
export async function missingVolume(
  path: Uint8Array,
  roots: readonly Uint8Array[],
  { directories, volumes }: Pick<Documents, 'directories'> & { readonly volumes: Volumes },
): Promise<Buffer | undefined> {
  const root = roots.find((each) => isWithin(path, each));
  if (!root) return undefined;
  let folder = path.length > root.length ? splitPath(path).directory : toBytes(root);
  for (;;) {
    const observed = await observe(folder);
    if (observed.kind === 'directory') {
      const known = directories.find(folder);
      const isOther = known !== undefined && isOnOtherVolume(folder, known, observed.stat, volumes);
      return isOther && (await isEmpty(folder)) ? folder : undefined;
    }
    if (folder.length <= root.length) return folder;
    folder = splitPath(folder).directory;
  }
}

/**
 * Is the folder, which is empty, another one than the index knows because its volume is gone? The device number alone
 * does not tell: it differs from boot to boot, and from mount to mount, for the same folder.
 */
export function isOnOtherVolume(
  folder: Uint8Array,
  known: { readonly dev: number; readonly ino: number },
  stat: { readonly dev: number },
  volumes: Volumes,
): boolean {
  return known.ino !== 0 && known.dev !== stat.dev && volumes.isUnmounted(folder);
}

/** Why nothing is there, in words for the user. */
export const NOT_MOUNTED = 'it is missing or not mounted';

function isEmpty(folder: Buffer): Promise<boolean> {
  const ask = () =>
    new Promise<boolean>((resolve) => readdir(folder, (error, names) => resolve(!error && names.length === 0)));
  return look(folder, ask).catch(() => false);
}
