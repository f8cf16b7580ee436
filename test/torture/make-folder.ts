/** Makes a folder and those above it. Node's own recursive mkdir spins for ever in a folder that is deleted but still mounted elsewhere. */
import { mkdirSync, statSync } from 'node:fs';
import { splitPath } from '../../shared/paths.js';

/** @throws a system error, also when something else stands on the way. */
export function makeFolder(path: Buffer): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const { directory } = splitPath(path);
  if (directory.length < path.length && directory.length > 1) makeFolder(directory);
  mkdirSync(path);
}
