/**
 * What is done again and again, each at its interval: one table, one runner. A chore never overlaps itself, and one
 * that fails is reported.
 */
export interface Chore {
  readonly everyMs: number;
  /** May return a promise: the chore is not run again before that is settled. */
  readonly run: () => unknown;
}

export class Chores {
  #timers: readonly NodeJS.Timeout[] = [];
  #isClosed = false;

  constructor(
    private readonly table: readonly Chore[],
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The first run of each is an interval from now. */
  start(): void {
    if (this.#isClosed || this.#timers.length > 0) return;
    this.#timers = this.table.map(({ everyMs, run }) => setInterval(neverTwice(run, this.onError), everyMs));
  }

  /** What runs now ends by itself. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
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
