/** How far the change log of one root has been taken into the queue. */
import type { FileChange } from '../../audit/changes/file-change.js';
import type { Gap } from '../../audit/log/gap.js';

export class LogReading {
  /** All that there was to read is in the queue. */
  isDrained = false;
  /** When the newest change that is in the queue happened. */
  newestMs = 0;
  /** By a clock that is never set: when there was something to read last. */
  readMs: number;

  constructor(private readonly now: () => number) {
    this.readMs = now();
  }

  taken(items: readonly (FileChange | Gap)[]): void {
    this.readMs = this.now();
    for (const item of items) if (item.kind !== 'gap') this.newestMs = Math.max(this.newestMs, item.timestampMs);
  }
}
