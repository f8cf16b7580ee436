/**
 * What time it is in the stream of one node. An event's stamp is when its call began, and it is told when the call
 * ends: that of a poll or of an open on a slow volume comes minutes late. So one stamp tells nothing: the time is the
 * middle of the last three, and it passes only as events arrive. Used for what waits for an event's end, and for
 * serials that are missing.
 */

/** Far more events than the kernel ever told between two records of one event in 8 writers at once. */
const MIN_EVENTS = 64;

/** When something was seen, by one node's clock. */
export interface ClockMark {
  readonly events: number;
  readonly ms: number;
}

export class NodeClock {
  /** Events that have begun to arrive. */
  events = 0;
  ms = 0;
  #before = 0;
  #last = 0;

  begin(timestampMs: number): void {
    if (timestampMs !== this.#last || timestampMs !== this.#before) this.#move(timestampMs);
    this.events++;
  }

  #move(timestampMs: number): void {
    this.ms = this.events < 2 ? timestampMs : middle(this.#before, this.#last, timestampMs);
    this.#before = this.#last;
    this.#last = timestampMs;
  }

  /** Backwards, too: after the clock was set back, no stamp would ever be later. */
  isPast({ events, ms }: ClockMark, patienceMs: number): boolean {
    return this.events - events >= MIN_EVENTS && Math.abs(this.ms - ms) >= patienceMs;
  }
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
