/**
 * When a child has ended: its output is read, or what it has left behind holds that open. Node's `close` alone may never
 * come: a daemon that the child has started inherits its output.
 */
import type { ChildProcess } from 'node:child_process';

export interface ChildEnd {
  /** Null: it was ended by a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** For what has left its group and is about to end, too. */
const PATIENCE_MS = 1_000;

/** Never settles for a child that could not be started: that is an `error`. */
export function childEnd(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('exit', (status, signal) => {
      const end = () => {
        clearTimeout(enough);
        resolve({ status, signal });
      };
      // What is left in a pipe, 64 KiB at the most, is read in the turn of the loop before an immediate.
      const enough = setTimeout(() => setImmediate(end), PATIENCE_MS);
      child.once('close', end);
    });
  });
}
