/**
 * Merges segments, refreshes the vocabulary and seals the index when it is worth it, slice by slice, so that changes never
 * wait for it.
 */
import type { WriterClient } from './writer-client.js';

/** After so many changed documents segments and vocabulary are worth looking after again. */
const CHANGES_BETWEEN = 1000;

export class Upkeep {
  #changed = 0;
  #isStopped = false;

  /** @param turn  resolves when work that can wait may go on. */
  constructor(
    private readonly writer: WriterClient,
    private readonly turn: () => Promise<void>,
  ) {}

  hasChanged(documents: number): void {
    this.#changed += documents;
  }

  /** @param isFull  everything is looked after, however little has changed. */
  async run(isFull = this.#changed >= CHANGES_BETWEEN): Promise<void> {
    if (isFull) this.#changed = 0;
    await this.writer.planMaintenance(isFull);
    while (!this.#isStopped && !(await this.writer.maintain())) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.turn();
    }
  }

  stop(): void {
    this.#isStopped = true;
  }
}
