/**
 * The garbage of the thread it is used in. V8 lets it grow while there is memory, and a flood of changes makes much of
 * it: tens of MB that live for a moment.
 */
import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from './collect-garbage.js';

export class Garbage {
  #leftBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Collects what has come since the last time, once it is more than allowed: 5 to 20 ms. */
  keepSmall(): void {
    if (getHeapStatistics().used_heap_size < this.#leftBytes + this.maxBytes) return;
    collectGarbage();
    this.#leftBytes = getHeapStatistics().used_heap_size;
  }
}
