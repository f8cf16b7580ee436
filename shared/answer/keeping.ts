/** Does a daemon keep the index current? */
import { machineMs } from '../activity.js';
import { type Freshness, lastKeptMs } from '../freshness.js';
import { isSameProcess, lookAtProcess, type ProcessIdentity } from '../process-identity.js';
import type { Life } from '../store/lock.js';
import type { DaemonFacts } from './daemon.js';

/** Times are milliseconds since 1970: until then one did, 0 if not known. */
export type Keeping =
  | { readonly kind: 'kept' }
  /** One would, but its process is stopped, or has given no sign of life for long: from elsewhere these look alike. */
  | {
      readonly kind: 'silent';
      readonly untilMs: number;
      readonly pid: number;
      readonly isStopped: boolean;
      readonly life: Life;
    }
  /**
   * A daemon has taken the index and not begun to compare it with the disk: what changed since is not even known as a
   * gap.
   */
  | { readonly kind: 'starting'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly untilMs: number };

/**
 * It reports its activity once a minute, and renews its lock as often. After a sleep of the machine that may be a
 * minute late.
 */
const SILENT_MS = 150_000;

export function readKeeping({ keeper, savedMs }: Freshness, daemon: DaemonFacts, nowMs: number): Keeping {
  const lastMs = lastKeptMs(savedMs, daemon.heldMs, nowMs);
  const seen = keeper ? lookAtProcess(keeper) : 'gone';
  const life = keeper && (seen === 'gone' ? lifeByLock(keeper, daemon) : 'here');
  if (!life) {
    if (daemon.life) return { kind: 'starting', untilMs: lastKeptMs(savedMs, 0, nowMs) };
    return { kind: 'ended', untilMs: lastMs };
  }
  const { pid } = keeper;
  const silentMs = silenceMs(daemon, life, nowMs);
  const untilMs = silentMs === undefined ? lastMs : nowMs - silentMs;
  if (seen === 'stopped') return { kind: 'silent', pid, untilMs, isStopped: true, life };
  return (silentMs ?? 0) > SILENT_MS ? { kind: 'silent', pid, untilMs, isStopped: false, life } : { kind: 'kept' };
}

/** The ledger in the index may name an earlier daemon than the one that holds the lock now. */
function lifeByLock(keeper: ProcessIdentity, { identity, life }: DaemonFacts): Life | undefined {
  return identity && isSameProcess(keeper, identity) ? life : undefined;
}

/**
 * By the clock that nobody sets. Where the runtime folder is not seen, by the lock's, which may be wrong for a minute.
 */
function silenceMs({ activity, heldMs }: DaemonFacts, life: Life, nowMs: number): number | undefined {
  const silentMs = activity && machineMs() - activity.atMs;
  if (silentMs !== undefined && silentMs >= 0) return silentMs;
  return life === 'elsewhere' ? Math.max(0, nowMs - heldMs) : undefined;
}
