/** A thread tells those who watch it that it is at an answer: since when. */
import { machineMs } from './activity.js';

/**
 * @param busySince  [0]: since when a question is being answered, in seconds that the machine has been awake; 0: none
 * is.
 */
export function whileBusy<T>(busySince: Int32Array, action: () => T): T {
  Atomics.store(busySince, 0, Math.max(1, Math.floor(machineMs() / 1000)));
  try {
    return action();
  } finally {
    Atomics.store(busySince, 0, 0);
  }
}
