/** The limits of inotify, and what this user's programs have taken of them. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../../../shared/errors.js';
import type { Place } from '../place.js';

export interface InotifyFacts {
  readonly maxWatches: number;
  readonly maxInstances: number;
  readonly maxQueued: number;
  readonly usedInstances: number;
}

const PROCESS = /^\d+$/;

export function lookAtInotify({ proc, uid }: Place): InotifyFacts {
  const limit = (name: string) => Number(readFileSync(join(proc, 'sys/fs/inotify', name), 'utf8'));
  return {
    maxWatches: limit('max_user_watches'),
    maxInstances: limit('max_user_instances'),
    maxQueued: limit('max_queued_events'),
    usedInstances: instancesOf(uid, proc),
  };
}

function instancesOf(uid: number, proc: string): number {
  const processes = readdirSync(proc).filter((name) => PROCESS.test(name));
  const own = processes.filter((name) => orUndefined(() => statSync(join(proc, name)).uid) === uid);
  return own.reduce((sum, name) => sum + openInstances(join(proc, name, 'fd')), 0);
}

/** One that was handed on to a child is counted twice: the kernel does not tell. */
function openInstances(folder: string): number {
  const names = orUndefined(() => readdirSync(folder)) ?? [];
  return names.filter((name) => orUndefined(() => readlinkSync(join(folder, name))) === 'anon_inode:inotify').length;
}
