/**
 * Event table → names that are quiet, to be decided on now. Events of watched names settle, the work of package
 * managers waits until they have ended. While the index works through a burst only what is told in full is due. Knows
 * up to where all events are done.
 */
import { pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import type { KeptEvent } from '../../../shared/store/read-events.js';
import { toDoer } from '../doers.js';
import type { NameState, PickedEvent } from '../net-change.js';
import type { NotifierParts } from '../notifier-parts.js';
import { HeldWork } from '../packages/held-work.js';
import { isByPackageManager } from '../packages/managers.js';
import type { NotifyRule } from '../rules/rule.js';
import { begin } from './begin.js';
import { BurstWait } from './burst-wait.js';
import { Cursor } from './cursor.js';
import { Feed } from './feed.js';
import { type Group, Settling } from './settling.js';

/** Of events, some 3 kB each: an upgrade of hundreds of files fits. The others wait in the index. */
const MAX_SETTLING = 5_000;
const MAX_AHEAD = 1_000;
const NAMES_PER_TURN = 1_000;

export class Incoming {
  readonly #cursor: Cursor;
  readonly #feed: Feed;
  readonly #settling: Settling;
  /** What waits for a package manager to end. */
  readonly #held: HeldWork;
  readonly #burst = new BurstWait();
  /** Names that a turn decides on just now. */
  #taken: ReadonlySet<string> = new Set();

  /** @param onMissing  events are missing: what they did is found by comparing only. */
  constructor(
    private readonly parts: NotifierParts,
    onMissing: () => void,
  ) {
    const { db, index, watched, clock } = parts;
    this.#cursor = new Cursor(db);
    this.#settling = new Settling((path) => watched.rulesOf(path));
    const load = (sequences: readonly number[]) => index.at(sequences).map((event) => this.#toPicked(event));
    this.#held = new HeldWork({ load, onMissing });
    const { sequence, isMissing } = begin(index, this.#cursor, clock.wallMs());
    if (isMissing) onMissing();
    this.#feed = new Feed(index, this.#cursor, sequence);
  }

  /** Events that are read and not decided on. */
  get size(): number {
    return this.#settling.size + this.#held.size;
  }

  /** There are events that are not read yet. */
  get isBehind(): boolean {
    return this.#feed.isBehind;
  }

  /** There is more to take at once. */
  get hasMore(): boolean {
    return this.#feed.isBehind || this.#held.isFreeing;
  }

  /** When the next name is quiet; undefined: there is none. */
  get nextDueMs(): number | undefined {
    return this.#settling.nextDueMs;
  }

  /** Names that the index has not looked at since an event that is done. */
  get goingOn(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { path, sequence } of this.parts.index.goingOn)
      if (sequence <= this.#feed.upTo || this.#cursor.isHandled(sequence)) names.add(pathKey(path));
    return names;
  }

  /** It waits to be taken, or was taken just now. */
  has(key: string): boolean {
    return this.#settling.has(key) || this.#held.has(key) || this.#taken.has(key);
  }

  /** Something has happened to it since it was taken. */
  isSettling(key: string): boolean {
    return this.#settling.has(key);
  }

  /** Is the index at work on a burst? */
  mustWait(): boolean {
    return this.#burst.mustWait(this.#settling.size, this.parts.clock.monotonicMs());
  }

  /** Reads what there is room for. */
  follow(): void {
    const hasNews = this.#feed.read({
      isFull: (isAhead) => this.#settling.size >= MAX_SETTLING + (isAhead ? MAX_AHEAD : 0),
      take: (event) => this.#take(event),
      cannotWait: () => this.#cannotWait(),
    });
    if (hasNews) this.#burst.news(this.parts.clock.monotonicMs());
  }

  /** Events of these files and folders are about to leave the index: they are read now. */
  read(paths: readonly Uint8Array[]): void {
    const isOfThese = ({ path, to }: KeptEvent) =>
      paths.some((each) => isWithin(path, each) || (to !== null && isWithin(to, each)));
    this.#feed.readOf(isOfThese, (event) => this.#take(event));
  }

  /** Quiet ones, without those that wait for a package manager, and with those that have waited. */
  async takeQuiet(): Promise<readonly Group[]> {
    const { packages, clock } = this.parts;
    const isWanted = this.mustWait() ? this.#toldInFull() : undefined;
    const due = this.#settling.takeDue(clock.monotonicMs(), NAMES_PER_TURN, isWanted);
    this.#taken = namesOf(due);
    const isConcerned = this.#held.size > 0 || due.some((group) => this.#held.mayWait(group, clock.wallMs()));
    if (!packages || !isConcerned) return due;
    const isAtWork = await packages.isAtWork();
    const ready = this.#held.sift(due, { isAtWork, nowMs: clock.wallMs() }, NAMES_PER_TURN);
    this.#taken = namesOf(ready);
    return ready;
  }

  /** What lies below these folders is taken with them, quiet or not. */
  takeBelow(folders: readonly Uint8Array[]): readonly Group[] {
    const below = this.#settling.takeBelow(folders);
    this.#taken = new Set([...this.#taken, ...namesOf(below)]);
    return below;
  }

  /** These names are decided on with those that were taken. */
  alsoTake(names: readonly NameState[]): void {
    this.#taken = new Set([...this.#taken, ...names.map(({ path }) => pathKey(path))]);
  }

  /** All that was taken is decided, or was given back. */
  release(): void {
    this.#taken = new Set();
  }

  /** It goes on settling. */
  giveBack(group: Group): void {
    this.#settling.restore(group, this.parts.clock.monotonicMs());
  }

  /** May it wait for a package manager to end? */
  mayHold(group: Group): boolean {
    return this.#held.mayWait(group, this.parts.clock.wallMs());
  }

  /** It waits for the package manager, unless it goes on. */
  hold(group: Group): void {
    const isGoingOn = [...group.names].some((name) => this.#settling.has(name));
    if (isGoingOn) this.giveBack(group);
    else this.#held.hold(group);
  }

  /** Some of what package managers did is not decided on. */
  hasPackageWork(): boolean {
    this.follow();
    return this.isBehind || this.#held.size > 0 || this.#settling.some(({ doer }) => isByPackageManager([doer]));
  }

  /** In the transaction that remembers what these events did. */
  finish(events: readonly PickedEvent[]): void {
    const upTo = this.#advance();
    this.#cursor.handle(events.flatMap(({ sequence }) => (sequence > upTo ? sequence : [])));
  }

  /** Events of names that nobody watches are done at once. */
  finishUnwatched(): void {
    if (this.size > 0 || (this.#cursor.place?.sequence ?? 0) === this.#feed.upTo) return;
    this.parts.db.transaction(() => this.#advance()).immediate();
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

  /** What is told in full does not wait behind what is only counted. */
  #cannotWait(): ((event: KeptEvent) => boolean) | undefined {
    const { rules, recorder, clock } = this.parts;
    if (rules.rules.every((rule) => recorder.toTell(rule, clock.wallMs()) === 0)) return undefined;
    const isToldInFull = this.#toldInFull();
    return ({ path, to }) => isToldInFull(this.parts.watched.rulesOf(to ?? path));
  }

  #take(event: KeptEvent): boolean {
    const isPicked = this.#isPicked(event);
    if (isPicked) this.#settle(this.#toPicked(event));
    return isPicked;
  }

  #isPicked({ path, to, kind }: KeptEvent): boolean {
    const { watched } = this.parts;
    const names = to ? [path, to] : [path];
    const isOfFolders = kind === 'mkdir' || kind === 'rmdir' || kind === 'rename' || kind === 'exchange';
    return names.some((name) => watched.has(name) || (isOfFolders && watched.mayContain(name)));
  }

  #settle(event: PickedEvent): void {
    const now = this.parts.clock.monotonicMs();
    for (const group of this.#held.takeAt(event)) this.#settling.restore(group, now);
    this.#settling.add(event, now);
  }

  #toPicked({ actor, ...event }: KeptEvent): PickedEvent {
    return { ...event, doer: actor && toDoer(actor, this.parts.accounts.now) };
  }
}

export function namesOf(groups: readonly Group[]): ReadonlySet<string> {
  return new Set(groups.flatMap(({ names }) => [...names]));
}
