/** Does a daemon keep the index current? Told without touching its lock. Asked by find-text and `find-textd status`. */
import { type Freshness, lastKeptMs } from '../freshness.js';
import { isAlive, isStopped } from '../process-identity.js';
import { isAtWork, lastHeldMs } from './lock.js';

/** Times are milliseconds since 1970: until then one did, 0 if not known. */
export type Keeping =
  | { readonly kind: 'kept' }
  /** One would, but its process is stopped. */
  | { readonly kind: 'stopped'; readonly untilMs: number; readonly pid: number }
  /** A daemon has taken the index and not begun to compare it with the disk: what changed since is not even known as a gap. */
  | { readonly kind: 'starting'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly untilMs: number };

export function readKeeping({ keeper, savedMs }: Freshness, dataDirectory: string, nowMs: number): Keeping {
  if (keeper && isAlive(keeper)) {
    if (!isStopped(keeper)) return { kind: 'kept' };
    return {
      kind: 'stopped',
      pid: keeper.pid,
      untilMs: lastKeptMs(savedMs, lastHeldMs(dataDirectory, 'daemon'), nowMs),
    };
  }
  if (isAtWork(dataDirectory, 'daemon')) return { kind: 'starting', untilMs: lastKeptMs(savedMs, 0, nowMs) };
  return { kind: 'ended', untilMs: lastKeptMs(savedMs, lastHeldMs(dataDirectory, 'daemon'), nowMs) };
}
