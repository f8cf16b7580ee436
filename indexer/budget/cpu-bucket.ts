/**
 * A share of the processor as a bucket of CPU milliseconds that fills with time: who spends more empties it, and waits.
 * Pure. It holds what is gathered in SAVED_MS, so that short work is never slowed; its debt is bounded, so that work
 * never waits for long.
 */
const SAVED_MS = 2000;
/** After it was empty work goes on with this much in it, else it would stop again at once. */
const ENOUGH_MS = 100;

export class CpuBucket {
  #levelMs: number;
  #isEmpty = false;

  /** @param share  CPU milliseconds for each millisecond: 0.5 is half of one processor. */
  constructor(
    private readonly share: number,
    private atMs: number,
  ) {
    this.#levelMs = SAVED_MS * share;
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** What was spent since the last call. */
  spend(cpuMs: number, nowMs: number): void {
    const most = SAVED_MS * this.share;
    const filled = Math.min(this.#levelMs + (nowMs - this.atMs) * this.share, most);
    this.atMs = nowMs;
    this.#levelMs = Math.max(filled - cpuMs, -most);
    this.#isEmpty = this.#levelMs <= 0 || (this.#isEmpty && this.#levelMs < ENOUGH_MS * this.share);
  }

  /** Until it is empty no more, when nothing is spent meanwhile; 0 when it is not empty. */
  get waitMs(): number {
    return this.#isEmpty ? Math.ceil(ENOUGH_MS - this.#levelMs / this.share) : 0;
  }
}
