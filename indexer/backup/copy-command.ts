/**
 * The command that puts a copy in the place of a file. It writes through no symlink that stands there now, and where
 * the folder has gone as well it makes that first.
 */
import { lstatSync } from 'node:fs';
import { splitPath } from '../../shared/paths.js';
import { shellWord } from './shell-word.js';

/** @param copy  a word of a shell */
export function copyCommand(copy: string, path: Buffer): string {
  return `${makeFolder(path)}cp -aT --remove-destination --reflink=auto -- ${copy} ${shellWord(path)}`;
}

/** Empty when the folder of the file is there. */
export function makeFolder(path: Buffer): string {
  const { directory } = splitPath(path);
  return isThere(directory) ? '' : `mkdir -p -- ${shellWord(directory)} && `;
}

function isThere(path: Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
