/**
 * One daemon per index: an SQLite lock held on a small file of its own. The kernel drops it when the holder ends, however
 * it ends, so there is no stale lock to clean up. The holder's facts stand beside it as JSON, for messages only.
 */
import { existsSync, lutimesSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError, systemCode } from '../errors.js';
import { readOwnJson, replaceFile } from '../own-file.js';
import { identifyProcess, isAlive } from '../process-identity.js';
import { isOnReadOnlyDisk, openPlain, toStoreError } from './open.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  readonly startedMs: number;
  /** With the number of the process tells it from any other; not there once it is about to end. */
  readonly startTicks?: number | undefined;
  /** Where it tells of itself: the environment of another command may name another place. */
  readonly runtimeDirectory?: string | undefined;
}

export interface Lock {
  /** The holder is alive; after it was killed, the next holder knows until when it lived (see lastHeldMs). */
  beat(): void;
  /** The holder is about to end: from now on isAtWork() says no. */
  leave(): void;
  release(): void;
}

export type LockName = 'daemon' | 'rebuild' | 'forget';

/** Somebody who only looks whether it is held holds it for a moment too. */
const PATIENCE_MS = 300;

/** @throws FindTextError FT_STORE_BUSY that names the holder. */
export function takeLock(dataDirectory: string, name: LockName, command: string, runtimeDirectory?: string): Lock {
  const db = tryLock(lockFile(dataDirectory, name), PATIENCE_MS);
  if (!db) throw busy(dataDirectory, name);
  const file = holderFile(dataDirectory, name);
  const holder: LockHolder = { pid: process.pid, command, startedMs: Date.now(), runtimeDirectory };
  const write = (given: LockHolder) => replaceFile(file, JSON.stringify(given));
  try {
    write({ ...holder, startTicks: identifyProcess(process.pid)?.startTicks });
  } catch (error) {
    db.close();
    throw toStoreError(`lock the index in ${dataDirectory}`, error);
  }
  return {
    beat: () => orNot(() => lutimesSync(file, new Date(), new Date())),
    leave: () => orNot(() => write(holder)),
    release: () => db.close(),
  };
}

/** Keeps daemons away for a while without being one: until when the last one kept the index current stays known. @throws as takeLock */
export function takeDaemonsPlace(dataDirectory: string, command: string): Lock {
  const lastMs = lastHeldMs(dataDirectory, 'daemon');
  const lock = takeLock(dataDirectory, 'daemon', command, daemonRuntimeDirectory(dataDirectory));
  const release = () => {
    lock.leave();
    orNot(() => lutimesSync(holderFile(dataDirectory, 'daemon'), new Date(), new Date(lastMs)));
    lock.release();
  };
  return { ...lock, release };
}

/** It only makes more exact what is said of the daemon; a disk that cannot be written is told by those who write. */
function orNot(write: () => void): void {
  try {
    write();
  } catch {}
}

/** Does the process that took the lock last still work? For who must neither write nor lose time: the lock is left alone. */
export function isAtWork(dataDirectory: string, name: LockName): boolean {
  const { pid, startTicks } = readHolder(dataDirectory, name);
  return startTicks !== undefined && isAlive({ pid, startTicks });
}

/** Where the daemon of this index tells of itself, or the last one did. */
export function daemonRuntimeDirectory(dataDirectory: string): string | undefined {
  const { runtimeDirectory } = readHolder(dataDirectory, 'daemon');
  return typeof runtimeDirectory === 'string' ? runtimeDirectory : undefined;
}

/** @returns who holds the lock now, or undefined when nobody does: on a disk that is read-only nobody can. */
export function lockHolder(dataDirectory: string, name: LockName): LockHolder | undefined {
  const file = lockFile(dataDirectory, name);
  if (!existsSync(file) || isOnReadOnlyDisk(file)) return undefined;
  const db = tryLock(file, 0);
  if (db) {
    db.close();
    return undefined;
  }
  return readHolder(dataDirectory, name);
}

/** When the last holder was known to be alive, in milliseconds since 1970; 0 when there was none. To be asked before `takeLock`. */
export function lastHeldMs(dataDirectory: string, name: LockName): number {
  return statSync(holderFile(dataDirectory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function tryLock(file: string, timeoutMs: number) {
  const db = openPlain(file, timeoutMs);
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (systemCode(error)?.startsWith('SQLITE_BUSY')) return undefined;
    throw toStoreError(`lock ${file}`, error);
  }
}

function busy(dataDirectory: string, name: string): FindTextError {
  const holder = readHolder(dataDirectory, name);
  return new FindTextError(
    'FT_STORE_BUSY',
    `lock the index in ${dataDirectory}: ${holder.command} (process ${holder.pid}) is already at work on it`,
    {
      hint:
        name === 'daemon'
          ? 'one daemon serves all folders: give it several, or stop the other one first'
          : 'wait until it is done',
    },
  );
}

function readHolder(dataDirectory: string, name: string): LockHolder {
  const nobody = { pid: 0, command: 'another process', startedMs: 0 };
  return { ...nobody, ...(readOwnJson(holderFile(dataDirectory, name)) as LockHolder | undefined) };
}

function lockFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.lock`);
}

function holderFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.json`);
}
