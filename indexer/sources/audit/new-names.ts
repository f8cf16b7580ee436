/**
 * Names that came a moment ago, by inode. The kernel tells of what `rm -r` deletes by inodes alone, and the index may
 * not have seen a new file before it is gone again. Asked where the index does not know the inode.
 */
import type { ChangeKind, FileChange, FileId } from '../../audit/changes/file-change.js';
import { pathNamed } from './event-of.js';
import { ENDING } from './resolve.js';

interface NewName {
  readonly path: Buffer;
  readonly isFolder: boolean;
  readonly atMs: number;
}

/** An inode may be given to another file: what is older the index knows better. */
const KEPT_MS = 60_000;
const MAX_NAMES = 10_000;
/** Changes with which an inode begins; it may end with ENDING. */
const BEGINNING: ReadonlySet<ChangeKind> = new Set(['create', 'mkdir']);

export class NewNames {
  readonly #byFile = new Map<string, NewName>();

  /** @param nowMs  monotonic */
  of(file: FileId, nowMs: number): readonly Buffer[] {
    const known = this.#byFile.get(keyOf(file));
    return known && nowMs - known.atMs <= KEPT_MS ? [known.path] : [];
  }

  /** @param paths  what the change was resolved to */
  note(change: FileChange, paths: readonly Buffer[], nowMs: number): void {
    const { kind, file } = change;
    if (kind === 'rename' || kind === 'exchange') return this.#moved(change, paths);
    if (!file) return;
    if (BEGINNING.has(kind) || ENDING.has(kind)) this.#byFile.delete(keyOf(file));
    const [path] = paths;
    if (!BEGINNING.has(kind) || path === undefined || paths.length > 1) return;
    this.#byFile.set(keyOf(file), { path, isFolder: kind === 'mkdir', atMs: nowMs });
    const [oldest] = this.#byFile.keys();
    if (this.#byFile.size > MAX_NAMES && oldest !== undefined) this.#byFile.delete(oldest);
  }

  /** Changes may have been missed. */
  clear(): void {
    this.#byFile.clear();
  }

  /** A file has its new name from then on. With a folder moves what is below it. */
  #moved({ kind, file, to }: FileChange, paths: readonly Buffer[]): void {
    const known = file && this.#byFile.get(keyOf(file));
    if (!known || known.isFolder) return this.clear();
    const path = kind === 'rename' && to ? pathNamed(to, paths) : undefined;
    if (path) this.#byFile.set(keyOf(file), { ...known, path });
    else this.#byFile.delete(keyOf(file));
  }
}

function keyOf({ inode, dev }: FileId): string {
  return `${dev}:${inode}`;
}
