/** The arguments that are no options → the query. Which folders there are is asked of the index, then of the disk. */
import { lstatSync } from 'node:fs';
import { isIndexed } from '../shared/answer/real-folder.js';
import { toBytes } from '../shared/paths.js';
import type { CanLook } from '../shared/search/document-text.js';
import { type ArgumentContext, joinArguments } from '../shared/search/join-arguments.js';
import type { Db } from '../shared/store/open.js';

export interface QueryPlace extends Omit<ArgumentContext, 'isFolder'> {
  readonly canLook: CanLook;
}

export function queryText(db: Db, words: readonly string[], place: QueryPlace): string {
  const isFolder = (path: Uint8Array) => isIndexed(db, path) || (place.canLook(path) && isOnDisk(path));
  return joinArguments(words, { ...place, isFolder });
}

function isOnDisk(path: Uint8Array): boolean {
  try {
    return lstatSync(toBytes(path)).isDirectory();
  } catch {
    return false;
  }
}
