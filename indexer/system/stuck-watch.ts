/** Looks whether a thread is at one answer for too long: an answer takes milliseconds. */
import { machineMs } from '../../shared/activity.js';
import { inStep } from './in-step.js';

const MAX_ANSWER_SECONDS = 30;
const LOOK_MS = 5_000;

export class StuckWatch {
  /** As in whileBusy. */
  readonly busySince = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly close: () => void;

  /** @param onStuck  called once */
  constructor(private readonly onStuck: () => void) {
    this.close = inStep(LOOK_MS, () => this.#lookAtIt());
  }

  #lookAtIt(): void {
    const since = Atomics.load(this.busySince, 0);
    if (since === 0 || Math.floor(machineMs() / 1000) - since <= MAX_ANSWER_SECONDS) return;
    this.close();
    this.onStuck();
  }
}
