/** Asks the index on behalf of a desktop, within limits: whoever is on the session bus may ask, as often and as much as he likes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AnyAnswer } from '../../shared/ask/answer-line.js';
import type { RequestObject } from '../live/ask/lines.js';
import type { Item } from '../live/screen/state.js';
import { type Result, toResult } from './result.js';

/** Desktops show five to ten. */
const MOST_RESULTS = 10;
/** Some may be copies, which are left out. */
const ASKED_FOR = 20;
/** What is typed or pasted into a field; not a text that somebody sends. */
const MAX_QUERY_LENGTH = 1_000;
/** A fast typist has two or three on their way. */
const MOST_WAITING = 16;
const PATIENCE_MS = 5_000;

export interface FinderOptions {
  readonly ask: (request: RequestObject) => Promise<AnyAnswer>;
  /** What `~` means in a query. */
  readonly home: string | undefined;
  readonly patienceMs?: number;
}

export class Finder {
  #waiting = 0;

  constructor(private readonly options: FinderOptions) {}

  /** The best first; nothing when there is no answer, as a desktop has no place for a reason. */
  async find(query: string): Promise<readonly Result[]> {
    if (query.trim() === '' || query.length > MAX_QUERY_LENGTH || this.#waiting >= MOST_WAITING) return [];
    this.#waiting++;
    try {
      return chosen(await this.#hits(query)).map((item) => toResult(query, item));
    } finally {
      this.#waiting--;
    }
  }

  async #hits(query: string): Promise<readonly Item[]> {
    const { ask, home, patienceMs = PATIENCE_MS } = this.options;
    const over = new AbortController();
    const late = pause(patienceMs, undefined, { signal: over.signal }).catch(() => undefined);
    const request = { query, limit: ASKED_FOR, ...(home?.startsWith('/') && { home }) };
    const answer = await Promise.race([ask(request).catch(() => undefined), late]);
    over.abort();
    return answer && 'hits' in answer ? (answer.hits as unknown as readonly Item[]) : [];
  }
}

/** Of the same text one file. Files that lack words only where no file has all of them. */
function chosen(items: readonly Item[]): readonly Item[] {
  const single = items.filter((item) => !('copyOf' in item));
  const whole = single.filter(({ missing }) => missing === undefined);
  return (whole.length > 0 ? whole : single).slice(0, MOST_RESULTS);
}
