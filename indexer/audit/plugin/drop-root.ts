/** Gives up root for good: no group, no saved id, no way back. Called by the plugin when its files are open. */
import type { Owner } from '../log/open-slots.js';

/** Does nothing for a process that is not root. @throws when any of root is left. */
export function dropRoot({ uid, gid }: Owner): void {
  if (process.geteuid?.() !== 0) return;
  if (uid === 0 || gid === 0) throw new Error('the plugin may not stay root: runAs names it');
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (canBecomeRoot()) throw new Error('root could not be dropped');
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return process.getuid?.() === 0 || process.getegid?.() === 0;
  }
}
