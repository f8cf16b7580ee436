/** A clock that the test moves: whoever sleeps wakes in order, and has done what there is to do before time goes on. */
import type { DeliveryClock } from '../../indexer/notify/deliver/lane.js';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

export class ManualClock implements DeliveryClock {
  #nowMs = 0;
  #wallMs: number;
  #sleepers: readonly Sleeper[] = [];

  constructor(wallMs = Date.parse('2026-11-29T10:00:00Z')) {
    this.#wallMs = wallMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  /** Somebody sets the clock of the machine. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.#nowMs + ms, wake };
      this.#sleepers = [...this.#sleepers, sleeper];
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#move(next.dueMs);
      next.wake();
      await settle();
    }
    this.#move(endMs);
  }

  #next(endMs: number): Sleeper | undefined {
    return this.#sleepers.filter(({ dueMs }) => dueMs <= endMs).sort((one, other) => one.dueMs - other.dueMs)[0];
  }

  #move(toMs: number): void {
    this.#wallMs += toMs - this.#nowMs;
    this.#nowMs = toMs;
  }
}

/** Promises that wait for no time are kept. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
