/** Does a daemon keep the index current? Told without touching its lock. Asked by find-text and `find-textd status`. */
import { type Activity, machineMs } from '../activity.js';
import { type Freshness, lastKeptMs } from '../freshness.js';
import { isAlive, isStopped } from '../process-identity.js';
import { isAtWork, lastHeldMs } from './lock.js';

/** Times are milliseconds since 1970: until then one did, 0 if not known. */
export type Keeping =
  | { readonly kind: 'kept' }
  /** One would, but its process is stopped, or has given no sign of life for long. */
  | { readonly kind: 'silent'; readonly untilMs: number; readonly pid: number; readonly isStopped: boolean }
  /** A daemon has taken the index and not begun to compare it with the disk: what changed since is not even known as a gap. */
  | { readonly kind: 'starting'; readonly untilMs: number }
  | { readonly kind: 'ended'; readonly untilMs: number };

/** It tells of its activity once a minute. After a sleep of the machine that may be a minute late. */
const SILENT_MS = 150_000;

export function readKeeping(
  { keeper, savedMs }: Freshness,
  dataDirectory: string,
  activity: Activity | undefined,
  nowMs: number,
): Keeping {
  const lastMs = () => lastKeptMs(savedMs, lastHeldMs(dataDirectory, 'daemon'), nowMs);
  if (keeper && isAlive(keeper)) {
    const { pid } = keeper;
    const silentMs = activity && machineMs() - activity.atMs;
    const untilMs = silentMs === undefined ? lastMs() : nowMs - silentMs;
    if (isStopped(keeper)) return { kind: 'silent', pid, untilMs, isStopped: true };
    return (silentMs ?? 0) > SILENT_MS ? { kind: 'silent', pid, untilMs, isStopped: false } : { kind: 'kept' };
  }
  if (isAtWork(dataDirectory, 'daemon')) return { kind: 'starting', untilMs: lastKeptMs(savedMs, 0, nowMs) };
  return { kind: 'ended', untilMs: lastMs() };
}
