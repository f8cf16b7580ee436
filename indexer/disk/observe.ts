/** What the disk says about one path, without ever opening it. Paths are bytes. */
import {
  access,
  accessSync,
  closeSync,
  constants,
  lstat,
  lstatSync,
  opendir,
  openSync,
  realpath,
  realpathSync,
  type Stats,
} from 'node:fs';
import { systemCode } from '../../shared/errors.js';
import { joinPath, toBytes } from '../../shared/paths.js';
import type { FileStat } from '../../shared/types.js';
import { VolumeSilent } from './hanging-volumes.js';
import { look, mayHang } from './looks.js';
import { SlowDisk } from './slow-disk.js';

export interface ObservedFile {
  readonly kind: 'file';
  readonly stat: FileStat;
  /** When the inode was made; 0 where the file system does not tell. */
  readonly bornMs: number;
  /** How many names the inode has. */
  readonly names: number;
}

export type Observed =
  | ObservedFile
  | { readonly kind: 'directory'; readonly stat: FileStat }
  /** A symlink, FIFO, socket or device: never opened, never indexed. */
  | { readonly kind: 'other' }
  | { readonly kind: 'gone' }
  /** Its volume does not answer: nothing is known, and all is compared when it does. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreadable'; readonly code: 'FT_READ_DENIED' | 'FT_READ_FAILED'; readonly message: string };

export function observe(path: Uint8Array): Promise<Observed> {
  const ask = () =>
    new Promise<Observed>((resolve) => {
      lstat(toBytes(path), (error, stats) => resolve(error ? toTrouble(error) : toObserved(stats)));
    });
  return nowOrLater(
    path,
    () => observeNow(path),
    () => orSilent(look(path, ask), { kind: 'silent' }),
  );
}

/** As `observe`, without a promise; undefined where that would wait for another thread. */
export function observeAtOnce(path: Uint8Array): Observed | undefined {
  return nowIfQuick(path, () => observeNow(path));
}

const slowDisk = new SlowDisk();

async function nowOrLater<T extends object | string | boolean>(
  path: Uint8Array,
  now: () => T,
  later: () => Promise<T>,
): Promise<T> {
  return nowIfQuick(path, now) ?? later();
}

/**
 * Most inodes that are looked at are in the kernel's memory: then a look in this thread is a fifth of the cost of one
 * in another. After one for which the disk was slow, and where a look may hang, others wait in theirs.
 */
function nowIfQuick<T extends object | string | boolean>(path: Uint8Array, now: () => T): T | undefined {
  const startMs = performance.now();
  if (slowDisk.isSlow(startMs) || mayHang(path)) return undefined;
  const result = now();
  slowDisk.note(startMs, performance.now());
  return result;
}

function observeNow(path: Uint8Array): Observed {
  try {
    return toObserved(lstatSync(toBytes(path)));
  } catch (error) {
    return toTrouble(error as Error);
  }
}

/** Which folder a path leads to: another text, another folder, or none. undefined: that cannot be known now. */
export async function identifyFolder(path: Uint8Array): Promise<string | undefined> {
  const observed = mayHang(path) ? await observe(path) : observeNow(path);
  if (observed.kind === 'silent') return undefined;
  return observed.kind === 'directory' ? `${observed.stat.dev} ${observed.stat.ino}` : observed.kind;
}

/**
 * To be asked before looks that block the event loop: false when the volume does not answer. Costs a local path
 * nothing.
 * @param prepare  what is to be done before; rejects with VolumeSilent.
 */
export async function mayLook(path: Uint8Array, prepare?: (path: Uint8Array) => Promise<void>): Promise<boolean> {
  if (!mayHang(path)) return true;
  if ((await observe(path)).kind === 'silent') return false;
  return prepare
    ? await orSilent(
        prepare(path).then(() => true),
        false,
      )
    : true;
}

/**
 * Whether a path leads through real folders only. `elsewhere`: a symlink stands on the way, or nothing is there; what
 * lies behind it is found by its own path, or not at all. `closed`: a folder on the way may not be entered now.
 * `silent`: its volume does not answer.
 */
export type Way = 'real' | 'elsewhere' | 'closed' | 'silent';

export function wayTo(directory: Uint8Array): Promise<Way> {
  const path = toBytes(directory);
  const ask = () =>
    new Promise<Way>((resolve) => {
      realpath.native(path, { encoding: 'buffer' }, (error, real) => {
        if (error) resolve(isDenied(error) ? 'closed' : 'elsewhere');
        else resolve(path.equals(real) ? 'real' : 'elsewhere');
      });
    });
  return nowOrLater(
    path,
    () => wayNow(path),
    () => orSilent(look(path, ask), 'silent'),
  );
}

function wayNow(path: Buffer): Way {
  try {
    return path.equals(realpathSync.native(path, { encoding: 'buffer' })) ? 'real' : 'elsewhere';
  } catch (error) {
    return isDenied(error as Error) ? 'closed' : 'elsewhere';
  }
}

async function orSilent<Result, Silence>(answer: Promise<Result>, silence: Silence): Promise<Result | Silence> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof VolumeSilent) return silence;
    throw error;
  }
}

/** False when its content cannot be listed or looked at by this user. */
export async function isOpenFolder(directory: Uint8Array): Promise<boolean> {
  const inside = await observe(joinPath(directory, Buffer.from('.')));
  if (inside.kind === 'unreadable') return false;
  const ask = () =>
    new Promise<boolean>((resolve) => {
      opendir(toBytes(directory), (error, opened) => {
        if (error) resolve(false);
        else opened.read((failed) => opened.close(() => resolve(failed === null)));
      });
    });
  return nowOrLater(
    directory,
    () => isListedNow(directory),
    () => orSilent(look(directory, ask), false),
  );
}

function isListedNow(directory: Uint8Array): boolean {
  try {
    closeSync(openSync(toBytes(directory), constants.O_RDONLY | constants.O_DIRECTORY));
    return true;
  } catch {
    return false;
  }
}

export function toFileStat(stats: Stats): FileStat {
  const { dev, ino, size, mtimeMs, ctimeMs, birthtimeMs } = stats;
  return { dev, ino, size, mtimeMs, ctimeMs, birthtimeMs };
}

/**
 * ENAMETOOLONG: a path longer than PATH_MAX cannot be reached by its name, so nothing can be indexed under it. ELOOP: a
 * symlink that leads to itself stands on the way, where a folder was.
 */
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

/** Does this error mean that this user may not? */
export function isDenied(error: unknown): boolean {
  return /^(EACCES|EPERM)$/.test(systemCode(error) ?? '');
}

/** May this user read the file now? */
export function isOpenFile(path: Uint8Array): Promise<boolean> {
  const ask = () =>
    new Promise<boolean>((resolve) => access(toBytes(path), constants.R_OK, (error) => resolve(error === null)));
  return nowOrLater(
    path,
    () => isOpenNow(path),
    () => orSilent(look(path, ask), false),
  );
}

function isOpenNow(path: Uint8Array): boolean {
  try {
    accessSync(toBytes(path), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Does this error of a look at a path mean that nothing is there? */
export function isGone(error: unknown): boolean {
  return GONE.has(systemCode(error) ?? '');
}

function toTrouble(error: Error): Observed {
  if (isGone(error)) return { kind: 'gone' };
  return { kind: 'unreadable', code: isDenied(error) ? 'FT_READ_DENIED' : 'FT_READ_FAILED', message: error.message };
}

function toObserved(stats: Stats): Observed {
  if (stats.isFile()) return { kind: 'file', stat: toFileStat(stats), bornMs: stats.birthtimeMs, names: stats.nlink };
  if (stats.isDirectory()) return { kind: 'directory', stat: toFileStat(stats) };
  return { kind: 'other' };
}

/** May this user read the file, or list the folder, that was observed there? */
export async function isOpenAt(path: Uint8Array, { kind }: Observed): Promise<boolean> {
  if (kind === 'file') return isOpenFile(path);
  return kind === 'directory' && isOpenFolder(path);
}
