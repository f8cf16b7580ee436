/**
 * Has all that happened until some time arrived? An event takes milliseconds from the system call through auditd and its
 * plugin, on a busy machine a minute. Events come in order: where a later one has arrived all before it have. When
 * none comes, a mark is made. Where marks are not told of, the plugin must have said later that it lives, and its logs
 * must have been quiet since.
 */
import type { Clock } from '../../system/clock.js';
import type { AuditSource } from './audit-source.js';
import type { LogReading } from './log-reading.js';
import type { Marks, SpeakingPlugin } from './marks.js';
import type { PluginSilence } from './plugin-silence.js';

export interface ArrivalsDeps {
  readonly source: Pick<AuditSource, 'readAll' | 'blind'> & {
    readonly readings: readonly Pick<LogReading, 'newestMs' | 'readMs' | 'isDrained'>[];
  };
  readonly plugin: SpeakingPlugin & Pick<PluginSilence, 'isOver'>;
  readonly marks: Marks;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Where an event is at the latest. */
type Place = 'queue' | 'logs' | 'under way';

const POLL_MS = 50;
/** Two events may change places by so much. */
const ORDER_MS = 50;
/** An event that is not delayed is here by then. Its call may have ended so much later than what it has changed. */
const LATE_MS = 1_000;
/** Without marks nobody waits longer while nothing comes. */
const PATIENCE_MS = 10_000;
/** Nobody waits longer, whatever comes. */
export const MOST_MS = 60_000;

export class Arrivals {
  #isClosed = false;

  constructor(private readonly deps: ArrivalsDeps) {}

  /** So that it is known early whether marks are told of. */
  begin(): void {
    this.deps.marks.makeAfter(Number.NEGATIVE_INFINITY);
  }

  /** More than a moment late. */
  get isLate(): boolean {
    return this.deps.marks.lateMs > PATIENCE_MS;
  }

  /**
   * Resolves when all that happened until then is in the queue.
   * @returns false when that cannot be known: audit is blind, nothing has come for too long, or it takes too long.
   */
  async until(atMs: number): Promise<boolean> {
    const { clock, marks, pause, source } = this.deps;
    const sinceMs = Math.min(atMs, clock.wallMs());
    const beganMs = clock.monotonicMs();
    for (;;) {
      const place = this.#placeOf(sinceMs);
      if (place === 'logs') await source.readAll();
      if (place !== 'under way') return true;
      if (this.#isBlind || this.#isTooLong(beganMs)) return false;
      if (marks.readMs !== undefined) marks.makeAfter(sinceMs + LATE_MS);
      await pause(POLL_MS);
    }
  }

  /** Who waits is told that it cannot be known. */
  close(): void {
    this.#isClosed = true;
  }

  /** Nothing comes any more, or nobody looks any more. */
  get #isBlind(): boolean {
    const { source, plugin, clock } = this.deps;
    return this.#isClosed || source.blind().length > 0 || plugin.isOver(clock.monotonicMs());
  }

  #placeOf(atMs: number): Place {
    const { source, marks } = this.deps;
    if (source.readings.every(({ newestMs }) => newestMs > atMs + ORDER_MS)) return 'queue';
    const { readMs } = marks;
    if (readMs !== undefined) return readMs >= atMs + LATE_MS ? 'logs' : 'under way';
    return this.#isQuietSince(atMs) ? 'queue' : 'under way';
  }

  #isQuietSince(atMs: number): boolean {
    const { source, plugin, clock } = this.deps;
    const isOld = clock.wallMs() - atMs >= PATIENCE_MS;
    const hasSaid = (plugin.status?.atMs ?? 0) >= atMs + LATE_MS;
    return source.readings.every(({ newestMs, readMs, isDrained }) => {
      if (newestMs > atMs + ORDER_MS) return true;
      return isDrained && hasSaid && (isOld || clock.monotonicMs() - readMs >= LATE_MS);
    });
  }

  #isTooLong(beganMs: number): boolean {
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - beganMs > MOST_MS) return true;
    return this.deps.marks.readMs === undefined && nowMs - Math.max(beganMs, this.#lastReadMs) > PATIENCE_MS;
  }

  get #lastReadMs(): number {
    return Math.max(0, ...this.deps.source.readings.map(({ readMs }) => readMs));
  }
}
