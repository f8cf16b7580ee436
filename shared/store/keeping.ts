/** Does a daemon keep the index current? Told without touching its lock. Asked by find-text and `find-textd status`. */
import { type Freshness, lastKeptMs } from '../freshness.js';
import { isAlive } from '../process-identity.js';
import { isAtWork, lastHeldMs } from './lock.js';

/** Times are milliseconds since 1970: until then one did, 0 if not known. */
export type Keeping =
  | { readonly kind: 'kept' }
  /** A daemon has taken the index and not begun to compare it with the disk: what changed since is not even known as a gap. */
  | { readonly kind: 'starting'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly untilMs: number };

export function readKeeping({ keeper, savedMs }: Freshness, dataDirectory: string, nowMs: number): Keeping {
  if (keeper && isAlive(keeper)) return { kind: 'kept' };
  if (isAtWork(dataDirectory, 'daemon')) return { kind: 'starting', untilMs: lastKeptMs(savedMs, 0, nowMs) };
  return { kind: 'ended', untilMs: lastKeptMs(savedMs, lastHeldMs(dataDirectory, 'daemon'), nowMs) };
}
