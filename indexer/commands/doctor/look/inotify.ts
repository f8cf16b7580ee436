/** The limits of inotify, and what this user's programs have taken of them. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../../../shared/errors.js';
import type { Place } from '../place.js';
import { openedBy, processes } from './processes.js';

export interface InotifyFacts {
  readonly maxWatches: number;
  readonly maxInstances: number;
  readonly maxQueued: number;
  readonly usedInstances: number;
}

export function lookAtInotify({ proc, uid }: Place): InotifyFacts {
  const limit = (name: string) => Number(readFileSync(join(proc, 'sys/fs/inotify', name), 'utf8'));
  return {
    maxWatches: limit('max_user_watches'),
    maxInstances: limit('max_user_instances'),
    maxQueued: limit('max_queued_events'),
    usedInstances: instancesOf(uid, proc),
  };
}

/** One that was handed on to a child is counted twice: the kernel does not tell. */
function instancesOf(uid: number, proc: string): number {
  const own = processes(proc).filter((pid) => orUndefined(() => statSync(join(proc, String(pid))).uid) === uid);
  return own.flatMap((pid) => openedBy(pid, proc)).filter((path) => path === 'anon_inode:inotify').length;
}
