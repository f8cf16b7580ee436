/**
 * The gaps that were closed last, and how many there ever were. Who looks now and then misses none that was open only
 * for a moment. Kept in the index (meta key `closedGaps`), written together with the ledger that has closed them.
 */
import { encodeGap, type Gap, parseGaps } from './freshness.js';

export const CLOSED_GAPS_KEY = 'closedGaps';

export interface ClosedGaps {
  readonly count: number;
  /** The last ones, the oldest first. */
  readonly last: readonly Gap[];
}

const MAX_KEPT = 64;

export function withClosed({ count, last }: ClosedGaps, gaps: readonly Gap[]): ClosedGaps {
  return { count: count + gaps.length, last: [...last, ...gaps].slice(-MAX_KEPT) };
}

/** Those that were closed since there were so many. */
export function closedSince({ count, last }: ClosedGaps, before: number): readonly Gap[] {
  return last.slice(Math.max(0, last.length - (count - before)));
}

/** JSON. */
export function encodeClosed({ count, last }: ClosedGaps): unknown {
  return { count, last: last.map(encodeGap) };
}

export function parseClosed(value: unknown): ClosedGaps {
  const { count, last } = (value ?? {}) as Record<string, unknown>;
  return { count: typeof count === 'number' ? count : 0, last: parseGaps(last) };
}
