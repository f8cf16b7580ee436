/**
 * Which name in a folder has this inode? Used by the audit source where the records tell the folder and the file, but
 * not the name: the folder is listed, not what lies below.
 */
import { readdir } from 'node:fs/promises';
import { joinPath } from '../../../shared/paths.js';
import { look } from '../../disk/looks.js';
import { observe } from '../../disk/observe.js';

const AT_ONCE = 64;

/** Files and folders only. Empty also when the folder cannot be listed: then there is nothing in it for the index. */
export async function entriesWithInode(folder: Buffer, inode: number): Promise<Buffer[]> {
  const names = await look(folder, () => readdir(folder, { encoding: 'buffer' })).catch(() => []);
  const paths = names.map((name) => joinPath(folder, name));
  const found: Buffer[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    const observed = await Promise.all(some.map((path) => observe(path)));
    found.push(...some.filter((_path, index) => inodeOf(observed[index]) === inode));
  }
  return found;
}

function inodeOf(observed: Awaited<ReturnType<typeof observe>> | undefined): number | undefined {
  return observed?.kind === 'file' || observed?.kind === 'directory' ? observed.stat.ino : undefined;
}
