/**
 * What the torture run does to the machine itself, as root: the queue limit of inotify, a small disk, signals to processes.
 * Everything is undone by `restoreMachine`, which the entry calls however the run ends.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { processFields } from '../../shared/process-identity.js';
import { MachineLock } from '../helpers/machine-lock.js';
import { NOBODY } from '../helpers/nobody.js';

export const isRoot = process.getuid?.() === 0;

export type User = typeof NOBODY | undefined;

/**
 * Who owns the tree and runs the programs, so that permissions matter; undefined: who runs the harness.
 * @param program  that the owner must be able to run: a checkout below /root is closed to others.
 */
export function ownerFor(source: 'inotify' | 'audit', program: string): User {
  return isRoot && source === 'inotify' && canRead(program) ? NOBODY : undefined;
}

/** As who owns the index: find-text believes no index of somebody else. */
export function asUser<Result>(user: User, action: () => Result): Result {
  if (!user) return action();
  process.setegid?.(user.gid);
  process.seteuid?.(user.uid);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

function canRead(file: string): boolean {
  const code = `require('node:fs').accessSync(${JSON.stringify(file)})`;
  return spawnSync(process.execPath, ['-e', code], { stdio: 'ignore', cwd: '/', ...NOBODY }).status === 0;
}

const QUEUE_LIMIT = '/proc/sys/fs/inotify/max_queued_events';
const queueLimit = new MachineLock<string>('/tmp/find-text-inotify', (before) => writeFileSync(QUEUE_LIMIT, before));
const repairs = new Map<string, () => unknown>();

export async function restoreMachine(): Promise<void> {
  for (const [what, repair] of [...repairs].reverse()) {
    repairs.delete(what);
    await repair();
  }
}

export function restoreLater(what: string, repair: () => unknown): void {
  repairs.set(what, repair);
}

/** The kernel reads the limit when a program opens its inotify instance: it is lowered for that moment only. */
export async function withQueueLimit(events: number, start: () => number, isOpen: (pid: number) => boolean) {
  await queueLimit.take();
  repairs.set('queue limit', () => queueLimit.release());
  try {
    queueLimit.note(readFileSync(QUEUE_LIMIT, 'utf8'));
    writeFileSync(QUEUE_LIMIT, String(events));
    const pid = start();
    for (let tries = 0; tries < 500 && !isOpen(pid); tries++) await pause(10);
  } finally {
    queueLimit.release();
    repairs.delete('queue limit');
  }
}

/** True as soon as the process has an inotify instance, or is no more. */
export function hasInotify(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => tryReadLink(join(folder, fd)).includes('inotify'));
  } catch {
    return true;
  }
}

function tryReadLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Of the fields behind the name of the program, in `/proc/PID/stat`. */
const PARENT = 1;

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => Number(processFields(each)?.[PARENT]) === pid);
}

/** False when it has ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

export function mountDisk(folder: string, megabytes: number, user: User): void {
  const owner = user ? `,uid=${user.uid},gid=${user.gid}` : '';
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700${owner}`, 'tmpfs', folder]);
  repairs.set(folder, () => execFileSync('umount', ['-l', folder]));
}

/** Takes all the room that is left. @returns what gives it back. */
export function fillDisk(folder: string): () => void {
  const file = join(folder, 'filler');
  const fd = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 1 << 12]) writeUntilFull(fd, Buffer.alloc(size));
  } finally {
    closeSync(fd);
  }
  return () => rmSync(file);
}

function writeUntilFull(fd: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(fd, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** A signal that would end this process undoes first what the run has done. @param end  ends what it has started. */
export function undoAtSignals(end: (name: NodeJS.Signals) => unknown): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, async () => {
      await Promise.resolve(end(name)).finally(restoreMachine);
      process.exit(130);
    });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
