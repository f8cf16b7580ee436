/**
 * Has all that happened until some time arrived? An event takes milliseconds from the system call through auditd and its
 * plugin, on a busy machine a minute. Events come in order: where a later one has arrived all before it have. When
 * none comes, a mark is made. Where marks are not told of, the plugin must have said later that it lives, and its logs
 * must have been quiet since.
 */
import type { PluginStatus } from '../../audit/plugin/plugin-status.js';
import type { Clock } from '../../system/clock.js';
import type { LogReading } from './log-reading.js';
import { Marks } from './marks.js';

export interface ArrivalsDeps {
  readonly readings: () => readonly Pick<LogReading, 'newestMs' | 'readMs' | 'isDrained'>[];
  /** Resolves when all that the logs have now is in the queue. */
  readonly readAll: () => Promise<void>;
  /** What the plugin said last. */
  readonly plugin: () => Pick<PluginStatus, 'atMs' | 'isRunning' | 'readMs'> | undefined;
  /** Does something that changes nothing, and that the kernel tells of. */
  readonly mark: () => void;
  /** Nothing comes any more, or nobody looks any more. */
  readonly isBlind: () => boolean;
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
  readonly #marks: Marks;

  constructor(private readonly deps: ArrivalsDeps) {
    const { mark, plugin, clock } = deps;
    this.#marks = new Marks({ make: mark, plugin, clock });
  }

  /** So that it is known early whether marks are told of. */
  begin(): void {
    this.#marks.makeAfter(Number.NEGATIVE_INFINITY);
  }

  /** More than a moment late. */
  get isLate(): boolean {
    return this.#marks.lateMs > PATIENCE_MS;
  }

  /**
   * Resolves when all that happened until then is in the queue.
   * @returns false when that cannot be known: audit is blind, nothing has come for too long, or it takes too long.
   */
  async until(atMs: number): Promise<boolean> {
    const { clock, isBlind, pause, readAll } = this.deps;
    const sinceMs = Math.min(atMs, clock.wallMs());
    const beganMs = clock.monotonicMs();
    for (;;) {
      const place = this.#placeOf(sinceMs);
      if (place === 'logs') await readAll();
      if (place !== 'under way') return true;
      if (isBlind() || this.#isTooLong(beganMs)) return false;
      if (this.#marks.readMs !== undefined) this.#marks.makeAfter(sinceMs + LATE_MS);
      await pause(POLL_MS);
    }
  }

  #placeOf(atMs: number): Place {
    const { readings } = this.deps;
    if (readings().every(({ newestMs }) => newestMs > atMs + ORDER_MS)) return 'queue';
    const { readMs } = this.#marks;
    if (readMs !== undefined) return readMs >= atMs + LATE_MS ? 'logs' : 'under way';
    return this.#isQuietSince(atMs) ? 'queue' : 'under way';
  }

  #isQuietSince(atMs: number): boolean {
    const { readings, plugin, clock } = this.deps;
    const isOld = clock.wallMs() - atMs >= PATIENCE_MS;
    const hasSaid = (plugin()?.atMs ?? 0) >= atMs + LATE_MS;
    return readings().every(({ newestMs, readMs, isDrained }) => {
      if (newestMs > atMs + ORDER_MS) return true;
      return isDrained && hasSaid && (isOld || clock.monotonicMs() - readMs >= LATE_MS);
    });
  }

  #isTooLong(beganMs: number): boolean {
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - beganMs > MOST_MS) return true;
    return this.#marks.readMs === undefined && nowMs - Math.max(beganMs, this.#lastReadMs) > PATIENCE_MS;
  }

  get #lastReadMs(): number {
    return Math.max(0, ...this.deps.readings().map(({ readMs }) => readMs));
  }
}
