/**
 * A search that found nothing, in a folder that the index does not have: which one, and why. Asked of the index, then
 * of the disk.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { isIndexed } from '../shared/answer/real-folder.js';
import { displayPath } from '../shared/path-text.js';
import { toBytes } from '../shared/paths.js';
import { parseQuery } from '../shared/search/parse-query.js';
import { type Condition, conditionsIn } from '../shared/search/query.js';
import type { QueryOptions } from '../shared/search/search.js';
import type { Db } from '../shared/store/open.js';
import type { QueryPlace } from './query-text.js';

/** One line for each folder of `in:`. */
export function unknownFolders(db: Db, query: string, place: QueryPlace & QueryOptions): string[] {
  const wanted = parseQuery(query, place).filters.filter((filter) => !filter.isExcluded);
  const folders = wanted.flatMap(foldersIn);
  return folders.filter((path) => !isIndexed(db, path)).map((path) => whyUnknown(path, place));
}

function foldersIn(filter: Condition): Uint8Array[] {
  return [...conditionsIn(filter)].flatMap((one) => (one.kind === 'folder' ? one.path : []));
}

function whyUnknown(path: Uint8Array, { canLook }: QueryPlace): string {
  const shown = displayPath(path);
  if (!canLook(path)) return `${shown} is not in the index`;
  try {
    const real = realpathSync.native(toBytes(path), 'buffer');
    if (!real.equals(toBytes(path)))
      return `${shown} is not in the index: it leads to ${displayPath(real)}, search there`;
    if (!lstatSync(real).isDirectory()) return `${shown} is a file, not a folder`;
    return `${shown} is not in the index: see \`find-textd status\` for the folders that are, and \`find-textd rules\``;
  } catch {
    return `${shown} is not in the index, and there is no such folder`;
  }
}
