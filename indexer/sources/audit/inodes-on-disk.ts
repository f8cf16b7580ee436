/**
 * Which inode stands where now? Asked by resolve.ts. Where the records tell the folder and the file, but not the name,
 * the folder is listed, not what lies below.
 */
import { readdir } from 'node:fs/promises';
import { joinPath } from '../../../shared/paths.js';
import { look } from '../../disk/looks.js';
import { observe } from '../../disk/observe.js';

export interface InodesOnDisk {
  /** A folder with this inode is at the path. */
  isFolder(path: Buffer, inode: number): Promise<boolean>;
  isFile(path: Buffer, inode: number): Promise<boolean>;
  /**
   * Files and folders right in this folder that have the inode. Empty also when the folder cannot be listed: then there
   * is nothing in it for the index.
   */
  entries(folder: Buffer, inode: number): Promise<readonly Buffer[]>;
}

const AT_ONCE = 64;

export const INODES_ON_DISK: InodesOnDisk = {
  isFolder: (path, inode) => isThere(path, 'directory', inode),
  isFile: (path, inode) => isThere(path, 'file', inode),
  entries: entriesWithInode,
};

async function isThere(path: Buffer, kind: 'directory' | 'file', inode: number): Promise<boolean> {
  const observed = await observe(path);
  return observed.kind === kind && observed.stat.ino === inode;
}

async function entriesWithInode(folder: Buffer, inode: number): Promise<Buffer[]> {
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
