/** Questions of which only the last one counts: a later one calls off what has not been answered yet. */
import { isAborted } from './daemon.js';
import { clearTrouble, showTrouble } from './dom.js';

export class Latest {
  #timer = 0;
  #running: AbortController | undefined;

  /** @param afterMs  when nothing else is asked meanwhile. */
  ask(afterMs: number, question: (signal: AbortSignal) => Promise<void>): void {
    this.cancel();
    const running = new AbortController();
    this.#running = running;
    this.#timer = window.setTimeout(() => {
      question(running.signal).then(clearTrouble, (error: unknown) => {
        if (!isAborted(error)) showTrouble(error);
      });
    }, afterMs);
  }

  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#running?.abort();
  }
}
