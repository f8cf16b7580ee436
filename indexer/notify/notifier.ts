/**
 * The notifier, on one screen:
 *
 *     event table → pick (watched names) → settle → look → net change → rules → findings → history, digests, outbox
 *
 * While the index works through a burst only what is told in full is decided on, the rest after it.
 *
 * It follows the event table of the index by a cursor. Everything that a turn has found out is written in one
 * transaction with the cursor: after a crash the same events are looked at again, and what is known already is no
 * change. What no event tells of (while nothing ran, in a gap) is found by comparing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import type { Db } from '../../shared/store/open.js';
import type { KeptEvent } from '../../shared/store/read-events.js';
import type { Accounts } from '../audit/view/accounts.js';
import type { PackageOwner } from '../packages/installed-packages.js';
import type { Clock } from '../system/clock.js';
import { Garbage } from '../system/garbage.js';
import { Arrivals } from './arrivals.js';
import { Cursor } from './cursor.js';
import { toDoer } from './doers.js';
import { Feed } from './feed.js';
import { Gather, type Gathered } from './gather.js';
import type { IndexEvents } from './index-events.js';
import { Known } from './known.js';
import type { Looker } from './looker.js';
import { type NameState, netChanges, type PickedEvent } from './net-change.js';
import { Pace } from './pace.js';
import { HeldWork } from './packages/held-work.js';
import { isByPackageManager } from './packages/managers.js';
import type { PackageWork } from './packages/package-work.js';
import type { Findings } from './payload.js';
import { inPortions, type Portion } from './portions.js';
import type { Recorder, Told } from './recorder.js';
import type { NotifyRule } from './rules/rule.js';
import { isWanted, type RuleSet } from './rules/rule-set.js';
import { isSame, Scan, type ScanOutcome } from './scan.js';
import { type Group, Settling } from './settling.js';
import type { Watched } from './watched.js';
import type { NetChange } from './words.js';

/** What else there is to say about a change. `keep` is called in the transaction that tells of it. */
export interface Found {
  readonly findings: Findings;
  readonly keep?: () => void;
  /** It is none for this rule: a log that has grown. */
  readonly isNothing?: boolean;
}

export interface NotifierParts {
  readonly db: Db;
  readonly index: Pick<
    IndexEvents,
    'name' | 'hasNews' | 'last' | 'first' | 'after' | 'at' | 'idAt' | 'isGoingOn' | 'missing'
  >;
  readonly rules: RuleSet;
  readonly watched: Watched;
  readonly recorder: Recorder;
  readonly looker: Looker;
  readonly accounts: { readonly now: Accounts };
  readonly clock: Clock;
  /** Rules that have not been looked at yet: what was there before is not known. */
  readonly isNew: (path: Buffer) => boolean;
  /** @param isTold  in full, not only counted. */
  readonly find: (change: NetChange, rule: NotifyRule, isTold: boolean) => Promise<Found>;
  /** There is something to send. */
  readonly wake?: () => void;
  /** Of a file that was there before its rule. @returns what keeps it, for a transaction */
  readonly learn?: (path: Buffer, rule: NotifyRule) => Promise<() => void>;
  /** Missing: what package managers do is told like anything else. */
  readonly packages?: PackageWork;
  /** Between a look and its decision: events of what happened before the look may be on their way. */
  readonly graceMs?: number;
  /** Resolves when they have come, or when that cannot be known: what a comparison finds can wait for it. */
  readonly caughtUp?: () => Promise<void>;
}

const GRACE_MS = 200;
const MAX_SETTLING = 20_000;
const MAX_AHEAD = 5_000;
const NAMES_PER_TURN = 1_000;
const GARBAGE_BYTES = { atWork: 32 << 20, atRest: 12 << 20 };
/** Between two turns while the index works through a burst. */
const PACE_MS = 250;
/** What goes on without events of its own, or could not be looked at, is looked at again: at first, and at most. */
const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 60_000;
/** How soon a change window is seen. */
const DIGEST_EVERY_MS = 1_000;

/** Packages whose work a change is. */
type Owners = ReadonlyMap<NetChange, PackageOwner>;

interface Decided extends Portion {
  readonly events: readonly PickedEvent[];
  readonly keeps?: readonly (() => void)[];
  readonly owners?: Owners;
}

interface GoingOn {
  /** Names of which the index had not looked at the last event when they were looked at. */
  readonly goingOn: ReadonlySet<string>;
}

interface Again {
  readonly events: readonly PickedEvent[];
  afterMs: number;
  dueMs: number;
  isDone?: boolean;
}

export class Notifier {
  readonly #cursor: Cursor;
  readonly #known: Known;
  readonly #settling: Settling;
  /** What waits for a package manager to end. */
  readonly #held: HeldWork;
  readonly #again = new Map<string, Again>();
  readonly #feed: Feed;
  /** Names that a turn decides on just now. */
  #deciding: ReadonlySet<string> = new Set();
  /** Names that a comparison decides on just now. */
  #found: ReadonlySet<string> = new Set();
  #isScanWanted = false;
  readonly #pace = new Pace();
  readonly #garbage = new Garbage(GARBAGE_BYTES.atWork);
  readonly #oldGarbage = new Garbage(GARBAGE_BYTES.atRest);
  readonly #arrivals: Arrivals;
  #digestedMs = 0;

  constructor(private readonly parts: NotifierParts) {
    this.#cursor = new Cursor(parts.db);
    this.#known = new Known(parts.db);
    const { watched, looker, isNew } = parts;
    this.#settling = new Settling((path) => watched.rulesOf(path));
    this.#held = new HeldWork({
      load: (sequences) => parts.index.at(sequences).map((event) => this.#toPicked(event)),
      onMissing: () => {
        this.#isScanWanted = true;
      },
    });
    const isAtWork = (key: string) => this.#isAtWork(key);
    this.#arrivals = new Arrivals({ watched, looker, isNew, known: this.#known, isAtWork });
    this.#feed = new Feed(parts.index, this.#cursor, this.#begin());
  }

  /** Names below new folders are waiting for a comparison, or events are missing. */
  get isScanWanted(): boolean {
    return this.#isScanWanted;
  }

  /** Events that are read and not decided on. */
  get pending(): number {
    return this.#settling.size + this.#held.size + this.#again.size;
  }

  /** One turn. @returns in how many milliseconds there may be more to do; undefined: when the index has news. */
  async turn(): Promise<number | undefined> {
    this.#follow();
    this.#garbage.keepSmall();
    const groups = await this.#ready();
    if (groups.length > 0) await this.#decide(groups);
    else this.#saveCursor();
    if (!this.#feed.isBehind && !this.#mustWait()) await this.#lookThrough();
    if (!this.#mustWait()) await this.#lookAgain();
    this.#digest(this.parts.clock.wallMs());
    await this.#tellPackages();
    const restMs = this.#restMs();
    if (restMs === undefined) this.#oldGarbage.keepSmall();
    return restMs;
  }

  #mustWait(): boolean {
    return this.#pace.mustWait(this.#settling.size, this.parts.clock.monotonicMs());
  }

  /** Of each rule as many as it tells in full. */
  #toldInFull(): (rules: readonly NotifyRule[]) => boolean {
    const { rules, recorder, clock } = this.parts;
    const left = new Map(rules.rules.map((rule) => [rule, recorder.toTell(rule, clock.wallMs())]));
    return (concerned) => {
      const telling = concerned.filter((rule) => (left.get(rule) ?? 0) > 0);
      for (const rule of telling) left.set(rule, (left.get(rule) ?? 0) - 1);
      return telling.length > 0;
    };
  }

  /** Quiet ones, without those that wait for a package manager, and with those that have waited. */
  async #ready(): Promise<readonly Group[]> {
    const { packages, clock } = this.parts;
    const isWanted = this.#mustWait() ? this.#toldInFull() : undefined;
    const due = this.#settling.takeDue(clock.monotonicMs(), NAMES_PER_TURN, isWanted);
    const isConcerned = this.#held.size > 0 || due.some((group) => this.#held.mayWait(group, clock.wallMs()));
    if (!packages || !isConcerned) return due;
    this.#deciding = namesOf(due);
    const isAtWork = await packages.isAtWork();
    this.#deciding = new Set();
    return this.#held.sift(due, { isAtWork, nowMs: clock.wallMs() }, NAMES_PER_TURN);
  }

  /** One line for each package, when all its changes are in the history. */
  async #tellPackages(): Promise<void> {
    const { packages, db, recorder, clock } = this.parts;
    const isPending = () => {
      this.#follow();
      const isWaiting = this.#feed.isBehind || this.#held.size > 0 || !this.#arrivals.isEmpty;
      return isWaiting || this.#settling.some(({ doer }) => isByPackageManager([doer]));
    };
    if (packages && (await packages.isAtRest(isPending)))
      db.transaction(() => recorder.packages(packages.book, clock.wallMs())).immediate();
  }

  #digest(nowMs: number): void {
    if (Math.abs(nowMs - this.#digestedMs) < DIGEST_EVERY_MS) return;
    this.#digestedMs = nowMs;
    const isBehind = this.#feed.isBehind || this.#mustWait();
    this.parts.db.transaction(() => this.parts.recorder.digests(nowMs, isBehind)).immediate();
  }

  /** @returns undefined when it was stopped; else what was looked at and could not be reached, and how many differences there were */
  async scan(isStopped: () => boolean): Promise<(ScanOutcome & { readonly changes: number }) | undefined> {
    this.#isScanWanted = false;
    const { watched, looker, isNew, index } = this.parts;
    let changes = 0;
    const isSettling = (key: string) => this.#isAtWork(key) || this.#arrivals.has(fromPathKey(key));
    const parts = { watched, looker, isNew, known: this.#known, isSettling, missing: index.missing, isStopped };
    const scan = new Scan(parts, async (found) => {
      // Events that are not read yet will tell who did it.
      while (this.#feed.isBehind && !isStopped()) await pause(PACE_MS);
      if (!this.#feed.isBehind) changes += await this.#takeFound(found);
    });
    const outcome = await scan.run();
    return outcome && { ...outcome, changes };
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
      place.sequence <= index.last &&
      (place.file === index.name || index.idAt(place.sequence) === (place.eventId ?? undefined));
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
    const hasNews = this.#feed.read({
      isFull: (isAhead) => this.#settling.size >= MAX_SETTLING + (isAhead ? MAX_AHEAD : 0),
      take: (event) => this.#take(event),
      cannotWait: () => this.#cannotWait(),
    });
    if (hasNews) this.#pace.news(this.parts.clock.monotonicMs());
  }

  #take(event: KeptEvent): boolean {
    const isPicked = this.#isPicked(event);
    if (isPicked) this.#settle(this.#toPicked(event));
    return isPicked;
  }

  /** What is told in full does not wait behind what is only counted. */
  #cannotWait(): (event: KeptEvent) => boolean {
    const isToldInFull = this.#toldInFull();
    return ({ path, to }) => isToldInFull(this.parts.watched.rulesOf(to ?? path));
  }

  #settle(event: PickedEvent): void {
    const now = this.parts.clock.monotonicMs();
    for (const group of this.#held.takeAt(event)) this.#settling.restore(group, now);
    this.#settling.add(event, now);
  }

  #isPicked({ path, to, kind }: KeptEvent): boolean {
    const { watched } = this.parts;
    const names = to ? [path, to] : [path];
    const isOfFolders = kind === 'mkdir' || kind === 'rmdir' || kind === 'rename' || kind === 'exchange';
    return names.some((name) => watched.has(name) || (isOfFolders && watched.mayContain(name)));
  }

  #toPicked({ actor, ...event }: KeptEvent): PickedEvent {
    return { ...event, doer: actor && toDoer(actor, this.parts.accounts.now) };
  }

  /** Settled → decided. What goes on meanwhile settles again. */
  async #decide(due: readonly Group[]): Promise<void> {
    this.#deciding = namesOf(due);
    let gathered = await this.#gather(due);
    const below = this.#settling.takeBelow(gathered.moved);
    const groups = [...due, ...below];
    this.#deciding = namesOf(groups, gathered.names);
    if (below.length > 0) gathered = await this.#gather(groups);
    this.#deciding = namesOf(groups, gathered.names);
    await pause(this.parts.graceMs ?? GRACE_MS);
    this.#follow();
    const isOvertaken = gathered.names.some((state) => this.#isOvertaken(state));
    const [late, quiet] = isOvertaken ? [groups, []] : this.#split(groups);
    for (const group of late) this.#settling.restore(group, this.parts.clock.monotonicMs());
    if (!isOvertaken) await this.#tell(gathered, quiet, late);
    this.#deciding = new Set();
    this.#isScanWanted ||= gathered.isTooMuch;
  }

  /** A portion of what is in folders that have come. */
  async #lookThrough(): Promise<void> {
    if (this.#arrivals.isEmpty) return;
    const { names, events } = await this.#arrivals.next();
    if (names.length === 0) return;
    await pause(this.parts.graceMs ?? GRACE_MS);
    this.#follow();
    const quiet = names.filter((state) => !this.#isAtWork(pathKey(state.path)) && !this.#isOvertaken(state));
    const changes = netChanges({ events, names: quiet, nowMs: this.parts.clock.wallMs() });
    await this.#record({ changes, names: quiet, events: [] });
  }

  /** A comparison has told of it since it was looked up, or is about to: what lies below folders is not known before. */
  #isOvertaken({ path, before }: NameState): boolean {
    return this.#found.has(pathKey(path)) || !isSame(this.#known.get(path), before);
  }

  async #gather(groups: readonly Group[]): Promise<Gathered & GoingOn> {
    const { watched, looker, isNew, index } = this.parts;
    const keys = groups.flatMap(({ names }) => [...names]);
    // Before the look: what begins after it has an event of its own.
    const goingOn = new Set(keys.filter((key) => index.isGoingOn(fromPathKey(key))));
    const gathered = await new Gather({ watched, looker, isNew, known: this.#known }).of(keys);
    return { ...gathered, goingOn };
  }

  #split(groups: readonly Group[]): [late: Group[], quiet: Group[]] {
    const isLate = ({ names, isOverdue = false }: Group) =>
      [...names].some((name) => (!isOverdue && this.#settling.has(name)) || this.#found.has(name));
    return [groups.filter(isLate), groups.filter((group) => !isLate(group))];
  }

  /** @param later  groups that were looked at, too, and are decided later. */
  async #tell(gathered: Gathered & GoingOn, groups: readonly Group[], later: readonly Group[]): Promise<void> {
    const [without, unknown] = [namesOf(later), new Set(gathered.unknown)];
    const names = gathered.names.filter(({ path }) => !without.has(pathKey(path)));
    const events = groups.flatMap((group) => group.events);
    const decided = events.filter(({ path }) => !unknown.has(pathKey(path)));
    const changes = netChanges({ events: decided, names, nowMs: this.parts.clock.wallMs() });
    const owners = await this.#ownersOf(changes);
    const moved = await this.#movedOn(groups);
    if (moved.length > 0) {
      for (const group of moved) this.#putBack(group);
      const others = groups.filter((group) => !moved.includes(group));
      return this.#tell(gathered, others, [...later, ...moved]);
    }
    const again = new Set([...unknown, ...gathered.goingOn]);
    for (const group of groups) this.#keepLooking(group, again);
    const isDecided = (folder: Buffer) => !without.has(pathKey(folder));
    this.#arrivals.add(gathered.arrived.filter(isDecided), events);
    await this.#record({ changes, names, events, owners });
  }

  /** It waits for the package manager, unless it goes on. */
  #putBack(group: Group): void {
    const isGoingOn = [...group.names].some((name) => this.#settling.has(name));
    if (isGoingOn) this.#settling.restore(group, this.parts.clock.monotonicMs());
    else this.#held.hold(group);
  }

  /** What was judged while a package manager has begun, or ended, is judged again. */
  async #movedOn(groups: readonly Group[]): Promise<readonly Group[]> {
    const { packages, clock } = this.parts;
    const waiting = groups.filter((group) => this.#held.mayWait(group, clock.wallMs()));
    return waiting.length > 0 && (await packages?.hasMovedOn()) ? waiting : [];
  }

  /** Found by a comparison. @returns how many changes there are */
  async #takeFound(names: readonly NameState[]): Promise<number> {
    const { index, graceMs = GRACE_MS, caughtUp, clock } = this.parts;
    const isKnown = ({ isNew = false }: NameState) => isNew;
    const differing = names.filter((state) => !isKnown(state));
    if (differing.length > 0) await Promise.all([pause(graceMs), caughtUp?.()]);
    this.#follow();
    const isElsewhere = (path: Buffer) => this.#isAtWork(pathKey(path)) || this.#arrivals.has(path);
    const isQuiet = ({ path, before }: NameState) =>
      !isElsewhere(path) && !index.isGoingOn(path) && isSame(this.#known.get(path), before);
    const quiet = differing.filter(isQuiet);
    const known = names.filter((state) => isKnown(state) && isQuiet(state));
    this.#found = new Set([...quiet, ...known].map(({ path }) => pathKey(path)));
    const changes = netChanges({ events: [], names: quiet, nowMs: clock.wallMs() });
    const keeps = await this.#learn(known);
    await this.#record({ changes, names: [...known, ...quiet], events: [], keeps });
    this.#found = new Set();
    return changes.length;
  }

  /** What the next change of these files is compared with. */
  async #learn(names: readonly NameState[]): Promise<readonly (() => void)[]> {
    const { learn, rules, looker } = this.parts;
    const keeps: (() => void)[] = [];
    for (const { path, after } of learn ? names : []) {
      for (const rule of after?.type === 'file' ? rules.rulesFor(path) : [])
        keeps.push((await learn?.(path, rule)) ?? nothing);
      await looker.breathe();
    }
    return keeps;
  }

  async #record({ events, keeps, owners, ...whole }: Decided): Promise<void> {
    const portions = inPortions(whole);
    for (const portion of portions) {
      const told = await this.#findings(portion.changes, owners);
      if (portion === portions.at(-1)) this.#commit(portion.names, told, events, keeps);
      else this.#write(() => this.#keep(portion.names, told));
      this.#garbage.keepSmall();
      this.parts.wake?.();
    }
  }

  async #ownersOf(changes: readonly NetChange[]): Promise<Owners> {
    const { packages, looker } = this.parts;
    const owners = new Map<NetChange, PackageOwner>();
    for (const change of packages ? changes : []) {
      const owner = this.#concerned(change).length > 0 ? await packages?.ownerOf(change) : undefined;
      if (owner) owners.set(change, owner);
      await looker.breathe();
    }
    return owners;
  }

  #concerned(change: NetChange): readonly NotifyRule[] {
    return rulesOf(this.parts.rules, change).filter((rule) => isWanted(rule, change));
  }

  async #findings(changes: readonly NetChange[], known?: Owners): Promise<readonly (Told & Found)[]> {
    const owners = known ?? (await this.#ownersOf(changes));
    const told: (Told & Found)[] = [];
    const inFull = new Map<NotifyRule, number>();
    for (const change of changes) {
      const owner = owners.get(change);
      for (const rule of this.#concerned(change)) told.push(await this.#findingsOf(change, rule, { owner, inFull }));
      await this.parts.looker.breathe();
    }
    return told;
  }

  /** @param inFull  how many changes of each rule are told in full before this one, and not recorded yet. */
  async #findingsOf(
    change: NetChange,
    rule: NotifyRule,
    { owner, inFull }: { readonly owner: PackageOwner | undefined; readonly inFull: Map<NotifyRule, number> },
  ): Promise<Told & Found> {
    const { rules, recorder, clock, find } = this.parts;
    const verdict = rules.decide(rule, change);
    const ahead = inFull.get(rule) ?? 0;
    const isTold = verdict.isSent && !owner && recorder.isTold(rule, clock.wallMs(), ahead);
    const found = await find(change, rule, isTold);
    if (isTold && !found.isNothing) inFull.set(rule, ahead + 1);
    return { change, rule, verdict, ...found, findings: { ...found.findings, ...(owner && { package: owner }) } };
  }

  #commit(
    names: readonly NameState[],
    told: readonly (Told & Found)[],
    events: readonly PickedEvent[],
    keeps: readonly (() => void)[] = [],
  ): void {
    this.#write(() => {
      this.#keep(names, told);
      for (const keep of keeps) keep();
      const upTo = this.#advance();
      this.#cursor.handle(events.flatMap(({ sequence }) => (sequence > upTo ? sequence : [])));
    });
  }

  #write(action: () => void): void {
    this.parts.db.transaction(action).immediate();
  }

  #keep(names: readonly NameState[], told: readonly (Told & Found)[]): void {
    const { recorder, clock } = this.parts;
    for (const { path, after } of names) this.#known.set(path, after);
    for (const each of told) {
      if (!each.isNothing) recorder.change(each, clock.wallMs());
      each.keep?.();
    }
  }

  /** A turn decides on it, or will. */
  #isAtWork(key: string): boolean {
    return this.#settling.has(key) || this.#held.has(key) || this.#deciding.has(key) || this.#again.has(key);
  }

  /** @returns up to where all is done */
  #advance(): number {
    const { index, clock } = this.parts;
    const waiting = [this.#settling.oldest, this.#held.oldest].map((each) => (each ?? Number.POSITIVE_INFINITY) - 1);
    const sequence = Math.min(this.#feed.upTo, ...waiting);
    const eventId = index.idAt(sequence) ?? null;
    this.#cursor.advance({ file: index.name, sequence, eventId, atMs: clock.wallMs() });
    return sequence;
  }

  /** Events of names that nobody watches are done at once. */
  #saveCursor(): void {
    if (this.#settling.size + this.#held.size > 0 || (this.#cursor.place?.sequence ?? 0) === this.#feed.upTo) return;
    this.parts.db.transaction(() => this.#advance()).immediate();
  }

  /** @param again  names that have to be looked at again. */
  #keepLooking({ names, events }: Group, again: ReadonlySet<string>): void {
    for (const key of names) {
      if (!again.has(key) || this.#again.has(key) || !this.parts.watched.has(fromPathKey(key))) continue;
      const own = events.filter(({ path }) => pathKey(path) === key);
      this.#again.set(key, { events: own, afterMs: AGAIN_MS, dueMs: this.parts.clock.monotonicMs() + AGAIN_MS });
    }
  }

  async #lookAgain(): Promise<void> {
    const now = this.parts.clock.monotonicMs();
    const due = [...this.#again].filter(([, { dueMs }]) => dueMs <= now).slice(0, NAMES_PER_TURN);
    const seen = new Map<string, NameState>();
    const changes: NetChange[] = [];
    for (const [key, again] of due) {
      if (this.#settling.has(key)) this.#again.delete(key);
      else changes.push(...(await this.#changedAgain(key, again, seen)));
    }
    if (seen.size > 0) this.#commit([...seen.values()], await this.#findings(changes), []);
    for (const [key, { isDone }] of due) if (isDone) this.#again.delete(key);
  }

  /** @param seen  what others have found; what this one finds is added. */
  async #changedAgain(key: string, again: Again, seen: Map<string, NameState>): Promise<readonly NetChange[]> {
    const { clock } = this.parts;
    const { names, unknown, arrived, goingOn } = await this.#gather([{ names: new Set([key]), events: [] }]);
    const others = names.filter(({ path }) => !seen.has(pathKey(path)));
    const changes = netChanges({ events: again.events, names: others, nowMs: clock.wallMs() });
    const fresh = changes.filter(({ kind }) => kind !== 'closed');
    again.afterMs = Math.min(AGAIN_MAX_MS, fresh.length > 0 ? AGAIN_MS : again.afterMs * 2);
    again.dueMs = clock.monotonicMs() + again.afterMs;
    if (unknown.length > 0) return [];
    for (const name of others) seen.set(pathKey(name.path), name);
    this.#arrivals.add(arrived, again.events);
    again.isDone = !goingOn.has(key);
    return fresh;
  }

  #restMs(): number | undefined {
    if (this.#mustWait()) return PACE_MS;
    if (this.#feed.isBehind || this.#held.isFreeing || !this.#arrivals.isEmpty) return 0;
    const times = [this.#settling.nextDueMs, ...[...this.#again.values()].map(({ dueMs }) => dueMs)];
    const next = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(next) ? Math.max(0, next - this.parts.clock.monotonicMs()) : undefined;
  }
}

function nothing(): void {}

function namesOf(groups: readonly Group[], states: readonly NameState[] = []): ReadonlySet<string> {
  return new Set([...groups.flatMap(({ names }) => [...names]), ...states.map(({ path }) => pathKey(path))]);
}

/** Of both names of a move. */
function rulesOf(rules: RuleSet, { path, to, isFolder }: NetChange): readonly NotifyRule[] {
  return [...new Set([path, ...(to ? [to] : [])].flatMap((name) => rules.rulesFor(name, isFolder)))];
}
