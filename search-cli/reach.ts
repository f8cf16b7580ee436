/** Which gaps matter to a query: those where it could find something. Pure; called by run.ts when there are gaps. */
import type { Freshness } from '../shared/freshness.js';
import { isWithin, overlap } from '../shared/paths.js';
import type { Query } from '../shared/search/query.js';

/** The same without the gaps in folders that the query leaves out (`in:`, `-in:`). */
export function withinReach(freshness: Freshness, query: Query): Freshness {
  const folders = foldersOf(query);
  const roots = freshness.roots.map((root) => ({
    ...root,
    gaps: root.gaps.filter(({ scope }) => canReach(folders, scope)),
  }));
  return { ...freshness, roots };
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
