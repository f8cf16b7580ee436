/**
 * What /proc tells of the files that processes have open. Of processes of other users it tells nothing, unless one is
 * root.
 */
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import { look } from '../../disk/looks.js';

export interface WrittenFile {
  readonly path: Buffer;
  readonly pid: number;
  readonly inode: number;
}

/** The mode of such a link shows how the file was opened. */
const WRITABLE = 0o200;

/** @returns real paths as path keys; undefined when that may not be seen, or the process has ended. */
export async function openFilesOf(pid: number): Promise<ReadonlySet<string> | undefined> {
  const links = await linksOf(pid);
  return links && new Set(links.map(({ key }) => key));
}

/** Every file below the roots that some process has open for writing just now. */
export async function filesBeingWritten(roots: readonly Uint8Array[]): Promise<WrittenFile[]> {
  const found: WrittenFile[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    for (const { key, link } of (await linksOf(pid)) ?? []) {
      const path = fromPathKey(key);
      const inode = roots.some((root) => isWithin(path, root)) ? await writableInode(link, path) : undefined;
      if (inode !== undefined) found.push({ path, pid, inode });
    }
  }
  return found;
}

async function linksOf(pid: number): Promise<{ link: string; key: string }[] | undefined> {
  try {
    const links = (await readdir(`/proc/${pid}/fd`)).map((fd) => `/proc/${pid}/fd/${fd}`);
    const targets = await Promise.all(
      links.map((link) => readlink(link, { encoding: 'buffer' }).catch(() => undefined)),
    );
    return links.flatMap((link, at) => {
      const target = targets[at];
      return target ? [{ link, key: pathKey(target) }] : [];
    });
  } catch {
    return undefined;
  }
}

/** @param path  where the link leads: its volume may hang. */
async function writableInode(link: string, path: Buffer): Promise<number | undefined> {
  try {
    const { mode } = await lstat(link);
    return mode & WRITABLE ? (await look(path, () => stat(link))).ino : undefined;
  } catch {
    return undefined;
  }
}
