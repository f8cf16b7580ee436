/** How far the change log of one root has been taken into the queue. */
import type { FileChange } from '../../audit/changes/file-change.js';
import type { Gap } from '../../audit/log/gap.js';

export class LogReading {
  /** All that there was to read is in the queue. */
  isDrained = false;
  /** When the newest change that is in the queue happened. */
  newestMs = 0;
  /** By a clock that is never set: when there was something to read last. */
  readMs: number;
  #isClosed = false;
  /** Reads to the end, by number. */
  #begun = 0;
  #waiting: { readonly read: number; readonly resolve: () => void }[] = [];

  constructor(private readonly now: () => number) {
    this.readMs = now();
  }

  /** @returns the number of a read to the end, for `end`. */
  begin(): number {
    this.isDrained = false;
    return ++this.#begun;
  }

  end(read: number): void {
    this.isDrained = true;
    const isOver = (waiter: { readonly read: number }) => waiter.read <= read;
    for (const { resolve } of this.#waiting.filter(isOver)) resolve();
    this.#waiting = this.#waiting.filter((waiter) => !isOver(waiter));
  }

  /** Resolves when a read to the end is over that has not begun yet, or none will be. */
  next(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ read: this.#begun + 1, resolve }));
  }

  /** No read begins any more. */
  close(): void {
    this.#isClosed = true;
    this.end(Number.POSITIVE_INFINITY);
  }

  taken(items: readonly (FileChange | Gap)[]): void {
    this.readMs = this.now();
    for (const item of items) if (item.kind !== 'gap') this.newestMs = Math.max(this.newestMs, item.timestampMs);
  }
}
