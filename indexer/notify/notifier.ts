/**
 * The notifier, on one screen:
 *
 *     event table → pick (watched names) → settle → look → net change → rules → findings → history, digests, outbox
 *          `turn/incoming.ts`              │            `turn/decisions.ts`    │         `turn/recording.ts`
 *
 * While the index works through a burst only what is told in full is decided on, the rest after it.
 *
 * It follows the event table of the index by a cursor. Everything that a turn has found out is written in one
 * transaction with the cursor: after a crash the same events are looked at again, and what is known already is no
 * change. What no event tells of (while nothing ran, in a gap) is found by comparing (`turn/comparison.ts`).
 */
import { Garbage } from '../system/garbage.js';
import { Known } from './known.js';
import type { NotifierParts } from './notifier-parts.js';
import { Arrivals } from './turn/arrivals.js';
import { type Compared, Comparison } from './turn/comparison.js';
import { Decisions } from './turn/decisions.js';
import { Incoming } from './turn/incoming.js';
import { Recording } from './turn/recording.js';
import { Revisits } from './turn/revisits.js';

/** Between two turns while the index works through a burst. */
const BURST_MS = 250;
/** How soon a change window is seen. */
const DIGEST_EVERY_MS = 1_000;
const GARBAGE_BYTES = { atWork: 8 << 20, atRest: 12 << 20 };

export class Notifier {
  readonly #incoming: Incoming;
  readonly #decisions: Decisions;
  readonly #arrivals: Arrivals;
  readonly #revisits: Revisits;
  readonly #comparison: Comparison;
  readonly #garbage = new Garbage(GARBAGE_BYTES.atWork);
  readonly #oldGarbage = new Garbage(GARBAGE_BYTES.atRest);
  #isScanWanted = false;
  #digestedMs = 0;

  constructor(private readonly parts: NotifierParts) {
    const wantScan = () => {
      this.#isScanWanted = true;
    };
    const known = new Known(parts.db);
    const incoming = new Incoming(parts, wantScan);
    const isAtWork = (key: string) => incoming.has(key) || this.#revisits.has(key);
    const { watched, looker, newRules } = parts;
    const arrivals = new Arrivals({ watched, looker, newRules, known, isAtWork });
    const recording = new Recording(parts, known, (events) => incoming.finish(events));
    const shared = { notifier: parts, known, incoming, arrivals, recording, isAtWork };
    const revisits = new Revisits(shared);
    // After a crash the index may not have looked at what was told of before it.
    const { goingOn } = incoming;
    revisits.add({ names: goingOn, events: [] }, goingOn);
    const comparison = new Comparison(shared);
    this.#decisions = new Decisions({ ...shared, revisits, comparison, onTooMuch: wantScan });
    [this.#incoming, this.#arrivals, this.#revisits, this.#comparison] = [incoming, arrivals, revisits, comparison];
  }

  /** Names below new folders are waiting for a comparison, or events are missing. */
  get isScanWanted(): boolean {
    return this.#isScanWanted;
  }

  /** Events that are read and not decided on. */
  get pending(): number {
    return this.#incoming.size + this.#revisits.size;
  }

  /** One turn. @returns in how many milliseconds there may be more to do; undefined: when the index has news. */
  async turn(): Promise<number | undefined> {
    const incoming = this.#incoming;
    incoming.follow();
    this.#garbage.keepSmall();
    const groups = await incoming.takeQuiet();
    if (groups.length > 0) await this.#decisions.decide(groups);
    else incoming.finishUnwatched();
    if (!incoming.isBehind && !incoming.mustWait()) await this.#decisions.lookThrough();
    if (!incoming.mustWait()) await this.#revisits.visit();
    this.#digest(this.parts.clock.wallMs());
    await this.#tellPackages();
    const restMs = this.#restMs();
    if (restMs === undefined) this.#oldGarbage.keepSmall();
    return restMs;
  }

  /** Events of these files and folders are about to leave the index. */
  read(paths: readonly Uint8Array[]): void {
    this.#incoming.read(paths);
  }

  /** Everything that is watched with the disk. @returns undefined when it was stopped */
  scan(isStopped: () => boolean): Promise<Compared | undefined> {
    this.#isScanWanted = false;
    return this.#comparison.run(isStopped);
  }

  #digest(nowMs: number): void {
    if (Math.abs(nowMs - this.#digestedMs) < DIGEST_EVERY_MS) return;
    this.#digestedMs = nowMs;
    const isBehind = this.#incoming.isBehind || this.#incoming.mustWait();
    this.parts.db.transaction(() => this.parts.recorder.digests(nowMs, isBehind)).immediate();
  }

  /** One line for each package, when all its changes are in the history. */
  async #tellPackages(): Promise<void> {
    const { packages, db, recorder, clock } = this.parts;
    const isPending = () => this.#incoming.hasPackageWork() || !this.#arrivals.isEmpty;
    if (packages && (await packages.isAtRest(isPending)))
      db.transaction(() => recorder.packages(packages.book, clock.wallMs())).immediate();
  }

  #restMs(): number | undefined {
    if (this.#incoming.mustWait()) return BURST_MS;
    if (this.#incoming.hasMore || !this.#arrivals.isEmpty) return 0;
    const times = [this.#incoming.nextDueMs, this.#revisits.nextDueMs];
    const next = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(next) ? Math.max(0, next - this.parts.clock.monotonicMs()) : undefined;
  }
}
