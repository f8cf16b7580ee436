/** Looks whether a thread is at one answer for too long: an answer takes milliseconds. */
import { machineMs } from '../../shared/activity.js';

const MAX_ANSWER_SECONDS = 30;
const LOOK_MS = 5_000;

export class StuckWatch {
  /** [0]: since when a question is being answered, in seconds that the machine has been awake; 0: none is. */
  readonly busySince = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #look: NodeJS.Timeout;

  constructor(private readonly onStuck: () => void) {
    this.#look = setInterval(() => this.#lookAtIt(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#look);
  }

  #lookAtIt(): void {
    const since = Atomics.load(this.busySince, 0);
    if (since > 0 && Math.floor(machineMs() / 1000) - since > MAX_ANSWER_SECONDS) this.onStuck();
  }
}

/** For the thread: it is busy as long as the action runs. */
export function whileBusy<T>(busySince: Int32Array, action: () => T): T {
  Atomics.store(busySince, 0, Math.max(1, Math.floor(machineMs() / 1000)));
  try {
    return action();
  } finally {
    Atomics.store(busySince, 0, 0);
  }
}
