/**
 * Cleans and seals the index when it is worth it, slice by slice, so that changes never wait for it. A run that takes
 * longer than the time between two of them goes on: there is one at a time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WriterClient } from './writer-client.js';

/** After so many changed documents segments and vocabulary are worth looking after again. */
const CHANGES_BETWEEN = 1000;
const READER_PAUSE_MS = 50;

export class Upkeep {
  #changed = 0;
  #isStopped = false;
  #running: Promise<boolean> | undefined;

  /** @param pace  where work that can wait does so. */
  constructor(
    private readonly writer: Pick<WriterClient, 'planMaintenance' | 'maintain'>,
    private readonly pace: { pass(): Promise<void> },
  ) {}

  hasChanged(documents: number): void {
    this.#changed += documents;
  }

  /**
   * Does what is due, or what has been begun.
   * @param isChanged  whatever was taken out is worth it.
   * @returns whether there was anything to do.
   */
  run(isChanged = this.#changed >= CHANGES_BETWEEN): Promise<boolean> {
    if (this.#running) return this.#running;
    if (isChanged) this.#changed = 0;
    this.#running = this.#work(isChanged).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /**
   * Cleans at once, because somebody waits for it.
   * @param patienceMs  so long a search may go on reading what was there before.
   * @returns false when one still does; the next run cleans what is left.
   * @throws FindTextError FT_STORE_FULL, which is not waited out
   */
  async cleanNow(patienceMs: number): Promise<boolean> {
    await this.writer.planMaintenance('now', false);
    let waitedMs = 0;
    for (let step = await this.writer.maintain(false); step !== 'done'; step = await this.writer.maintain(false)) {
      if (this.#isStopped || waitedMs >= patienceMs) return false;
      if (step === 'more') continue;
      waitedMs += READER_PAUSE_MS;
      await pause(READER_PAUSE_MS);
    }
    return true;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #work(isChanged: boolean): Promise<boolean> {
    await this.writer.planMaintenance(isChanged ? 'changed' : 'idle');
    let hasWorked = false;
    while (!this.#isStopped && (await this.writer.maintain()) === 'more') {
      hasWorked = true;
      await new Promise((resolve) => setImmediate(resolve));
      await this.pace.pass();
    }
    return hasWorked;
  }
}
