/** Does a daemon keep the index current? What `find-textd status` and `find-textd why` say of it. */
import type { Keeping } from '../../shared/answer/keeping.js';
import type { DaemonState } from '../../shared/daemon-state.js';
import type { Life, LockHolder } from '../../shared/store/lock.js';

export interface DaemonStatus {
  readonly isRunning: boolean;
  readonly pid?: number;
  readonly startedMs?: number;
  /** It has taken the index and not begun to compare it with the disk. */
  readonly isStarting?: boolean;
  /**
   * Its number is that of another PID namespace: status runs in a container and the daemon does not, or the other way
   * round.
   */
  readonly isElsewhere?: boolean;
  /** It was stopped, by Ctrl-Z or SIGSTOP, and not told to go on; or it has given no sign of life for minutes. */
  readonly silence?: 'stopped' | 'hanging';
}

export function daemonStatus(
  holder: LockHolder | undefined,
  life: Life | undefined,
  keeping: Keeping | undefined,
): DaemonStatus {
  if (!holder) return { isRunning: false };
  const { pid, startedMs } = holder;
  return {
    isRunning: true,
    pid,
    startedMs: Math.min(startedMs, Date.now()),
    ...(life === 'elsewhere' && { isElsewhere: true }),
    ...(keeping?.kind === 'starting' && { isStarting: true }),
    ...(keeping?.kind === 'silent' && { silence: keeping.isStopped ? 'stopped' : 'hanging' }),
  };
}

export function daemonText(daemon: DaemonStatus, state: DaemonState | undefined): string {
  if (!daemon.isRunning) return 'not running: changes are not seen; start it with `find-textd run`';
  const where = daemon.isElsewhere ? ' of another PID namespace' : '';
  if (daemon.silence === 'stopped')
    return `stopped: changes are not seen; let it go on with \`kill -CONT ${daemon.pid}\``;
  if (daemon.silence === 'hanging')
    return `hanging, without a sign of life for minutes: changes are not seen; \`kill ${daemon.pid}\` it${where && ` (a process${where})`}, with -KILL if it stays, and start it again`;
  return `running (process ${daemon.pid}${where}), changes from ${(!daemon.isStarting && state?.source) || 'nowhere yet'}`;
}
