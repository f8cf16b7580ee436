/**
 * What has become of names that are quiet. They are looked at, and after a moment, in which what was on its way has
 * come, decided on. What goes on meanwhile settles again, what another step has told of is left to it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { pathKey } from '../../../shared/path-key.js';
import { type NameState, netChanges } from '../net-change.js';
import type { Comparison } from './comparison.js';
import { namesOf } from './incoming.js';
import type { Decided } from './recording.js';
import type { Revisits } from './revisits.js';
import { isSame } from './scan.js';
import type { Group } from './settling.js';
import { GRACE_MS, type Looked, lookAt, type TurnParts } from './turn-parts.js';

export interface DecisionParts extends TurnParts {
  readonly revisits: Revisits;
  readonly comparison: Pick<Comparison, 'has'>;
  /** There are more names than can be decided on: a comparison finds the others. */
  readonly onTooMuch: () => void;
}

export class Decisions {
  constructor(private readonly parts: DecisionParts) {}

  /** @param due  were taken from what comes in. */
  async decide(due: readonly Group[]): Promise<void> {
    const { incoming, onTooMuch } = this.parts;
    const { looked, groups } = await this.#look(due);
    await this.#awaitEvents();
    const isOvertaken = looked.names.some((state) => this.#isOvertaken(state));
    const [late, quiet] = isOvertaken ? [groups, []] : this.#split(groups);
    for (const group of late) incoming.giveBack(group);
    if (!isOvertaken) await this.#tell(looked, quiet, late);
    incoming.release();
    if (looked.isTooMuch) onTooMuch();
  }

  /** A portion of what is in folders that have come. */
  async lookThrough(): Promise<void> {
    const { arrivals, isAtWork, notifier, recording } = this.parts;
    if (arrivals.isEmpty) return;
    const { names, events } = await arrivals.next();
    if (names.length === 0) return;
    await this.#awaitEvents();
    const quiet = names.filter((state) => !isAtWork(pathKey(state.path)) && !this.#isOvertaken(state));
    const changes = netChanges({ events, names: quiet, nowMs: notifier.clock.wallMs() });
    await recording.record({ changes, names: quiet, events: [] });
  }

  async #look(due: readonly Group[]): Promise<{ readonly looked: Looked; readonly groups: readonly Group[] }> {
    const { incoming } = this.parts;
    const first = await lookAt([...namesOf(due)], this.parts);
    const below = incoming.takeBelow(first.moved);
    incoming.alsoTake(first.names);
    if (below.length === 0) return { looked: first, groups: due };
    const groups = [...due, ...below];
    const looked = await lookAt([...namesOf(groups)], this.parts);
    incoming.alsoTake(looked.names);
    return { looked, groups };
  }

  /** What happened before the look may be on its way. */
  async #awaitEvents(): Promise<void> {
    await pause(this.parts.notifier.graceMs ?? GRACE_MS);
    this.parts.incoming.follow();
  }

  /** A comparison has told of it since it was looked up, or is about to: what lies below folders is not known before. */
  #isOvertaken({ path, before }: NameState): boolean {
    return this.parts.comparison.has(pathKey(path)) || !isSame(this.parts.known.get(path), before);
  }

  #split(groups: readonly Group[]): [late: Group[], quiet: Group[]] {
    const { incoming, comparison } = this.parts;
    const isLate = ({ names, isOverdue = false }: Group) =>
      [...names].some((name) => (!isOverdue && incoming.isSettling(name)) || comparison.has(name));
    return [groups.filter(isLate), groups.filter((group) => !isLate(group))];
  }

  /** @param later  groups that were looked at, too, and are decided later. */
  async #tell(looked: Looked, groups: readonly Group[], later: readonly Group[]): Promise<void> {
    const { incoming, recording } = this.parts;
    const without = namesOf(later);
    const judged = await this.#judge(looked, groups, without);
    const moved = await this.#movedOn(groups);
    if (moved.length > 0) {
      for (const group of moved) incoming.hold(group);
      const others = groups.filter((group) => !moved.includes(group));
      return this.#tell(looked, others, [...later, ...moved]);
    }
    this.#lookLater(looked, groups, without);
    await recording.record({ ...judged, events: groups.flatMap(({ events }) => events) });
  }

  async #judge(
    looked: Looked,
    groups: readonly Group[],
    without: ReadonlySet<string>,
  ): Promise<Omit<Decided, 'events'>> {
    const unknown = new Set(looked.unknown);
    const names = looked.names.filter(({ path }) => !without.has(pathKey(path)));
    const events = groups.flatMap((group) => group.events).filter(({ path }) => !unknown.has(pathKey(path)));
    const changes = netChanges({ events, names, nowMs: this.parts.notifier.clock.wallMs() });
    return { changes, names, owners: await this.parts.recording.ownersOf(changes) };
  }

  /** What was judged while a package manager has begun, or ended, is judged again. */
  async #movedOn(groups: readonly Group[]): Promise<readonly Group[]> {
    const { incoming, notifier } = this.parts;
    const waiting = groups.filter((group) => incoming.mayHold(group));
    return waiting.length > 0 && (await notifier.packages?.hasMovedOn()) ? waiting : [];
  }

  #lookLater({ unknown, goingOn, arrived }: Looked, groups: readonly Group[], without: ReadonlySet<string>): void {
    const { revisits, arrivals } = this.parts;
    const again = new Set([...unknown, ...goingOn]);
    for (const group of groups) revisits.add(group, again);
    const isDecided = (folder: Buffer) => !without.has(pathKey(folder));
    const events = groups.flatMap((group) => group.events);
    arrivals.add(arrived.filter(isDecided), events);
  }
}
