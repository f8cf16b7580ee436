/**
 * Collects the hints of one read of the kernel's queue. There is at most one for each path and scope, and none below a
 * folder that is to be looked at as a whole anyway. Used by tree-watcher.ts. Keys are path keys (shared/paths.ts).
 */
import { fromPathKey } from '../../../shared/path-key.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

/** Tells whether a changed path is of no interest; the path is bytes, absolute. */
export type IgnoredPath = (path: Uint8Array, isDirectory: boolean) => boolean;

interface Told {
  readonly isDirectory: boolean;
  readonly times: number;
  readonly isAttributes: boolean;
  /** Path key; as in ChangeHint. */
  renamedFrom?: string;
}

const TREE: Told = { isDirectory: true, times: 1, isAttributes: false };

export class HintBatch {
  #paths = new Map<string, Told>();
  #trees = new Map<string, boolean>();
  #attributes = new Set<string>();

  /** @param isAttributes  its attributes have changed, and nothing else. */
  addPath(key: string, isDirectory: boolean, isAttributes = false): void {
    const before = this.#paths.get(key);
    const isAll = isAttributes && before?.isAttributes !== false;
    this.#paths.set(key, { isDirectory, times: (before?.times ?? 0) + 1, isAttributes: isAll });
  }

  /** @returns false when more is told of the file, or of a whole folder. */
  addAttributes(key: string): boolean {
    if (this.#trees.size > 0 || this.#paths.has(key)) return false;
    this.#attributes.add(key);
    return true;
  }

  /** More is told of the file now. @returns true when it was among those of `addAttributes`. */
  takeAttributes(key: string): boolean {
    return this.#attributes.delete(key);
  }

  /** Those of `addAttributes` that are left, in the order of their first event. */
  takeAllAttributes(): ReadonlySet<string> {
    const attributes = this.#attributes;
    if (attributes.size > 0) this.#attributes = new Set();
    return attributes;
  }

  /** The new name of a file whose old one was added right before. */
  addRename(from: string, to: string): void {
    this.addPath(to, false);
    const names = [this.#paths.get(from), this.#paths.get(to)];
    if (names.some((told) => told?.times !== 1)) return;
    for (const told of names) if (told) told.renamedFrom = from;
  }

  addTree(key: string): void {
    this.#trees.set(key, true);
  }

  /** Empties the batch. @returns the hints in the order of their first event, trees first. */
  take(isIgnored: IgnoredPath): ChangeHint[] {
    const trees = this.#trees;
    const hints: ChangeHint[] = [];
    const add = (key: string, scope: ChangeHint['scope'], { isDirectory, renamedFrom, isAttributes }: Told) => {
      const path = fromPathKey(key);
      const renamed = renamedFrom === undefined ? {} : { renamedFrom: fromPathKey(renamedFrom) };
      const rest = isAttributes ? ({ isAttributes } as const) : renamed;
      if (!isIgnored(path, isDirectory)) hints.push({ path, scope, priority: PRIORITY.interactive, ...rest });
    };
    for (const key of trees.keys()) if (!isBelowAny(key, trees)) add(key, 'tree', TREE);
    for (const [key, told] of this.#paths) if (!trees.has(key) && !isBelowAny(key, trees)) add(key, 'path', told);
    this.#trees = new Map();
    this.#paths = new Map();
    return hints;
  }
}

function isBelowAny(key: string, folders: ReadonlyMap<string, unknown>): boolean {
  if (folders.size === 0) return false;
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
    if (folders.has(key.slice(0, end))) return true;
  }
  return key !== '/' && folders.has('/');
}
