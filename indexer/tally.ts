/**
 * Hears what the pipeline does: counts it for the progress line, `status` and what is done at intervals, and passes on
 * what is wrong.
 */
import type { ExtractOutcome } from './extract/messages.js';
import { Progress } from './flow/progress.js';
import type { PipelineListener } from './pipeline.js';
import type { Troubles } from './troubles.js';
import type { Upkeep } from './writer/upkeep.js';

export interface TallyParts {
  readonly troubles: Pick<Troubles, 'set'>;
  readonly upkeep: Pick<Upkeep, 'hasChanged'>;
  readonly listener: { failed(error: unknown): void };
}

export class Tally implements PipelineListener {
  readonly progress = new Progress();
  /** There was work since the last time somebody took note of it. */
  #hasWorked = false;
  #isEnding = false;

  constructor(private readonly parts: TallyParts) {}

  /** Was there work since the last call? */
  takeHasWorked(): boolean {
    const hasWorked = this.#hasWorked;
    this.#hasWorked = false;
    return hasWorked;
  }

  /** Work breaks off from here on: what fails because of that is no failure. */
  end(): void {
    this.#isEnding = true;
  }

  folderCompared(): void {
    this.#hasWorked = true;
  }

  filesFound(count: number, bytes: number): void {
    this.progress.found(count, bytes);
  }

  filesRead(outcomes: readonly ExtractOutcome[]): void {
    this.#hasWorked = true;
    for (const outcome of outcomes) this.progress.done(1, 'stat' in outcome ? (outcome.stat?.size ?? 0) : 0);
    this.parts.upkeep.hasChanged(outcomes.filter(({ kind }) => kind !== 'same' && kind !== 'grown').length);
  }

  trouble(kind: string, text: string | undefined): void {
    this.parts.troubles.set(kind, text);
  }

  fail(error: unknown): void {
    if (!this.#isEnding) this.parts.listener.failed(error);
  }
}
