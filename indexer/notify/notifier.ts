/**
 * The notifier, on one screen:
 *
 *     event table → pick (watched names) → settle → look → net change → rules → findings → history, digests, outbox
 *
 * It follows the event table of the index by a cursor. Everything that a turn has found out is written in one
 * transaction with the cursor: after a crash the same events are looked at again, and what is known already is no
 * change. What no event tells of (while nothing ran, in a gap) is found by comparing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fromPathKey } from '../../shared/path-key.js';
import type { KeptEvent } from '../../shared/store/events.js';
import type { Db } from '../../shared/store/open.js';
import type { Accounts } from '../audit/view/accounts.js';
import type { Clock } from '../system/clock.js';
import { Cursor } from './cursor.js';
import { toDoer } from './doers.js';
import { Gather, type Gathered, movedFolders } from './gather.js';
import type { IndexEvents } from './index-events.js';
import { Known } from './known.js';
import type { Looker } from './looker.js';
import { type NameState, netChanges, type PickedEvent } from './net-change.js';
import type { Findings } from './payload.js';
import type { Recorder, Told } from './recorder.js';
import type { NotifyRule } from './rules/rule.js';
import type { RuleSet } from './rules/rule-set.js';
import { Scan, type ScanOutcome } from './scan.js';
import { type Group, Settling } from './settling.js';
import type { Watched } from './watched.js';
import type { NetChange } from './words.js';

/** What else there is to say about a change. `keep` is called in the transaction that tells of it. */
export interface Found {
  readonly findings: Findings;
  readonly keep?: () => void;
}

export interface NotifierParts {
  readonly db: Db;
  readonly index: IndexEvents;
  readonly rules: RuleSet;
  readonly watched: Watched;
  readonly recorder: Recorder;
  readonly looker: Looker;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** Rules that have not been looked at yet: what was there before is not known. */
  readonly isNew: (path: Buffer) => boolean;
  /** @param isTold  in full, not only counted. */
  readonly find: (change: NetChange, rule: NotifyRule, isTold: boolean) => Promise<Found>;
  /** Between a look and its decision: events of what happened before the look may be on their way. */
  readonly graceMs?: number;
}

const GRACE_MS = 200;
const MAX_SETTLING = 20_000;
const NAMES_PER_TURN = 1_000;
/** What goes on without events of its own, or could not be looked at, is looked at again: at first, and at most. */
const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 60_000;

interface Again {
  readonly events: readonly PickedEvent[];
  afterMs: number;
  dueMs: number;
}

export class Notifier {
  readonly #cursor: Cursor;
  readonly #known: Known;
  readonly #settling: Settling;
  readonly #again = new Map<string, Again>();
  /** Events up to here have been read. */
  #readUpTo: number;
  #isScanWanted = false;

  constructor(private readonly parts: NotifierParts) {
    this.#cursor = new Cursor(parts.db);
    this.#known = new Known(parts.db);
    this.#settling = new Settling((path) => parts.watched.settleMs(path));
    this.#readUpTo = this.#begin();
  }

  /** Names below new folders are waiting for a comparison, or events are missing. */
  get isScanWanted(): boolean {
    return this.#isScanWanted;
  }

  /** Events that are read and not decided on. */
  get pending(): number {
    return this.#settling.size + this.#again.size;
  }

  /** One turn. @returns in how many milliseconds there may be more to do; undefined: when the index has news. */
  async turn(): Promise<number | undefined> {
    this.#follow();
    const now = this.parts.clock.monotonicMs();
    const groups = this.#settling.takeDue(now, NAMES_PER_TURN);
    if (groups.length > 0) await this.#decide(groups);
    else this.#saveCursor();
    await this.#lookAgain();
    this.parts.db.transaction(() => this.parts.recorder.digests(this.parts.clock.wallMs())).immediate();
    return this.#restMs();
  }

  /** @returns what was looked at and could not be reached, and how many differences there were */
  async scan(): Promise<ScanOutcome & { readonly changes: number }> {
    this.#isScanWanted = false;
    const { watched, looker, isNew, index } = this.parts;
    let changes = 0;
    const isSettling = (key: string) => this.#settling.has(key) || this.#again.has(key);
    const parts = { watched, looker, isNew, known: this.#known, isSettling, missing: index.missing };
    const scan = new Scan(parts, async (found) => {
      changes += await this.#takeFound(found);
    });
    return { ...(await scan.run()), changes };
  }

  #begin(): number {
    const { index, clock } = this.parts;
    const place = this.#cursor.place;
    const fresh = (sequence: number) => ({ file: index.name, sequence, eventId: null, atMs: clock.wallMs() });
    if (!place) {
      this.#cursor.startAnew(fresh(index.last));
      return index.last;
    }
    const isSame =
      place.sequence <= index.last && (place.file === index.name || index.at(place.sequence)?.id === place.eventId);
    if (!isSame) this.#cursor.startAnew(fresh(this.#sequenceAt(place.atMs)));
    const { sequence } = this.#cursor.place ?? place;
    this.#isScanWanted = (index.first ?? sequence + 1) > sequence + 1;
    return sequence;
  }

  /** Of another index: what happened since then. */
  #sequenceAt(ms: number): number {
    for (const { sequence, atMs } of this.parts.index.after(0)) if (atMs >= ms) return sequence - 1;
    return this.parts.index.last;
  }

  /** Event table → settling. */
  #follow(): void {
    if (!this.parts.index.hasNews() && !this.#isBehind) return;
    this.#isBehind = false;
    for (const event of this.parts.index.after(this.#readUpTo)) {
      if (this.#settling.size >= MAX_SETTLING) {
        this.#isBehind = true;
        break;
      }
      this.#readUpTo = event.sequence;
      if (this.#isPicked(event) && !this.#cursor.isHandled(event.sequence))
        this.#settling.add(this.#toPicked(event), this.parts.clock.monotonicMs());
    }
  }
  #isBehind = false;

  #isPicked({ path, to, kind }: KeptEvent): boolean {
    const { watched } = this.parts;
    const names = to ? [path, to] : [path];
    const isOfFolders = kind === 'mkdir' || kind === 'rmdir' || kind === 'rename' || kind === 'exchange';
    return names.some((name) => watched.has(name) || (isOfFolders && watched.mayContain(name)));
  }

  #toPicked({ actor, ...event }: KeptEvent): PickedEvent {
    return { ...event, doer: actor && toDoer(actor, this.parts.accounts) };
  }

  /** Settled → decided. What goes on meanwhile settles again. */
  async #decide(due: readonly Group[]): Promise<void> {
    let gathered = await this.#gather(due);
    const below = this.#settling.takeBelow(movedFolders(gathered.names));
    const groups = [...due, ...below];
    if (below.length > 0) gathered = await this.#gather(groups);
    await pause(this.parts.graceMs ?? GRACE_MS);
    this.#follow();
    const [late, quiet] = this.#split(groups);
    for (const group of late) this.#settling.restore(group, this.parts.clock.monotonicMs());
    const lateNames = new Set(late.flatMap(({ names }) => [...names]));
    const names = gathered.names.filter(({ path }) => !lateNames.has(path.toString('latin1')));
    await this.#tell(names, quiet, new Set(gathered.unknown));
    this.#isScanWanted ||= gathered.isTooMuch;
  }

  #gather(groups: readonly Group[]): Promise<Gathered> {
    const { watched, looker, isNew } = this.parts;
    return new Gather({ watched, looker, isNew, known: this.#known }).of(groups.flatMap(({ names }) => [...names]));
  }

  #split(groups: readonly Group[]): [late: Group[], quiet: Group[]] {
    const isLate = ({ names }: Group) => [...names].some((name) => this.#settling.has(name));
    return [groups.filter(isLate), groups.filter((group) => !isLate(group))];
  }

  async #tell(names: readonly NameState[], groups: readonly Group[], unknown: ReadonlySet<string>): Promise<void> {
    const events = groups.flatMap((group) => group.events);
    const decided = events.filter(({ path }) => !unknown.has(path.toString('latin1')));
    const found = await this.#findings(netChanges({ events: decided, names, nowMs: this.parts.clock.wallMs() }));
    for (const group of groups) this.#keepLooking(group, unknown);
    this.#commit(names, found, events);
  }

  /** Found by a comparison. @returns how many changes there are */
  async #takeFound(names: readonly NameState[]): Promise<number> {
    const { index, graceMs = GRACE_MS, clock } = this.parts;
    const isKnown = (state: NameState) => state.isNew || (state.before === null && state.after === null);
    const differing = names.filter((state) => !isKnown(state));
    if (differing.length > 0) await pause(graceMs);
    this.#follow();
    const quiet = (state: NameState) =>
      !this.#settling.has(state.path.toString('latin1')) && !index.isGoingOn(state.path);
    const changes = netChanges({ events: [], names: differing.filter(quiet), nowMs: clock.wallMs() });
    this.#commit(
      names.filter((state) => isKnown(state) || quiet(state)),
      await this.#findings(changes),
      [],
    );
    return changes.length;
  }

  async #findings(changes: readonly NetChange[]): Promise<readonly (Told & Found)[]> {
    const { rules, recorder, clock, find } = this.parts;
    const told: (Told & Found)[] = [];
    for (const change of changes)
      for (const rule of rulesOf(rules, change)) {
        if (!rule.events.has(change.kind)) continue;
        const verdict = rules.decide(rule, change);
        const isTold = verdict.isSent && recorder.isTold(rule, clock.wallMs());
        told.push({ change, rule, verdict, ...(await find(change, rule, isTold)) });
      }
    return told;
  }

  #commit(names: readonly NameState[], told: readonly (Told & Found)[], events: readonly PickedEvent[]): void {
    const { db, recorder, clock } = this.parts;
    const write = () => {
      for (const { path, after } of names) this.#known.set(path, after);
      for (const each of told) {
        recorder.change(each, clock.wallMs());
        each.keep?.();
      }
      this.#cursor.handle(events.map(({ sequence }) => sequence));
      this.#advance();
    };
    db.transaction(write).immediate();
  }

  #advance(): void {
    const { index, clock } = this.parts;
    const sequence = Math.min(this.#readUpTo, (this.#settling.oldest ?? Number.POSITIVE_INFINITY) - 1);
    const eventId = index.at(sequence)?.id ?? null;
    this.#cursor.advance({ file: index.name, sequence, eventId, atMs: clock.wallMs() });
  }

  /** Events of names that nobody watches are done at once. */
  #saveCursor(): void {
    if (this.#settling.size > 0 || (this.#cursor.place?.sequence ?? 0) === this.#readUpTo) return;
    this.parts.db.transaction(() => this.#advance()).immediate();
  }

  #keepLooking({ names, events }: Group, unknown: ReadonlySet<string>): void {
    for (const key of names) {
      const isGoingOn = unknown.has(key) || this.parts.index.isGoingOn(fromPathKey(key));
      if (!isGoingOn || this.#again.has(key) || !this.parts.watched.has(fromPathKey(key))) continue;
      const own = events.filter(({ path }) => path.toString('latin1') === key);
      this.#again.set(key, { events: own, afterMs: AGAIN_MS, dueMs: this.parts.clock.monotonicMs() + AGAIN_MS });
    }
  }

  async #lookAgain(): Promise<void> {
    const now = this.parts.clock.monotonicMs();
    const due = [...this.#again].filter(([, { dueMs }]) => dueMs <= now);
    for (const [key, again] of due) {
      if (this.#settling.has(key)) {
        this.#again.delete(key);
        continue;
      }
      // Before the look: what begins after it has an event of its own.
      const isGoingOn = this.parts.index.isGoingOn(fromPathKey(key));
      const { names, unknown } = await this.#gather([{ names: new Set([key]), events: [] }]);
      const changes = netChanges({ events: again.events, names, nowMs: this.parts.clock.wallMs() });
      const fresh = changes.filter(({ kind }) => kind !== 'closed');
      if (unknown.length === 0) this.#commit(names, await this.#findings(fresh), []);
      again.afterMs = Math.min(AGAIN_MAX_MS, fresh.length > 0 ? AGAIN_MS : again.afterMs * 2);
      again.dueMs = now + again.afterMs;
      if (!isGoingOn && unknown.length === 0) this.#again.delete(key);
    }
  }

  #restMs(): number | undefined {
    if (this.#isBehind) return 0;
    const times = [this.#settling.nextDueMs, ...[...this.#again.values()].map(({ dueMs }) => dueMs)];
    const next = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(next) ? Math.max(0, next - this.parts.clock.monotonicMs()) : undefined;
  }
}

/** Of both names of a move. */
function rulesOf(rules: RuleSet, { path, to, isFolder }: NetChange): readonly NotifyRule[] {
  return [...new Set([path, ...(to ? [to] : [])].flatMap((name) => rules.rulesFor(name, isFolder)))];
}
