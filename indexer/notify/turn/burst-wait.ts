/**
 * When the index works through a burst, what is only counted waits: both would be slower else. What is told in full does
 * not wait. Pure.
 */

/** Fewer events than these cost too little to wait. */
const MANY = 250;
/** So long after its last commit the index still counts as at work. */
const NEWS_MS = 1_000;
/** Then nothing waits any more, until the burst is over. */
const PATIENCE_MS = 60_000;

export class BurstWait {
  #newsMs = Number.NEGATIVE_INFINITY;
  #burstSinceMs: number | undefined;

  /** The index has committed something. */
  news(nowMs: number): void {
    this.#newsMs = nowMs;
  }

  /** @param waiting  how many events are not decided on. */
  mustWait(waiting: number, nowMs: number): boolean {
    const isBurst = waiting >= MANY && nowMs - this.#newsMs < NEWS_MS;
    if (!isBurst) this.#burstSinceMs = undefined;
    else this.#burstSinceMs ??= nowMs;
    return this.#burstSinceMs !== undefined && nowMs - this.#burstSinceMs < PATIENCE_MS;
  }
}
