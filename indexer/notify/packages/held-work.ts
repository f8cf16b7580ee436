/**
 * What package managers have changed and is not decided on while one is at work: its database is written last. Kept by
 * names and numbers of events only, as an upgrade may have ten thousands of them; the events stay in the index.
 */
import { pathKey } from '../../../shared/path-key.js';
import { type PickedEvent, READS } from '../net-change.js';
import type { Group } from '../turn/settling.js';
import { isByPackageManager } from './managers.js';

interface HeldGroup {
  readonly names: ReadonlySet<string>;
  readonly sequences: readonly number[];
  /** Of its first event, in milliseconds since 1970. */
  readonly sinceMs: number;
}

export interface Now {
  readonly isAtWork: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface HeldWorkParts {
  /** Events by their numbers, in their order; those that are not kept any more are missing. */
  readonly load: (sequences: readonly number[]) => readonly PickedEvent[];
  /** Events are missing: what they did is found by comparing only. */
  readonly onMissing: () => void;
  readonly maxEvents?: number;
}

/** How long a change waits for a package manager. After that it is told where it is not as packaged yet. */
const HOLD_MS = 300_000;
/** More events do not wait: they are some ten megabytes. */
const MAX_EVENTS = 200_000;

export class HeldWork {
  readonly #byName = new Map<string, HeldGroup>();
  readonly #groups = new Set<HeldGroup>();
  #size = 0;
  #isFreeing = false;

  constructor(private readonly parts: HeldWorkParts) {}

  /** Events. */
  get size(): number {
    return this.#size;
  }

  /** Some have waited for long enough: there may be more of them. */
  get isFreeing(): boolean {
    return this.#isFreeing;
  }

  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { sequences } of this.#groups)
      for (const each of sequences) if (oldest === undefined || each < oldest) oldest = each;
    return oldest;
  }

  has(key: string): boolean {
    return this.#byName.has(key);
  }

  /** Is it the work of a package manager alone, and has not waited for too long? */
  mayWait({ events }: Group, nowMs: number): boolean {
    const writes = events.filter(isDeed);
    const isRoom = this.#size + events.length <= (this.parts.maxEvents ?? MAX_EVENTS);
    return isRoom && isByPackageManager(writes.map(({ doer }) => doer)) && isFresh(sinceOf(writes), nowMs);
  }

  hold({ names, events }: Group): void {
    const sequences = events.map(({ sequence }) => sequence);
    const group = { names, sequences, sinceMs: sinceOf(events.filter(isDeed)) };
    this.#groups.add(group);
    for (const name of names) this.#byName.set(name, group);
    this.#size += sequences.length;
  }

  /**
   * Which of these groups are decided now, with those that have waited for long enough.
   * @param maxNames  of those that have waited
   */
  sift(due: readonly Group[], { isAtWork, nowMs }: Now, maxNames: number): readonly Group[] {
    const freed = this.#free(({ sinceMs }) => !isAtWork || !isFresh(sinceMs, nowMs), maxNames);
    this.#isFreeing = freed.length > 0;
    const ready: Group[] = [];
    for (const group of due) {
      if (isAtWork && this.mayWait(group, nowMs)) this.hold(group);
      else ready.push(group);
    }
    return [...ready, ...this.#load(freed)];
  }

  /** Those that have a name of this event go on with it. */
  takeAt({ path, to }: Pick<PickedEvent, 'path' | 'to'>): readonly Group[] {
    if (this.#groups.size === 0) return [];
    const names = [path, ...(to ? [to] : [])];
    const found = new Set(names.flatMap((name) => this.#byName.get(pathKey(name)) ?? []));
    for (const group of found) this.#remove(group);
    return this.#load([...found]);
  }

  #load(groups: readonly HeldGroup[]): readonly Group[] {
    if (groups.length === 0) return [];
    const events = this.parts.load(groups.flatMap(({ sequences }) => sequences));
    const known = new Map(events.map((event) => [event.sequence, event]));
    return groups.map(({ names, sequences }) => {
      const own = sequences.flatMap((sequence) => known.get(sequence) ?? []);
      if (own.length < sequences.length) this.parts.onMissing();
      return { names, events: own };
    });
  }

  #free(test: (group: HeldGroup) => boolean, maxNames: number): readonly HeldGroup[] {
    const freed: HeldGroup[] = [];
    let names = 0;
    for (const group of this.#groups) {
      if (names >= maxNames) break;
      if (!test(group)) continue;
      freed.push(group);
      names += group.names.size;
      this.#remove(group);
    }
    return freed;
  }

  #remove(group: HeldGroup): void {
    this.#groups.delete(group);
    for (const name of group.names) this.#byName.delete(name);
    this.#size -= group.sequences.length;
  }
}

/** That the index found something changed is nobody's deed. */
function isDeed({ kind, origin }: PickedEvent): boolean {
  return !(kind in READS) && origin !== 'comparison';
}

function sinceOf(events: readonly PickedEvent[]): number {
  return events.reduce((first, { atMs }) => Math.min(first, atMs), Number.POSITIVE_INFINITY);
}

/** A clock that was set back must not make it wait for longer. */
function isFresh(sinceMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - sinceMs) <= HOLD_MS;
}
