/** Gives up root for good: no group, no saved id, no way back. Called by the plugin when its files are open. */
import { systemCode } from '../../../shared/errors.js';
import type { Owner } from '../log/open-slots.js';

/**
 * Does nothing for a process that is not root.
 * @returns false when this Node changes the user of no running process: one that runs with the system's libuv.
 * @throws when any of root is left.
 */
export function dropRoot({ uid, gid }: Owner): boolean {
  if (process.geteuid?.() !== 0) return true;
  if (uid === 0 || gid === 0) throw new Error('the plugin may not stay root: runAs names it');
  try {
    process.setgroups?.([]);
  } catch (error) {
    if (systemCode(error) === 'ERR_INVALID_STATE') return false;
    throw error;
  }
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (canBecomeRoot()) throw new Error('root could not be dropped');
  return true;
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return process.getuid?.() === 0 || process.getegid?.() === 0;
  }
}
