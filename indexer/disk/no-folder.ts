/**
 * Why nothing can be indexed at the path of a root, in words for the user. Asked before the daemon begins, and by the
 * path worker.
 */
import { readlink } from 'node:fs/promises';
import { displayPath } from '../../shared/path-text.js';
import { look } from './looks.js';
import { observe, wayTo } from './observe.js';

/** @returns what follows the name of the path; undefined: it leads to a folder, or its volume does not answer. */
export async function whyNoFolder(path: Buffer): Promise<string | undefined> {
  const { kind } = await observe(path);
  switch (kind) {
    case 'silent':
      return undefined;
    case 'directory':
      return (await wayTo(path)) === 'elsewhere' ? 'a symlink stands on the way to it' : undefined;
    case 'gone':
      return 'it does not exist';
    case 'file':
      return 'it is a file';
    case 'unreadable':
      return 'it cannot be read';
    case 'other':
      return whyOther(path);
  }
}

async function whyOther(path: Buffer): Promise<string> {
  const target = await look(path, () => readlink(path, { encoding: 'buffer' })).catch(() => undefined);
  return target ? `it is a symlink to ${displayPath(target)}` : 'it is not a folder';
}
