/**
 * Tells at once that something was mounted, unmounted or moved: a mount may live shorter than any pause between two
 * looks.
 */
import { closeSync, openSync } from 'node:fs';
import { epollUrgent, pollReadable, takeUrgent } from '../system/libc.js';

export interface MountEvents {
  /** Has the table changed since this was asked last? Whoever reads it now sees all changes until then. */
  take(): boolean;
  close(): void;
}

/**
 * Calls back after each change of the mount table from the second next turn of the event loop on; changes in quick
 * succession may be reported as one. Costs nothing meanwhile. Keeps the process alive until close(). Without /proc
 * nothing is told.
 * @see proc_pid_mountinfo(5): the kernel marks the file as urgent when it has changed.
 */
export function onMountChange(callback: () => void): MountEvents {
  const table = tryOpen('/proc/self/mountinfo');
  if (table === undefined) return { take: () => false, close: () => {} };
  const epoll = epollUrgent(table);
  let isTold = false;
  const poll = pollReadable(epoll, () => {
    isTold = true;
    // libuv calls outside of Node's own callback scope, where promises would not run.
    setImmediate(callback);
  });
  return {
    take: () => {
      const isChanged = takeUrgent(epoll) || isTold;
      isTold = false;
      return isChanged;
    },
    close: () => {
      poll.close();
      for (const fd of [epoll, table]) closeSync(fd);
    },
  };
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
