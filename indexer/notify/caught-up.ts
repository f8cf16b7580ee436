/**
 * Asked in the notify thread: have all events of what has happened until now arrived in the index? Only the daemon's
 * source knows. Nobody waits for an answer once the thread is to end.
 */
import type { CaughtUpQuestion } from './thread-words.js';

export class CaughtUp {
  readonly #waiting = new Map<number, () => void>();
  #asked = 0;
  #isClosed = false;

  constructor(private readonly say: (question: CaughtUpQuestion) => void) {}

  /** Resolves when they have, or when that cannot be known. */
  ask(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.say({ kind: 'caught up?', id });
    });
  }

  answer(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }

  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.answer(id);
  }
}
