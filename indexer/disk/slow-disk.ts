/**
 * Is the disk slow now? Said by looks that took long. One that took long because others had the processor says nothing
 * of the disk: the kernel tells how long this thread has waited for it.
 */
import { readFileSync } from 'node:fs';

/** A look that took longer waited for the disk, or for the processor. */
const SLOW_MS = 2;
const PAUSE_MS = 250;

export class SlowDisk {
  #untilMs = Number.NEGATIVE_INFINITY;
  #waitedMs: number | undefined;

  /**
   * @param waitedMs  how long this thread has waited for the processor since it began; undefined where the kernel does
   * not tell.
   */
  constructor(private readonly waitedMs: () => number | undefined = readWaitedMs) {}

  isSlow(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  note(startMs: number, endMs: number): void {
    const tookMs = endMs - startMs;
    if (tookMs <= SLOW_MS) return;
    const before = this.#waitedMs;
    const now = this.waitedMs();
    this.#waitedMs = now;
    // All of it since the last slow look: the more looks are slow, the better it is known.
    const waitedMs = now === undefined ? 0 : now - (before ?? 0);
    if (tookMs - waitedMs > SLOW_MS) this.#untilMs = endMs + PAUSE_MS;
  }
}

/** @see Documentation/scheduler/sched-stats.rst of Linux */
function readWaitedMs(): number | undefined {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return undefined;
  }
}
