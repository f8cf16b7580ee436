/**
 * Events on their way to a change: gathered by name until the name has been quiet for its settle time, or has waited
 * long enough. Names that a rename or a link connects are one group: what has become of them is decided together. In
 * memory; an event that is in here is not worked off yet.
 */
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import type { PickedEvent } from '../net-change.js';
import type { NotifyRule } from '../rules/rule.js';
import { settleMsOf } from '../watched.js';

export interface Group {
  readonly names: ReadonlySet<string>;
  readonly events: readonly PickedEvent[];
  readonly firstMs?: number;
  /** It was never quiet, and is decided although it goes on. */
  readonly isOverdue?: boolean;
}

interface Growing {
  readonly names: Set<string>;
  events: PickedEvent[];
  firstMs: number;
  lastMs: number;
  settleMs: number;
  /** That watch one of the names. */
  rules: readonly NotifyRule[];
}

/** A name that is never quiet is looked at after so many settle times. */
const PATIENCE = 5;
const LEAST_PATIENCE_MS = 2_000;

export class Settling {
  readonly #byName = new Map<string, Growing>();
  readonly #groups = new Set<Growing>();
  /** Names that comparisons have found. */
  #compared: Growing | undefined;
  #size = 0;

  /** @param rulesOf  of a name: they say how long it has to be quiet. */
  constructor(private readonly rulesOf: (path: Buffer) => readonly NotifyRule[]) {}

  /** Events. */
  get size(): number {
    return this.#size;
  }

  add(event: PickedEvent, nowMs: number): void {
    const names = event.to ? [event.path, event.to] : [event.path];
    const own = this.#groupOf(names.map(pathKey), nowMs);
    const group = event.origin === 'comparison' ? this.#joined(own) : own;
    group.events.push(event);
    group.lastMs = nowMs;
    const rules = names.map(this.rulesOf);
    group.settleMs = Math.max(group.settleMs, ...rules.map(settleMsOf));
    group.rules = union(group.rules, ...rules);
    this.#size++;
  }

  /** What was taken and could not be decided yet: it goes on settling, before what has come since. */
  restore({ names, events, firstMs }: Group, nowMs: number): void {
    for (const event of events) this.add(event, nowMs);
    for (const name of names) {
      const group = this.#byName.get(name);
      if (group) group.firstMs = Math.min(group.firstMs, firstMs ?? nowMs);
    }
  }

  some(test: (event: PickedEvent) => boolean): boolean {
    for (const { events } of this.#groups) if (events.some(test)) return true;
    return false;
  }

  has(key: string): boolean {
    return this.#byName.has(key);
  }

  /** The oldest events that are not done. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { events } of this.#groups)
      for (const { sequence } of events) if (oldest === undefined || sequence < oldest) oldest = sequence;
    return oldest;
  }

  /** When the next group is quiet; undefined: there is none. */
  get nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const group of this.#groups) next = Math.min(next ?? Number.POSITIVE_INFINITY, dueMs(group));
    return next;
  }

  /**
   * Groups that are quiet, the first that came first; so many that they have about `maxNames` names.
   * @param isWanted  whether those of these rules cannot wait
   */
  takeDue(
    nowMs: number,
    maxNames: number,
    isWanted: (rules: readonly NotifyRule[]) => boolean = () => true,
  ): readonly Group[] {
    const due: Growing[] = [];
    let names = 0;
    for (const group of this.#groups) {
      if (dueMs(group) > nowMs || !isWanted(group.rules)) continue;
      due.push(group);
      names += group.names.size;
      if (names >= maxNames) break;
    }
    const overdue = new Set(due.filter((group) => group.firstMs + patienceMs(group) <= nowMs));
    return this.#take(due, overdue);
  }

  /** What lies below these folders has moved with them: it is decided together, quiet or not. */
  takeBelow(folders: readonly Uint8Array[]): readonly Group[] {
    if (folders.length === 0) return [];
    const isBelow = (name: string) => folders.some((folder) => isWithin(fromPathKey(name), folder));
    return this.#take([...this.#groups].filter(({ names }) => [...names].some(isBelow)));
  }

  #take(groups: readonly Growing[], overdue: ReadonlySet<Growing> = new Set()): readonly Group[] {
    for (const group of groups) this.#remove(group);
    return groups.map((group) => {
      const { names, events, firstMs } = group;
      return { names, events: events.sort(bySequence), firstMs, isOverdue: overdue.has(group) };
    });
  }

  #groupOf(names: readonly string[], nowMs: number): Growing {
    const [first, ...others] = [...new Set(names.flatMap((name) => this.#byName.get(name) ?? []))];
    const known = others.reduce<Growing | undefined>((one, other) => one && this.#merged(one, other), first);
    const group = known ?? { names: new Set(), events: [], firstMs: nowMs, lastMs: nowMs, settleMs: 0, rules: [] };
    this.#groups.add(group);
    for (const name of names) {
      group.names.add(name);
      this.#byName.set(name, group);
    }
    return group;
  }

  /** What a comparison finds is decided together: a name that is gone and one that is new may be a move. */
  #joined(group: Growing): Growing {
    const others = this.#compared;
    const isOther = others && others !== group && this.#groups.has(others);
    this.#compared = isOther ? this.#merged(group, others) : group;
    return this.#compared;
  }

  /** The smaller one goes into the larger one: a comparison may find ten thousands, one after the other. */
  #merged(one: Growing, other: Growing): Growing {
    const [into, from] =
      one.names.size + one.events.length < other.names.size + other.events.length ? [other, one] : [one, other];
    this.#groups.delete(from);
    for (const name of from.names) {
      into.names.add(name);
      this.#byName.set(name, into);
    }
    for (const event of from.events) into.events.push(event);
    into.firstMs = Math.min(into.firstMs, from.firstMs);
    into.settleMs = Math.max(into.settleMs, from.settleMs);
    into.rules = union(into.rules, from.rules);
    return into;
  }

  #remove(group: Growing): void {
    this.#groups.delete(group);
    for (const name of group.names) this.#byName.delete(name);
    this.#size -= group.events.length;
  }
}

function dueMs(group: Growing): number {
  return Math.min(group.lastMs + group.settleMs, group.firstMs + patienceMs(group));
}

function patienceMs({ settleMs }: Growing): number {
  return Math.max(LEAST_PATIENCE_MS, PATIENCE * settleMs);
}

/** Most have the same as the one before. */
function union(...all: readonly (readonly NotifyRule[])[]): readonly NotifyRule[] {
  const [first = [], ...others] = all.filter(({ length }) => length > 0);
  const more = others.flat().filter((rule) => !first.includes(rule));
  return more.length === 0 ? first : [...first, ...new Set(more)];
}

function bySequence(one: PickedEvent, other: PickedEvent): number {
  return one.sequence - other.sequence;
}
