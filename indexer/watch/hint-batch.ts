/**
 * Collects the hints of one read of the kernel's queue: at most one for each path and scope, and none below a folder that is to be
 * looked at as a whole anyway. Used by tree-watcher.ts. Keys are path keys (shared/paths.ts).
 */
import { fromPathKey } from '../../shared/paths.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';

/** Tells whether a changed path is of no interest; the path is bytes, absolute. */
export type IgnoredPath = (path: Uint8Array, isDirectory: boolean) => boolean;

export class HintBatch {
  /** Path key → was it a directory. */
  #paths = new Map<string, boolean>();
  #trees = new Map<string, boolean>();

  addPath(key: string, isDirectory: boolean): void {
    this.#paths.set(key, isDirectory);
  }

  addTree(key: string): void {
    this.#trees.set(key, true);
  }

  /** Empties the batch. @returns the hints in the order of their first event, trees first. */
  take(isIgnored: IgnoredPath): ChangeHint[] {
    const trees = this.#trees;
    const hints: ChangeHint[] = [];
    for (const key of trees.keys()) if (!isBelowAny(key, trees)) addHint(hints, key, 'tree', true, isIgnored);
    for (const [key, isDirectory] of this.#paths) {
      if (!trees.has(key) && !isBelowAny(key, trees)) addHint(hints, key, 'path', isDirectory, isIgnored);
    }
    this.#trees = new Map();
    this.#paths = new Map();
    return hints;
  }
}

function addHint(
  hints: ChangeHint[],
  key: string,
  scope: ChangeHint['scope'],
  isDirectory: boolean,
  isIgnored: IgnoredPath,
): void {
  const path = fromPathKey(key);
  if (!isIgnored(path, isDirectory)) hints.push({ path, scope, priority: PRIORITY.interactive });
}

function isBelowAny(key: string, folders: ReadonlyMap<string, unknown>): boolean {
  if (folders.size === 0) return false;
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
    if (folders.has(key.slice(0, end))) return true;
  }
  return key !== '/' && folders.has('/');
}
