/**
 * Where long work waits between two steps: while the budget forbids it, and for a moment while interactive paths are
 * worked on.
 */
import type { Clock } from '../system/clock.js';
import { Gate } from './gate.js';

/** A folder is compared at the latest this long after its turn, whatever else changes. */
const MAX_CALM_WAIT_MS = 100;

export class Pace {
  readonly #gate = new Gate();
  #interactive = 0;
  #isStopped = false;

  constructor(private readonly clock: Clock) {}

  /** What runs ends at its next step. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Background work may go on, or not. */
  allow(isAllowed: boolean): void {
    this.#gate.set(this.#isStopped || isAllowed);
  }

  /** Nothing waits here any more. */
  stop(): void {
    this.#isStopped = true;
    this.#gate.set(true);
  }

  /** Paths that a person waits for are worked on from now on. @returns what ends that. */
  interactive(): () => void {
    this.#interactive++;
    return () => void this.#interactive--;
  }

  /** Resolves when the budget allows the next step. */
  pass(): Promise<void> {
    return this.#gate.pass();
  }

  /** Resolves when the next folder may be compared. */
  async turn(): Promise<void> {
    await this.pass();
    const endMs = this.clock.monotonicMs() + MAX_CALM_WAIT_MS;
    while (this.#interactive > 0 && this.clock.monotonicMs() < endMs && !this.#isStopped) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
