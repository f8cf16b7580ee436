/**
 * Audit shows when a file is opened for writing, and never when it is written or closed. So each such file is looked at
 * again with growing pauses, as long as its writer still has it open. It is a few times after that, since a descriptor
 * may have been inherited or passed on. A file that is renamed meanwhile is followed by its inode, which the index
 * knows under the new name. What is the same as in the index costs an lstat and is not queued.
 */

import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import type { Documents } from '../../../shared/store/documents.js';
import type { FileChange } from '../../audit/changes/file-change.js';
import type { Clock } from '../../system/clock.js';
import type { IndexAgainstDisk } from './index-against-disk.js';

export interface OpenWritersDeps {
  readonly indexed: Pick<IndexAgainstDisk, 'compare'>;
  readonly documents: Pick<Documents, 'pathsByInode'>;
  /**
   * Real paths that a process has open, as path keys; undefined when that may not be seen, or the process has ended.
   */
  readonly openFiles: (pid: number) => Promise<ReadonlySet<string> | undefined>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** What is known of an open. */
export interface Opening {
  /** Of the file. */
  readonly inode?: number | undefined;
  /** The change that told of it. */
  readonly opening?: FileChange;
}

export interface Stale {
  readonly path: Buffer;
  /**
   * The change that told of the open through which it was written, most likely. undefined: another file is there now.
   * The index may also know an old file by the inode that a new one was given.
   */
  readonly opening: FileChange | undefined;
}

interface Watched extends Opening {
  /** Path key. */
  readonly path: string;
  readonly pid: number | null;
  looks: number;
  dueMs: number;
}

/** Pauses before each look; the last one repeats while the file is open. */
const PAUSES_MS = [250, 1_000, 4_000, 15_000, 30_000];
/** The oldest are forgotten beyond this; the slow comparison with the disk finds what they still do. */
const MAX_WATCHED = 20_000;

export class OpenWriters {
  readonly #watched = new Map<string, Watched>();

  constructor(private readonly deps: OpenWritersDeps) {}

  get size(): number {
    return this.#watched.size;
  }

  /** These paths, all of one file, were opened for writing. */
  noteChange(change: FileChange, paths: readonly Buffer[]): void {
    const { who, file, kind } = change;
    // Who links a file does not write to it; somebody else may have it open.
    const opening = kind === 'link' ? {} : { opening: change };
    for (const path of paths) this.note(path, who.pid, { inode: file?.inode, ...opening });
  }

  note(path: Uint8Array, pid: number | null, { inode, opening }: Opening = {}): void {
    // Another process, or another file that takes the name, does not end what the first one may still write.
    const key = `${pid} ${inode} ${pathKey(path)}`;
    this.#watched.delete(key);
    this.#watched.set(key, {
      path: pathKey(path),
      pid,
      inode,
      ...(opening && { opening }),
      looks: 0,
      dueMs: this.deps.clock.monotonicMs() + (PAUSES_MS[0] as number),
    });
    if (this.#watched.size > MAX_WATCHED) this.#watched.delete(this.#watched.keys().next().value as string);
  }

  /** Looks at what is due, and finds what is stale. Call it a few times a second while `size` is not 0. */
  async look(): Promise<readonly Stale[]> {
    const { documents, indexed, openFiles, clock } = this.deps;
    const now = clock.monotonicMs();
    const due = [...this.#watched].filter(([, { dueMs }]) => dueMs <= now);
    const openByPid = new Map<number, ReadonlySet<string> | undefined>();
    const stale: Stale[] = [];
    for (const [key, watched] of due) {
      const { pid, inode, opening } = watched;
      const names = new Set([watched.path, ...(inode === undefined ? [] : documents.pathsByInode(inode)).map(pathKey)]);
      for (const path of [...names].map(fromPathKey)) {
        const there = await indexed.compare(path);
        const isOther = inode !== undefined && there.inode !== inode;
        if (there.isStale) stale.push({ path, opening: isOther ? undefined : opening });
      }
      if (pid !== null && !openByPid.has(pid)) openByPid.set(pid, await openFiles(pid));
      const open = pid === null ? undefined : openByPid.get(pid);
      this.#plan(key, watched, open !== undefined && [...names].some((name) => open.has(name)), now);
    }
    return stale;
  }

  #plan(key: string, watched: Watched, isOpen: boolean, now: number): void {
    watched.looks++;
    const pause = PAUSES_MS[Math.min(watched.looks, PAUSES_MS.length - 1)] as number;
    // A look that still found it open is followed by another one, for what was written just before the close.
    if (isOpen) watched.looks = Math.min(watched.looks, PAUSES_MS.length - 2);
    if (isOpen || watched.looks < PAUSES_MS.length - 1) watched.dueMs = now + pause;
    else this.#watched.delete(key);
  }
}
