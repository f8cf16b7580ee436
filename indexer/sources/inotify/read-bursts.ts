/**
 * Reads that inotify tells of, gathered by file: one event for all of a moment, without those of find-text itself.
 * Nothing is told at once, so that an own read is known before it is told, whichever thread hears of it first.
 */
import type { ReadKind, ReportedEvent } from '../../../shared/file-event.js';
import { fromPathKey, pathKey } from '../../../shared/path-key.js';

export type InotifyRead = Exclude<ReadKind, 'denied'>;

interface Burst {
  readonly sinceMs: number;
  readonly counts: Record<InotifyRead, number>;
}

interface OwnReads {
  /** That have not been told of yet. */
  readonly expected: Record<InotifyRead, number>;
  running: number;
  lastMs: number;
}

export const HOLD_MS = 500;
/** What was not told of by then was not opened. */
const FORGET_MS = 4 * HOLD_MS;
const KINDS: readonly InotifyRead[] = ['open', 'close'];

export class ReadBursts {
  /** By path key; the oldest first. */
  readonly #bursts = new Map<string, Burst>();
  readonly #own = new Map<string, OwnReads>();

  note(key: string, kind: InotifyRead, nowMs: number): void {
    const burst = this.#bursts.get(key) ?? { sinceMs: nowMs, counts: { open: 0, close: 0 } };
    burst.counts[kind]++;
    this.#bursts.set(key, burst);
  }

  noteOwn(path: Uint8Array, isOver: boolean, nowMs: number): void {
    const key = pathKey(path);
    const own = this.#own.get(key) ?? { expected: { open: 0, close: 0 }, running: 0, lastMs: nowMs };
    if (!isOver) for (const kind of KINDS) own.expected[kind]++;
    own.running += isOver ? -1 : 1;
    own.lastMs = nowMs;
    this.#own.set(key, own);
  }

  get isEmpty(): boolean {
    return this.#bursts.size === 0 && this.#own.size === 0;
  }

  /** @returns what was read by others, in the order of the first read of each file. */
  take(nowMs: number): ReportedEvent[] {
    const due = [...this.#bursts].filter(([, { sinceMs }]) => nowMs - sinceMs >= HOLD_MS);
    for (const [key] of due) this.#bursts.delete(key);
    const told = due.flatMap(([key, burst]) => this.#told(key, burst));
    for (const [key, { running, lastMs }] of this.#own)
      if (running <= 0 && nowMs - lastMs >= FORGET_MS && !this.#bursts.has(key)) this.#own.delete(key);
    return told;
  }

  #told(key: string, { sinceMs, counts }: Burst): ReportedEvent[] {
    const own = this.#own.get(key)?.expected;
    return KINDS.flatMap((kind) => {
      const isOwn = Math.min(counts[kind], own?.[kind] ?? 0);
      if (own) own[kind] -= isOwn;
      if (counts[kind] === isOwn) return [];
      const event = { kind, path: fromPathKey(key), atMs: sinceMs, origin: 'inotify' } as const;
      return [{ event, paths: [], isFolder: false }];
    });
  }
}
