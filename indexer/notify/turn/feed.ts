/**
 * Reads the events of the index, in their order, as long as there is room for them. What cannot wait is read beyond
 * that: it is not read again when its turn comes.
 */
import type { KeptEvent } from '../../../shared/store/read-events.js';
import type { IndexEvents } from '../index-events.js';
import type { Cursor } from './cursor.js';

export interface Taker {
  /** @param isAhead  beyond what there is room for by right. */
  isFull(isAhead: boolean): boolean;
  /** @returns whether it is of interest */
  take(event: KeptEvent): boolean;
  /** Made anew for each reading. undefined: all can wait. */
  cannotWait(): ((event: KeptEvent) => boolean) | undefined;
}

export class Feed {
  /** There was no room for all of them. */
  isBehind = false;
  /** What was handled before this start; later events are read once. */
  readonly #handledUpTo: number;
  readonly #ahead = new Set<number>();
  #aheadUpTo = 0;

  constructor(
    private readonly index: Pick<IndexEvents, 'after' | 'hasNews'>,
    private readonly cursor: Pick<Cursor, 'isHandled' | 'lastHandled'>,
    /** Events up to here have been read. */
    public upTo: number,
  ) {
    this.#handledUpTo = cursor.lastHandled;
  }

  /** @returns whether there is news in the index */
  read(taker: Taker): boolean {
    const hasNews = this.index.hasNews();
    if (!hasNews && !this.isBehind) return false;
    this.isBehind = taker.isFull(false);
    // A look at what there is no room for costs a page of events.
    for (const event of this.isBehind ? [] : this.index.after(this.upTo)) {
      this.isBehind = taker.isFull(false);
      if (this.isBehind) break;
      this.upTo = event.sequence;
      if (!this.#ahead.delete(event.sequence) && !this.#isHandled(event)) taker.take(event);
    }
    if (this.isBehind) this.#readAhead(taker);
    return hasNews;
  }

  /** Those that are of these, also beyond what there is room for: they will not be there any more. */
  readOf(isOfThese: (event: KeptEvent) => boolean, take: Taker['take']): void {
    for (const event of this.index.after(this.upTo)) {
      const isNews = isOfThese(event) && !this.#ahead.has(event.sequence) && !this.#isHandled(event);
      if (isNews && take(event)) this.#ahead.add(event.sequence);
    }
  }

  #readAhead(taker: Taker): void {
    const cannotWait = taker.isFull(true) ? undefined : taker.cannotWait();
    if (!cannotWait) return;
    for (const event of this.index.after(Math.max(this.upTo, this.#aheadUpTo))) {
      if (taker.isFull(true)) return;
      this.#aheadUpTo = event.sequence;
      const isNews = cannotWait(event) && !this.#ahead.has(event.sequence) && !this.#isHandled(event);
      if (isNews && taker.take(event)) this.#ahead.add(event.sequence);
    }
  }

  #isHandled({ sequence }: KeptEvent): boolean {
    return sequence <= this.#handledUpTo && this.cursor.isHandled(sequence);
  }
}
