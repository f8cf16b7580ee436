/** What matters to a query: that which is about folders where it could find something. Pure. */
import { isWithin, overlap } from '../path-within.js';
import type { Query } from '../search/query.js';

/** Can this file, or anything in this folder, be found? */
export type Reach = (path: Uint8Array) => boolean;

/** For a question about the whole index. */
export const everywhere: Reach = () => true;

const anywhere: Reach = () => true;

/** By the folders that the query names or leaves out (`in:`, `-in:`). */
export function reachOf(query: Query): Reach {
  const folders = foldersOf(query);
  if (folders.wanted.length + folders.excluded.length === 0) return anywhere;
  return (path) => canReach(folders, path);
}

/** Is there anything that it does not reach? */
export function isLimited(reach: Reach): boolean {
  return reach !== everywhere && reach !== anywhere;
}

interface Folders {
  /** Empty: all. */
  readonly wanted: readonly Uint8Array[];
  readonly excluded: readonly Uint8Array[];
}

function canReach({ wanted, excluded }: Folders, scope: Uint8Array): boolean {
  const parts = wanted.length > 0 ? wanted.map((folder) => overlap(folder, scope)) : [scope];
  return parts.some((part) => part && !excluded.some((folder) => isWithin(part, folder)));
}

function foldersOf({ filters }: Query): Folders {
  const folders = filters.filter((filter) => filter.kind === 'folder');
  const paths = (isExcluded: boolean) =>
    folders.filter((each) => each.isExcluded === isExcluded).map(({ path }) => path);
  return { wanted: paths(false), excluded: paths(true) };
}
