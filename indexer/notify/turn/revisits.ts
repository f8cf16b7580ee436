/**
 * Names that are looked at again, more and more rarely: what goes on without events of its own, and what could not be
 * looked at. In memory: after a crash the comparison at the start finds what they missed.
 */
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { type NameState, netChanges, type PickedEvent } from '../net-change.js';
import type { NetChange } from '../words.js';
import type { Group } from './settling.js';
import { lookAt, type TurnParts } from './turn-parts.js';

/** At first, and at most. */
const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 60_000;
const NAMES_PER_TURN = 1_000;

interface Revisit {
  readonly events: readonly PickedEvent[];
  afterMs: number;
  dueMs: number;
  isDone?: boolean;
}

export class Revisits {
  readonly #byName = new Map<string, Revisit>();

  constructor(private readonly parts: TurnParts) {}

  get size(): number {
    return this.#byName.size;
  }

  has(key: string): boolean {
    return this.#byName.has(key);
  }

  /** When the next one is due; undefined: there is none. */
  get nextDueMs(): number | undefined {
    const times = [...this.#byName.values()].map(({ dueMs }) => dueMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** @param again  names that have to be looked at again. */
  add({ names, events }: Group, again: ReadonlySet<string>): void {
    const { watched, clock } = this.parts.notifier;
    for (const key of names) {
      if (!again.has(key) || this.#byName.has(key) || !watched.has(fromPathKey(key))) continue;
      const own = events.filter(({ path }) => pathKey(path) === key);
      this.#byName.set(key, { events: own, afterMs: AGAIN_MS, dueMs: clock.monotonicMs() + AGAIN_MS });
    }
  }

  /** Those that are due. */
  async visit(): Promise<void> {
    const { notifier, incoming, recording } = this.parts;
    const now = notifier.clock.monotonicMs();
    const due = [...this.#byName].filter(([, { dueMs }]) => dueMs <= now).slice(0, NAMES_PER_TURN);
    const seen = new Map<string, NameState>();
    const changes: NetChange[] = [];
    for (const [key, revisit] of due) {
      if (incoming.isSettling(key)) this.#byName.delete(key);
      else changes.push(...(await this.#changed(key, revisit, seen)));
    }
    if (seen.size > 0) await recording.record({ changes, names: [...seen.values()], events: [] });
    for (const [key, { isDone }] of due) if (isDone) this.#byName.delete(key);
  }

  /** @param seen  what others have found; what this one finds is added. */
  async #changed(key: string, revisit: Revisit, seen: Map<string, NameState>): Promise<readonly NetChange[]> {
    const { clock } = this.parts.notifier;
    const { names, unknown, arrived, goingOn } = await lookAt([key], this.parts);
    const others = names.filter(({ path }) => !seen.has(pathKey(path)));
    const changes = netChanges({ events: revisit.events, names: others, nowMs: clock.wallMs() });
    const fresh = changes.filter(({ kind }) => kind !== 'closed');
    revisit.afterMs = Math.min(AGAIN_MAX_MS, fresh.length > 0 ? AGAIN_MS : revisit.afterMs * 2);
    revisit.dueMs = clock.monotonicMs() + revisit.afterMs;
    if (unknown.length > 0) return [];
    for (const name of others) seen.set(pathKey(name.path), name);
    this.parts.arrivals.add(arrived, revisit.events);
    revisit.isDone = !goingOn.has(key);
    return fresh;
  }
}
