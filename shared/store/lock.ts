/**
 * One daemon per index: an SQLite lock held on a small file of its own. The kernel drops it when the holder ends, however
 * it ends, so there is no stale lock to clean up. The holder's facts stand beside it as JSON, for messages only.
 */
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError, systemCode } from '../errors.js';
import { isOnReadOnlyDisk, openPlain, toStoreError } from './open.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  readonly startedMs: number;
}

export interface Lock {
  /** The holder is alive; whoever comes after it is killed knows until when (see lastHeldMs). */
  beat(): void;
  release(): void;
}

/** Somebody who only looks whether it is held holds it for a moment too. */
const PATIENCE_MS = 300;

/** @throws FindTextError FT_STORE_BUSY that names the holder. */
export function takeLock(dataDirectory: string, name: 'daemon' | 'rebuild', command: string): Lock {
  const db = tryLock(lockFile(dataDirectory, name), PATIENCE_MS);
  if (!db) throw busy(dataDirectory, name);
  const holder: LockHolder = { pid: process.pid, command, startedMs: Date.now() };
  try {
    writeFileSync(holderFile(dataDirectory, name), JSON.stringify(holder), { mode: 0o600 });
  } catch (error) {
    db.close();
    throw toStoreError(`lock the index in ${dataDirectory}`, error);
  }
  const beat = () => {
    const now = new Date();
    try {
      utimesSync(holderFile(dataDirectory, name), now, now);
    } catch {
      // It only makes "since when" more exact; a disk that cannot be written is told by those who write.
    }
  };
  return { beat, release: () => db.close() };
}

/** @returns who holds the lock now, or undefined when nobody does: on a disk that is read-only nobody can. */
export function lockHolder(dataDirectory: string, name: 'daemon' | 'rebuild'): LockHolder | undefined {
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
export function lastHeldMs(dataDirectory: string, name: 'daemon' | 'rebuild'): number {
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
  try {
    return JSON.parse(readFileSync(holderFile(dataDirectory, name), 'utf8')) as LockHolder;
  } catch {
    return { pid: 0, command: 'another process', startedMs: 0 };
  }
}

function lockFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.lock`);
}

function holderFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.json`);
}
