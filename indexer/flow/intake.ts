/**
 * Hints of the change source on their way into the backlog. Those of a flood are gathered into few writes, and take turns, so that others
 * need not wait for more than one write of theirs. While the disk is full they wait in memory; beyond a bound they are dropped: that is
 * told before the first one is, and once the others are in the backlog.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import { Floods } from '../queue/floods.js';
import { rulesFolderOf } from '../rules/ignore.js';
import type { SourcePlace } from '../sources/change-source.js';
import type { WriteOp } from '../words.js';

export interface IntakeDeps {
  readonly write: (ops: readonly WriteOp[]) => Promise<void>;
  /** An ignore file has changed: what is remembered of the rules does not hold. */
  readonly forgetRules: () => void;
  readonly onDropping: () => void;
  /** Everything must be compared with the disk. */
  readonly onDropped: () => void;
  readonly now: () => number;
}

const HINTS_PER_WRITE = 2000;
const MAX_WAITING = 100_000;
/** Each write costs the pages it touches, twice: small writes of a flood cost ten times the backlog they make. */
const GATHER_MS = 50;

export class Intake {
  readonly #floods = new Floods();
  #waiting = 0;
  /** Hints of floods for the next write of theirs. */
  #gathered: ChangeHint[] = [];
  /** It begins when the one before has ended. */
  #nextBulk: Promise<void> | undefined;
  /** Resolves when all that is bulk so far is written. */
  #bulkWritten = Promise.resolve();
  #isDropping = false;

  constructor(private readonly deps: IntakeDeps) {}

  get isFlooded(): boolean {
    return this.#floods.isFlooded(this.deps.now());
  }

  /** Resolves when the hints are in the backlog, and `place` after them. */
  async take(given: readonly ChangeHint[], place?: SourcePlace): Promise<void> {
    if (this.#waiting + given.length > MAX_WAITING) {
      if (!this.#isDropping) this.deps.onDropping();
      this.#isDropping = true;
      return;
    }
    const hints = this.#floods.sort(this.#withChangedRules(given), this.deps.now());
    this.#waiting += hints.length;
    const bulk = this.#gather(hints.filter(isBulk));
    await Promise.all([this.#write(hints.filter((hint) => !isBulk(hint))), bulk]);
    if (place) await this.deps.write([{ kind: 'meta', key: place.key, value: place.value }]);
    this.#waiting -= hints.length;
    if (!this.#isDropping || this.#waiting > 0) return;
    this.#isDropping = false;
    this.deps.onDropped();
  }

  /** Resolves when these are written, and all that were gathered before. */
  #gather(hints: readonly ChangeHint[]): Promise<void> {
    for (const hint of hints) this.#gathered.push(hint);
    if (this.#gathered.length === 0) return this.#bulkWritten;
    this.#nextBulk ??= this.#writeGathered();
    return this.#nextBulk;
  }

  #writeGathered(): Promise<void> {
    const written = this.#bulkWritten
      .then(() => pause(GATHER_MS))
      .then(() => {
        this.#nextBulk = undefined;
        return this.#write(this.#gathered.splice(0));
      });
    this.#bulkWritten = written.catch(() => {});
    return written;
  }

  async #write(hints: readonly ChangeHint[]): Promise<void> {
    for (let at = 0; at < hints.length; at += HINTS_PER_WRITE) {
      await this.deps.write(hints.slice(at, at + HINTS_PER_WRITE).map((hint) => ({ kind: 'enqueue', hint })));
    }
  }

  /** A changed .gitignore or CACHEDIR.TAG changes what is indexed of its folder. */
  #withChangedRules(hints: readonly ChangeHint[]): readonly ChangeHint[] {
    const folders = hints.flatMap(({ path }) => rulesFolderOf(path) ?? []);
    if (folders.length === 0) return hints;
    this.deps.forgetRules();
    return [...hints, ...folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.reconcile }) as const)];
  }
}

function isBulk({ priority }: ChangeHint): boolean {
  return priority === PRIORITY.bulk;
}
