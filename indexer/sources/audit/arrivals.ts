/**
 * Has all that happened until some time arrived? An event takes milliseconds from the system call through auditd and its
 * plugin, on a busy machine more. Events come in order: where a later one has arrived all before it have. When nothing
 * comes, the plugin must have said later that it lives, and its logs must have been quiet since.
 */
import { EVENT_PATIENCE_MS } from '../../../shared/file-event.js';
import type { Clock } from '../../system/clock.js';
import type { LogReading } from './log-reading.js';

export interface ArrivalsDeps {
  readonly readings: () => readonly Pick<LogReading, 'newestMs' | 'readMs' | 'isDrained'>[];
  /** When the plugin said last that it lives. */
  readonly pluginMs: () => number | undefined;
  /** Changes are not seen now, or nobody looks any more. */
  readonly isBlind: () => boolean;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<unknown>;
}

const POLL_MS = 50;
/** Two events may change places by so much. */
const ORDER_MS = 50;
/** An event that is not delayed is here by then. */
const LATE_MS = 1_000;
/** Nobody waits longer, though events come: their times may be of a clock that was set back. */
const MOST_MS = 60_000;

export class Arrivals {
  constructor(private readonly deps: ArrivalsDeps) {}

  /**
   * Resolves when all that happened until then is in the queue.
   * @returns false when that cannot be known: audit is blind, nothing has come for too long, or it takes too long.
   */
  async until(atMs: number): Promise<boolean> {
    const { clock, isBlind, pause } = this.deps;
    const sinceMs = Math.min(atMs, clock.wallMs());
    const beganMs = clock.monotonicMs();
    while (!this.#areHere(sinceMs)) {
      const nowMs = clock.monotonicMs();
      const idleMs = nowMs - Math.max(beganMs, this.#readMs);
      if (isBlind() || idleMs > EVENT_PATIENCE_MS || nowMs - beganMs > MOST_MS) return false;
      await pause(POLL_MS);
    }
    return true;
  }

  #areHere(atMs: number): boolean {
    const { readings, pluginMs, clock } = this.deps;
    const isOld = clock.wallMs() - atMs >= EVENT_PATIENCE_MS;
    const hasSaid = (pluginMs() ?? 0) >= atMs + LATE_MS;
    return readings().every(({ newestMs, readMs, isDrained }) => {
      if (newestMs > atMs + ORDER_MS) return true;
      return isDrained && hasSaid && (isOld || clock.monotonicMs() - readMs >= LATE_MS);
    });
  }

  get #readMs(): number {
    return Math.max(0, ...this.deps.readings().map(({ readMs }) => readMs));
  }
}
