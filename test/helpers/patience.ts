/** How long one waits for something that makes progress. Used by test-env.ts and the torture run. */
export class Patience {
  readonly #beginMs = performance.now();
  #progress = '';
  #progressMs = this.#beginMs;

  /** @param stillMs  without progress. @param maxMs  in all. */
  constructor(
    private readonly stillMs: number,
    private readonly maxMs: number,
  ) {}

  /** @param progress  what changes as long as there is progress. @throws Error with what `describe` says. */
  require(progress: unknown, describe: () => string): void {
    const nowMs = performance.now();
    const text = JSON.stringify(progress);
    if (text !== this.#progress) [this.#progress, this.#progressMs] = [text, nowMs];
    const [stillMs, allMs] = [nowMs - this.#progressMs, nowMs - this.#beginMs];
    if (stillMs <= this.stillMs && allMs <= this.maxMs) return;
    throw new Error(
      `not complete after ${Math.round(allMs)} ms, no progress for ${Math.round(stillMs)} ms: ${describe()}`,
    );
  }
}
