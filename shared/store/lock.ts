/**
 * One daemon per index: an SQLite lock held on a small file of its own. The kernel drops it when the holder ends,
 * however it ends, so there is no stale lock to clean up. The holder's facts stand beside it as JSON, for messages
 * only.
 */
import { existsSync, lutimesSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError, orUndefined, systemCode } from '../errors.js';
import { replaceOrOverwrite } from '../own-file.js';
import { identifyProcess, isAlive, pidNamespace } from '../process-identity.js';
import { rereadOwnJson } from '../settled-file.js';
import { openPlain, toStoreError } from './open.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  readonly startedMs: number;
  /** With the number of the process tells it from any other; not there once it is about to end. */
  readonly startTicks?: number | undefined;
  /** In which the number is its. */
  readonly pidNamespace?: string | undefined;
  /** Where it reports of itself: the environment of another command may name another place. */
  readonly runtimeDirectory?: string | undefined;
  /** Of find-text. */
  readonly version?: string | undefined;
}

export interface Lock {
  /** The holder is alive; after it was killed, the next holder knows until when it lived (see lastHeldMs). */
  beat(): void;
  /** The holder is about to end: from now on it does not count as at work. */
  leave(): void;
  release(): void;
}

export type LockName = 'daemon' | 'rebuild' | 'forget';

/** Somebody who only looks whether it is held reads the file for a moment. */
const PATIENCE_MS = 300;

/** @throws FindTextError FT_STORE_BUSY that names the holder. */
export function takeLock(dataDirectory: string, name: LockName, command: string, runtimeDirectory?: string): Lock {
  const db = tryLock(lockFile(dataDirectory, name), PATIENCE_MS);
  if (!db) throw busy(dataDirectory, name);
  const file = holderFile(dataDirectory, name);
  const { pid } = process;
  const version = process.env.FIND_TEXT_VERSION;
  const here = { pid, pidNamespace: pidNamespace(), version };
  const holder: LockHolder = { ...here, command, startedMs: Date.now(), runtimeDirectory };
  const write = (given: LockHolder) => replaceOrOverwrite(file, JSON.stringify(given));
  try {
    write({ ...holder, startTicks: identifyProcess(process.pid)?.startTicks });
  } catch (error) {
    db.close();
    throw toStoreError(`lock the index in ${dataDirectory}`, error);
  }
  return {
    // It only makes more exact what is said of the daemon; a disk that cannot be written is told by those who write.
    beat: () => orUndefined(() => lutimesSync(file, new Date(), new Date())),
    leave: () => orUndefined(() => write(holder)),
    release: () => db.close(),
  };
}

/**
 * Keeps daemons away for a while without being one: until when the last one kept the index current stays known.
 * @throws as takeLock
 */
export function takeDaemonsPlace(dataDirectory: string, command: string): Lock {
  const lastMs = lastHeldMs(dataDirectory, 'daemon');
  const lock = takeLock(dataDirectory, 'daemon', command, readHolder(dataDirectory, 'daemon').runtimeDirectory);
  const release = () => {
    lock.leave();
    orUndefined(() => lutimesSync(holderFile(dataDirectory, 'daemon'), new Date(), new Date(lastMs)));
    lock.release();
  };
  return { ...lock, release };
}

/**
 * Its number can be looked for: `here`; or it works in another PID namespace, as seen from a container or from outside
 * of one.
 */
export type Life = 'here' | 'elsewhere';

/**
 * Does the process that took the lock last still work? Its number tells, and the lock is left alone; in another PID
 * namespace the number means nothing, and the lock tells.
 */
export function lifeOf(
  dataDirectory: string,
  name: LockName,
  holder: LockHolder = readHolder(dataDirectory, name),
): Life | undefined {
  const { pid, startTicks } = holder;
  if (startTicks === undefined) return undefined;
  if (isAlive({ pid, startTicks })) return 'here';
  return holder.pidNamespace !== pidNamespace() && isHeld(dataDirectory, name) ? 'elsewhere' : undefined;
}

/** @returns who holds the lock now, or undefined when nobody does. @throws FindTextError FT_STORE_… */
export function lockHolder(dataDirectory: string, name: LockName): LockHolder | undefined {
  return isHeld(dataDirectory, name) ? readHolder(dataDirectory, name) : undefined;
}

/** Reads only, which disturbs no other reader. */
function isHeld(dataDirectory: string, name: LockName): boolean {
  const file = lockFile(dataDirectory, name);
  if (!existsSync(file)) return false;
  const db = openPlain(file, 0, true);
  try {
    return !succeeds(file, () => db.prepare('SELECT count(*) FROM sqlite_schema').get());
  } finally {
    db.close();
  }
}

/**
 * When the last holder was known to be alive, in milliseconds since 1970; 0 when there was none. To be asked before
 * `takeLock`.
 */
export function lastHeldMs(dataDirectory: string, name: LockName): number {
  return statSync(holderFile(dataDirectory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function tryLock(file: string, timeoutMs: number) {
  const db = openPlain(file, timeoutMs);
  try {
    if (succeeds(file, () => db.exec('BEGIN EXCLUSIVE'))) return db;
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}

/** @returns false when somebody holds the lock that this needs. */
function succeeds(file: string, action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (systemCode(error)?.startsWith('SQLITE_BUSY')) return false;
    throw toStoreError(`lock ${file}`, error);
  }
}

function busy(dataDirectory: string, name: LockName): FindTextError {
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

/** Who took the lock last, as far as it has told. */
export function readHolder(dataDirectory: string, name: LockName): LockHolder {
  const told = (rereadOwnJson(holderFile(dataDirectory, name)) ?? {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return {
    pid: number(told.pid) ?? 0,
    command: text(told.command) ?? 'another process',
    startedMs: number(told.startedMs) ?? 0,
    startTicks: number(told.startTicks),
    pidNamespace: text(told.pidNamespace),
    runtimeDirectory: text(told.runtimeDirectory),
    version: text(told.version),
  };
}

export function lockFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.lock`);
}

function holderFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}.json`);
}
