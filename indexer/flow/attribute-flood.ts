/**
 * Files of a flood of which the attributes alone have changed, as by `chmod -R`. They wait in memory, not in the queue,
 * which would cost more than the work on them. Their text is in the index, and a comparison after a crash finds what
 * was lost. Between the intake and the work loop.
 */
import { pathKey } from '../../shared/path-key.js';
import type { AttributeChange } from '../words.js';

const MAX_WAITING = 32_768;
/** Few are not worth a transaction: they wait so long for others. */
const GATHER_MS = 50;

export class AttributeFlood {
  /** By path: what is told again before it is looked at is told once. */
  readonly #waiting = new Map<string, AttributeChange>();
  #sinceMs = 0;

  /** @returns false when there is no room. */
  add(change: AttributeChange, nowMs: number): boolean {
    if (this.#waiting.size >= MAX_WAITING) return false;
    if (this.#waiting.size === 0) this.#sinceMs = nowMs;
    const key = pathKey(change.path);
    if (!this.#waiting.has(key)) this.#waiting.set(key, change);
    return true;
  }

  /** When the next batch is due; undefined: nothing waits. */
  dueMs(enough: number): number | undefined {
    if (this.#waiting.size === 0) return undefined;
    return this.#waiting.size >= enough ? this.#sinceMs : this.#sinceMs + GATHER_MS;
  }

  /** In the order they came. */
  take(limit = Number.POSITIVE_INFINITY): AttributeChange[] {
    const taken: AttributeChange[] = [];
    for (const [key, change] of this.#waiting) {
      if (taken.length >= limit) break;
      taken.push(change);
      this.#waiting.delete(key);
    }
    return taken;
  }
}
