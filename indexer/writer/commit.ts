/**
 * What a batch of operations has changed, with the events that explain it: told to whoever the batch was written for.
 * The writer makes a draft while it applies the batch. A change that no open event explains was found by comparing: the
 * draft adds that event.
 */
import type { EventKind, ReportedEvent } from '../../shared/file-event.js';
import { parseFreshness } from '../../shared/freshness.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import type { DocumentRow } from '../../shared/store/documents.js';
import type { Events } from '../../shared/store/events.js';
import type { FileStat } from '../../shared/types.js';
import type { Change } from '../words.js';

type NewChange = Omit<Change, 'eventIds'>;

/**
 * Roots of which everything has been in the index once. What a first comparison of the others finds has not changed.
 */
export function knownRoots(freshness: unknown): readonly Buffer[] {
  const roots = parseFreshness(freshness)?.roots ?? [];
  return roots.filter(({ gaps }) => gaps.every(({ reason }) => reason !== 'new')).map(({ root }) => root);
}

export class CommitDraft {
  readonly #changes = new Map<string, Change>();
  #isAny = false;

  /** @param isTold  somebody listens: otherwise the changes themselves are not gathered. */
  constructor(
    private readonly events: Events,
    private readonly roots: () => readonly Buffer[],
    private readonly isTold: boolean,
  ) {}

  /** @param found  what has happened, as the disk shows it; missing: nothing on the disk has changed. */
  note(change: NewChange, found?: EventKind): void {
    if (found) this.#explain(change, found);
    this.#isAny = true;
    if (!this.isTold) return;
    const key = pathKey(change.path);
    const earlier = this.#changes.get(key);
    this.#changes.set(key, { ...change, before: earlier ? earlier.before : change.before, eventIds: [] });
  }

  /** @param known  what the index has of it, read only when nothing was noted. */
  finish(path: Uint8Array, known: () => FileStat | null): void {
    if (!this.isTold) {
      this.#isAny = this.events.close(path) || this.#isAny;
      return;
    }
    const eventIds = this.events.claim(path);
    if (eventIds.length > 0) this.#claimed(path, eventIds, known);
  }

  /** What the event tells has been looked at already. */
  settle(reported: ReportedEvent, known: () => FileStat | null): void {
    const id = this.events.add({ ...reported, paths: [] });
    if (id !== undefined) this.#claimed(reported.event.path, [id], known);
  }

  /** Nothing waits in the queue: whatever is open has caused nothing more. */
  finishAll(): void {
    for (const [key, ids] of this.events.claimAll()) this.#claimed(Buffer.from(key, 'latin1'), ids, () => null);
  }

  /** Something has changed. */
  get isAny(): boolean {
    return this.#isAny;
  }

  get changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  #claimed(path: Uint8Array, ids: readonly string[], known: () => FileStat | null): void {
    this.#isAny = true;
    if (!this.isTold) return;
    const key = pathKey(path);
    const change = this.#changes.get(key) ?? unchanged(path, known());
    this.#changes.set(key, { ...change, eventIds: [...change.eventIds, ...ids] });
  }

  #explain({ path, from }: NewChange, kind: EventKind): void {
    if (!this.roots().some((root) => isWithin(path, root))) return;
    if (this.events.isOpen(path) || (from && this.events.isOpen(from))) return;
    const names = from ? { path: from, to: path } : { path };
    const event = { ...names, atMs: Date.now(), kind, origin: 'comparison' } as const;
    this.events.addFound({ event, paths: from ? [path, from] : [path] });
  }
}

function unchanged(path: Uint8Array, stat: FileStat | null): Change {
  return { path, kind: 'unchanged', before: stat, after: stat, eventIds: [] };
}

export function statOf(row: DocumentRow | undefined): FileStat | null {
  if (!row) return null;
  const { dev, ino, size, mtime_ms: mtimeMs, ctime_ms: ctimeMs } = row;
  return { dev, ino, size, mtimeMs, ctimeMs };
}

/** What was read and written to the index is another text, or another file, than before. */
export function isRewritten(row: DocumentRow, stat: FileStat, input: string | undefined): boolean {
  if (!isSameStat(row, stat)) return true;
  const isCertain = row.ctime_ms !== 0 && stat.ctimeMs !== 0;
  return !isCertain && row.input !== null && input !== undefined && row.input !== input;
}

/** A time of 0 is not known. */
export function isSameStat(row: DocumentRow, stat: FileStat): boolean {
  const isSameTime = row.ctime_ms === stat.ctimeMs || row.ctime_ms === 0 || stat.ctimeMs === 0;
  return row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs && isSameTime;
}
