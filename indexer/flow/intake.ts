/**
 * Change → queue. Hints and events of the change source on their way into the queue. An event is written before its
 * first hint or together with it, the place of the source with the last of them. Hints of a flood are gathered into few
 * writes, and take turns, so that others need not wait for more than one write of theirs. While the disk is full they
 * wait in memory; beyond a bound they are dropped. That is told before the first one is, and once the others are in the
 * backlog.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReportedEvent } from '../../shared/file-event.js';
import { pathKey } from '../../shared/path-key.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import type { Rules, Writer } from '../parts.js';
import { eventOf, hintOf } from '../queue/attribute-change.js';
import { Floods } from '../queue/floods.js';
import { rulesFolderOf } from '../rules/ignore.js';
import type { ChangeBatch, SourcePlace } from '../sources/change-source.js';
import type { Clock } from '../system/clock.js';
import type { AttributeChange, WriteOp } from '../words.js';
import type { AttributeFlood } from './attribute-flood.js';
import { type IsWatched, leftOutBy, recorded } from './recorded.js';

export interface IntakeParts {
  readonly writer: Pick<Writer, 'apply'>;
  readonly rules: Pick<Rules, 'forget' | 'isAsRead' | 'isExcluded'>;
  readonly isWatched?: IsWatched;
  /** Takes changed attributes of a flood, when there is room. */
  readonly flood: Pick<AttributeFlood, 'add'>;
  readonly clock: Clock;
}

export interface IntakeListener {
  /** More comes than can be kept: what is dropped from now on is not known. */
  dropping(): void;
  /** There is room again: everything must be compared with the disk. */
  dropped(): void;
}

const OPS_PER_WRITE = 2000;
const MAX_WAITING = 100_000;
/**
 * Each write costs the pages it touches, twice: small writes of a flood cost ten times what they put into the queue.
 */
const GATHER_MS = 50;

export class Intake {
  readonly #floods = new Floods();
  #waiting = 0;
  /** Of floods, for the next write of theirs. */
  #gathered: WriteOp[] = [];
  /** The last of each source, to be written after them. */
  readonly #places = new Map<string, SourcePlace>();
  /** It begins when the one before has ended. */
  #nextBulk: Promise<void> | undefined;
  /** Resolves when all that is bulk so far is written. */
  #bulkWritten = Promise.resolve();
  /** That have not ended. */
  #bulkWrites = 0;
  #isDropping = false;

  constructor(
    private readonly parts: IntakeParts,
    private readonly listener: IntakeListener,
  ) {}

  get isFlooded(): boolean {
    return this.#floods.isFlooded(this.parts.clock.monotonicMs());
  }

  /** Resolves when all of it is written. */
  async take({ hints: given, events: reported = [], attributes = [], place }: ChangeBatch): Promise<void> {
    const nowMs = this.parts.clock.monotonicMs();
    const isLeftOut = leftOutBy(this.parts.rules, this.parts.isWatched);
    const unfolded = this.#unfold(attributes, nowMs);
    const events = [...unfolded.events, ...reported].flatMap((each) => recorded(each, isLeftOut) ?? []);
    const size = Math.max(given.length + unfolded.hints.length, events.length);
    if (this.#waiting + size > MAX_WAITING) {
      if (!this.#isDropping) this.listener.dropping();
      this.#isDropping = true;
      return;
    }
    const hints = this.#withChangedRules([...this.#floods.sort(given, nowMs), ...unfolded.hints]);
    this.#waiting += size;
    const unwritten = new UnwrittenEvents(events);
    const urgent = unwritten.before(hints.filter((hint) => !isBulk(hint)));
    const bulk = unwritten.before(hints.filter(isBulk));
    const now = [...unwritten.rest(), ...urgent];
    if (bulk.length === 0 && this.#bulkWrites === 0) await this.#write([...now, ...placeOps(place)]);
    else await Promise.all([this.#write(now), this.#gather(bulk, place)]);
    this.#waiting -= size;
    if (!this.#isDropping || this.#waiting > 0) return;
    this.#isDropping = false;
    this.listener.dropped();
  }

  /** Of changed attributes what goes by way of the queue: all but those of a flood. */
  #unfold(changes: readonly AttributeChange[], nowMs: number): Required<Pick<ChangeBatch, 'hints' | 'events'>> {
    const queued = changes.flatMap((change) => {
      const isOfFlood = this.#floods.isOfFlood(change.path, nowMs);
      const isPast = isOfFlood && !rulesFolderOf(change.path) && this.parts.flood.add(change, nowMs);
      return isPast ? [] : [{ change, isOfFlood }];
    });
    return {
      hints: queued.map(({ change, isOfFlood }) => hintOf(change, isOfFlood)),
      events: queued.map(({ change }) => eventOf(change)),
    };
  }

  /** Resolves when these are written, and all that were gathered before. */
  #gather(ops: readonly WriteOp[], place: SourcePlace | undefined): Promise<void> {
    for (const op of ops) this.#gathered.push(op);
    if (place) this.#places.set(place.key, place);
    if (this.#gathered.length === 0 && this.#places.size === 0) return this.#bulkWritten;
    this.#nextBulk ??= this.#writeGathered();
    return this.#nextBulk;
  }

  #writeGathered(): Promise<void> {
    this.#bulkWrites++;
    const written = this.#bulkWritten
      .then(() => pause(GATHER_MS))
      .then(() => {
        this.#nextBulk = undefined;
        const places = [...this.#places.values()];
        this.#places.clear();
        return this.#write([...this.#gathered.splice(0), ...places.flatMap(placeOps)]);
      })
      .finally(() => {
        this.#bulkWrites--;
      });
    this.#bulkWritten = written.catch(() => {});
    return written;
  }

  async #write(ops: readonly WriteOp[]): Promise<void> {
    for (let at = 0; at < ops.length; at += OPS_PER_WRITE)
      await this.parts.writer.apply(ops.slice(at, at + OPS_PER_WRITE));
  }

  /** A changed .gitignore or CACHEDIR.TAG changes what is indexed of its folder. */
  #withChangedRules(hints: readonly ChangeHint[]): readonly ChangeHint[] {
    const { rules } = this.parts;
    const isOfRules = ({ path, isAttributes }: ChangeHint) =>
      rulesFolderOf(path) && !(isAttributes && rules.isAsRead(path));
    const ignoreFiles = hints.filter(isOfRules).map(({ path }) => path);
    if (ignoreFiles.length === 0) return hints;
    rules.forget(ignoreFiles);
    const folders = ignoreFiles.flatMap((path) => rulesFolderOf(path) ?? []);
    return [...hints, ...folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.reconcile }) as const)];
  }
}

/** Hands out each event once, right before the first hint that it caused. */
class UnwrittenEvents {
  readonly #byPath = new Map<string, ReportedEvent[]>();
  readonly #left: Set<ReportedEvent>;

  constructor(events: readonly ReportedEvent[]) {
    this.#left = new Set(events);
    for (const event of events)
      for (const path of event.paths) {
        const others = this.#byPath.get(pathKey(path));
        if (others) others.push(event);
        else this.#byPath.set(pathKey(path), [event]);
      }
  }

  before(hints: readonly ChangeHint[]): WriteOp[] {
    return hints.flatMap((hint): WriteOp[] => [...this.#of(hint.path), { kind: 'enqueue', hint }]);
  }

  /** Those that no hint was handed out for. */
  rest(): WriteOp[] {
    return [...this.#left].map(toOp);
  }

  #of(path: Uint8Array): WriteOp[] {
    const events = this.#left.size === 0 ? undefined : this.#byPath.get(pathKey(path));
    return events?.filter((event) => this.#left.delete(event)).map(toOp) ?? [];
  }
}

function placeOps(place: SourcePlace | undefined): WriteOp[] {
  return place ? [{ kind: 'meta', key: place.key, value: place.value }] : [];
}

function toOp(reported: ReportedEvent): WriteOp {
  return { kind: 'event', ...reported };
}

function isBulk({ priority }: ChangeHint): boolean {
  return priority === PRIORITY.bulk;
}
