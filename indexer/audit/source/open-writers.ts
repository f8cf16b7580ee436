/**
 * Audit shows when a file is opened for writing, and never when it is written or closed. So each such file is looked at again
 * with growing pauses: as long as its writer still has it open, and a few times after that, since a descriptor may have been
 * inherited or passed on. What is the same as in the index costs an lstat and is not queued.
 */
import { readdir, readlink } from 'node:fs/promises';
import { fromPathKey, pathKey } from '../../../shared/paths.js';

export interface OpenWritersDeps {
  /** True when the disk has something else than the index at this path. */
  readonly isStale: (path: Buffer) => Promise<boolean>;
  readonly onStale: (paths: readonly Buffer[]) => void;
  /** Real paths that a process has open, as path keys; undefined when that may not be seen, or the process has ended. */
  readonly openFiles: (pid: number) => Promise<ReadonlySet<string> | undefined>;
  readonly now: () => number;
}

interface Watched {
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

  note(path: Uint8Array, pid: number | null): void {
    const key = pathKey(path);
    this.#watched.delete(key);
    this.#watched.set(key, { pid, looks: 0, dueMs: this.deps.now() + (PAUSES_MS[0] as number) });
    if (this.#watched.size > MAX_WATCHED) this.#watched.delete(this.#watched.keys().next().value as string);
  }

  /** Looks at what is due. Call it a few times a second while `size` is not 0. */
  async look(): Promise<void> {
    const now = this.deps.now();
    const due = [...this.#watched].filter(([, { dueMs }]) => dueMs <= now);
    const openByPid = new Map<number, ReadonlySet<string> | undefined>();
    const stale: Buffer[] = [];
    for (const [key, watched] of due) {
      if (await this.deps.isStale(fromPathKey(key))) stale.push(fromPathKey(key));
      const { pid } = watched;
      if (pid !== null && !openByPid.has(pid)) openByPid.set(pid, await this.deps.openFiles(pid));
      this.#plan(key, watched, pid !== null && openByPid.get(pid)?.has(key) === true, now);
    }
    if (stale.length > 0) this.deps.onStale(stale);
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

/** Reads /proc/PID/fd. */
export async function openFilesOf(pid: number): Promise<ReadonlySet<string> | undefined> {
  try {
    const folder = `/proc/${pid}/fd`;
    const links = await Promise.all(
      (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`, { encoding: 'buffer' }).catch(() => undefined)),
    );
    return new Set(links.filter((link) => link !== undefined).map(pathKey));
  } catch {
    return undefined;
  }
}
