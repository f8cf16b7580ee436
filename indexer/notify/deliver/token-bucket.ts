/** How fast an endpoint is sent to: it takes a few at once, then so many a second. A receiver that complains gets fewer for a while. */

export interface Rate {
  readonly perSecond: number;
  /** At once, after a rest. */
  readonly burst: number;
}

/** A receiver that has complained gets its rate back after this many messages. */
const RECOVERY = 1.05;
const SLOWEST = 1 / 16;

export class TokenBucket {
  #tokens: number;
  #atMs: number;
  #share = 1;

  constructor(
    private readonly rate: Rate,
    nowMs: number,
  ) {
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** @returns 0: one was taken; else after how long there may be one. */
  take(nowMs: number): number {
    this.#fill(nowMs);
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / this.#perMs());
    this.#tokens -= 1;
    this.#share = Math.min(1, this.#share * RECOVERY);
    return 0;
  }

  /** It was too much. */
  slowDown(nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = 0;
    this.#share = Math.max(SLOWEST, this.#share / 2);
  }

  #fill(nowMs: number): void {
    const gained = Math.max(0, nowMs - this.#atMs) * this.#perMs();
    this.#tokens = Math.min(this.rate.burst, this.#tokens + gained);
    this.#atMs = nowMs;
  }

  #perMs(): number {
    return (this.rate.perSecond * this.#share) / 1_000;
  }
}
