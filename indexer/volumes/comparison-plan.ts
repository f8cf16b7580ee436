/**
 * When is something compared with the disk, besides the comparisons for gaps? Used by both sources, of
 * everything, and by network-volumes.ts, once a second.
 * - once in a long while, for what the source cannot see: other machines; io_uring, mmap, times that are set (touch
 *   -d), writes through a name outside, mounts made later;
 * - sooner when something changed that the index does not have: mostly it is excluded, but a folder may have come
 *   unseen, or a file was written through a name that is gone;
 * - at first often while nothing is seen at all: mostly a folder was only made anew, or auditd restarted. Unless
 *   nothing is seen, comparing takes no more than a hundredth of a processor, however many files there are.
 */
const SUSPICIOUS_PAUSE_MS = 2_000;
const BLIND_PAUSES_MS = [0, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
/** Of CPU, measured: 20,000 files in 2,600 folders take 1.1 s. */
export const COST_MS = { perDocument: 0.06, perFolder: 0.42 } as const;
const MAX_SHARE = 0.01;

export class ComparisonPlan {
  #comparedMs: number;
  #blindComparisons = 0;
  #isSuspicious = false;
  /** Counted once for each comparison, when it could be time for the next: counting takes time, too. */
  #costlyPauseMs: number | undefined;

  /** @param nowMs  all of it has just been compared. @param costMs  what comparing it takes of the processor. */
  constructor(
    nowMs: number,
    private readonly everyMs: number,
    private readonly costMs: () => number,
  ) {
    this.#comparedMs = nowMs;
  }

  /** The index may lack something. */
  suspect(): void {
    this.#isSuspicious = true;
  }

  /** @returns true when it is time: then it has to be done. */
  isDue(nowMs: number, isBlind: boolean): boolean {
    if (!isBlind) this.#blindComparisons = 0;
    const passedMs = nowMs - this.#comparedMs;
    if (isBlind ? passedMs < this.#blindPauseMs() : !this.#isTimeAgain(passedMs)) return false;
    this.#comparedMs = nowMs;
    this.#isSuspicious = false;
    this.#costlyPauseMs = undefined;
    if (isBlind) this.#blindComparisons++;
    return true;
  }

  #blindPauseMs(): number {
    return BLIND_PAUSES_MS[Math.min(this.#blindComparisons, BLIND_PAUSES_MS.length - 1)] as number;
  }

  #isTimeAgain(passedMs: number): boolean {
    if (passedMs < (this.#isSuspicious ? Math.min(SUSPICIOUS_PAUSE_MS, this.everyMs) : this.everyMs)) return false;
    this.#costlyPauseMs ??= this.costMs() / MAX_SHARE;
    return passedMs >= this.#costlyPauseMs;
  }
}
