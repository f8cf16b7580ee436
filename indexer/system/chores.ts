/**
 * What is done again and again, each at its interval: one table, one runner. A chore never overlaps itself, and one
 * that fails is reported.
 */
import { inStep } from './in-step.js';

export interface Chore {
  readonly everyMs: number;
  /** May return a promise: the chore is not run again before that is settled. */
  readonly run: () => unknown;
}

export class Chores {
  #ends: readonly (() => void)[] = [];
  #isClosed = false;

  constructor(
    private readonly table: readonly Chore[],
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The first run of each is about an interval from now. */
  start(): void {
    if (this.#isClosed || this.#ends.length > 0) return;
    this.#ends = this.table.map(({ everyMs, run }) => inStep(everyMs, neverTwice(run, this.onError)));
  }

  /** What runs now ends by itself. */
  stop(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** Stops them for good: a later start does nothing. */
  close(): void {
    this.#isClosed = true;
    this.stop();
  }
}

function neverTwice(run: () => unknown, onError: (error: unknown) => void): () => Promise<void> {
  let isRunning = false;
  return async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await run();
    } catch (error) {
      onError(error);
    } finally {
      isRunning = false;
    }
  };
}
