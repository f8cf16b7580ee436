/** Asks the index on behalf of a desktop, within limits: whoever is on the session bus may ask, as often and as much as he likes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Asking } from '../live/ask/asking.js';
import type { Item } from '../live/screen/state.js';
import { type Result, toResult } from './result.js';

/** Desktops show five to ten, and each takes time: its text is read. */
const MOST_RESULTS = 10;
/** What is typed or pasted into a field; not a text that somebody sends. */
const MAX_QUERY_LENGTH = 1_000;
/** A fast typist has two or three on their way. */
const MOST_WAITING = 16;
const PATIENCE_MS = 5_000;
/** GNOME Shell asks which files there are, and at once what to show of them. */
const KEPT_MS = 2_000;

export interface FinderOptions {
  readonly asking: Pick<Asking, 'ask'>;
  /** What `~` means in a query. */
  readonly home: string | undefined;
  readonly patienceMs?: number;
  readonly nowMs?: () => number;
}

interface Kept {
  readonly query: string;
  readonly results: readonly Result[];
  readonly untilMs: number;
}

export class Finder {
  #waiting = 0;
  #kept: Kept | undefined;

  constructor(private readonly options: FinderOptions) {}

  /** The best first; nothing when there is no answer, as a desktop has no place for a reason. */
  async find(query: string): Promise<readonly Result[]> {
    const { nowMs = () => performance.now() } = this.options;
    if (this.#kept?.query === query && nowMs() < this.#kept.untilMs) return this.#kept.results;
    if (query.trim() === '' || query.length > MAX_QUERY_LENGTH || this.#waiting >= MOST_WAITING) return [];
    this.#waiting++;
    try {
      const results = chosen(await this.#hits(query)).map((item) => toResult(query, item));
      // There may have been no answer.
      if (results.length > 0) this.#kept = { query, results, untilMs: nowMs() + KEPT_MS };
      return results;
    } finally {
      this.#waiting--;
    }
  }

  async #hits(query: string): Promise<readonly Item[]> {
    const { asking, home, patienceMs = PATIENCE_MS } = this.options;
    const over = new AbortController();
    const late = pause(patienceMs, undefined, { signal: over.signal }).catch(() => undefined);
    const request = { query, limit: MOST_RESULTS, ...(home?.startsWith('/') && { home }) };
    const answer = await Promise.race([asking.ask(request).catch(() => undefined), late]);
    over.abort();
    return answer && 'hits' in answer ? (answer.hits as unknown as readonly Item[]) : [];
  }
}

/** Of the same text one file. Files that lack words only where no file has all of them. */
function chosen(items: readonly Item[]): readonly Item[] {
  const single = items.filter((item) => !('copyOf' in item));
  const whole = single.filter(({ missing }) => missing === undefined);
  return whole.length > 0 ? whole : single;
}
