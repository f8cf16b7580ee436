/** What is known of the daemon of an index from outside of it: does it live, and what has it told beside the index? */
import { type Activity, readActivity } from '../activity.js';
import { isSameProcess, type ProcessIdentity } from '../process-identity.js';
import { type Life, type LockHolder, lastHeldMs, lifeOf, readHolder } from '../store/lock.js';
import { readTroubles, type Trouble } from '../troubles.js';

export interface DaemonFacts {
  /** Who keeps the index, or would; undefined when nobody does, or it is about to end. */
  readonly identity: ProcessIdentity | undefined;
  readonly life: Life | undefined;
  /** When the last one was known to live: told once a minute, by the clock on the wall. */
  readonly heldMs: number;
  /** Of this one; undefined where it cannot be read. */
  readonly activity: Activity | undefined;
  /** Of this one. */
  readonly troubles: readonly Trouble[];
}

/** Leaves its lock alone as long as its number tells that it lives, or that it does not. */
export function readDaemon(dataDirectory: string): DaemonFacts {
  const heldMs = lastHeldMs(dataDirectory, 'daemon');
  const holder = readHolder(dataDirectory, 'daemon');
  const life = readLife(dataDirectory, holder);
  const { pid, startTicks, runtimeDirectory } = holder;
  if (!life || startTicks === undefined)
    return { identity: undefined, life: undefined, heldMs, activity: undefined, troubles: [] };
  const identity = { pid, startTicks };
  const activity = runtimeDirectory === undefined ? undefined : readActivity(runtimeDirectory);
  const isIts = activity !== undefined && isSameProcess(activity.daemon, identity);
  const troubles = (runtimeDirectory && readTroubles(runtimeDirectory)) || readTroubles(dataDirectory) || [];
  return { identity, life, heldMs, activity: isIts ? activity : undefined, troubles };
}

/** A lock that cannot be looked at proves nothing. */
function readLife(dataDirectory: string, holder: LockHolder): Life | undefined {
  try {
    return lifeOf(dataDirectory, 'daemon', holder);
  } catch {
    return undefined;
  }
}
