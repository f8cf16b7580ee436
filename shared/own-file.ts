/**
 * Files in find-text's own folders (own-folder.ts). A file is written beside its place and renamed. So a reader finds
 * the old content or the new, and nothing is written through a symlink in its place. A file is read only if it is a
 * plain file of this user or root.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { FindTextError, systemCode } from './errors.js';
import { cleanText } from './path-text.js';

const { O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const FOR_READING = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
const FOR_CHANGING = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
const FOR_MAKING = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
/** None of them comes near. */
const MAX_BYTES = 16 << 20;

/** @returns undefined when it is not there. @throws a system error, or an Error that says why it is not believed */
export function readOwnFile(file: string): string | undefined {
  const fd = tryOpen(file);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    const why = whyNotOwn(stat) ?? (stat.size > MAX_BYTES ? 'is too large' : undefined);
    if (why) throw notOwn(file, why);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/**
 * For reading piece by piece.
 * @throws FindTextError FT_STORE_FAILED when it is not a plain file of this user, or cannot be opened
 */
export function openOwnFile(file: string): number {
  requireOwnFile(file);
  try {
    return openSync(file, FOR_READING);
  } catch (error) {
    const hint = 'it must be readable by you: check its owner and mode';
    throw new FindTextError('FT_STORE_FAILED', cleanText((error as Error).message), { hint, cause: error });
  }
}

/** What is not there, cannot be understood or is not believed says nothing: undefined. */
export function readOwnJson(file: string): unknown {
  try {
    return JSON.parse(readOwnFile(file) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param isSafe  it is on the disk before it takes its place.
 * @throws a system error, or one that says what to remove: a folder
 */
export function replaceFile(file: string, text: string, isSafe = false): void {
  closeSync(replaceAndHold(file, text, isSafe));
}

/**
 * The same for what has to be written to later, though its folder is closed by then.
 * @returns a descriptor for writing, opened before the file took its place.
 */
export function replaceAndHold(file: string, text: string, isSafe = false): number {
  const fresh = `${file}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  let fd: number | undefined;
  try {
    fd = openSync(fresh, FOR_MAKING, 0o600);
    writeAll(fd, text);
    if (isSafe) fsyncSync(fd);
    renameSync(fresh, file);
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(fresh, { force: true });
    if (systemCode(error) === 'EISDIR') requireOwnFile(file);
    throw error;
  }
}

/**
 * The same for a file that says what goes on now: where the disk has no room for another one, what stands there is
 * overwritten. A reader at that moment may find nothing that makes sense.
 * @throws a system error
 */
export function replaceOrOverwrite(file: string, text: string): void {
  try {
    replaceFile(file, text);
  } catch (error) {
    if (!/^(ENOSPC|EDQUOT)$/.test(systemCode(error) ?? '')) throw error;
    overwrite(file, text, error);
  }
}

/** Whatever stands there but a folder. @throws FindTextError FT_STORE_FAILED for a folder, and a system error */
export function removeOwnFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory()) requireOwnFile(file);
    throw error;
  }
}

/**
 * For what opens files by itself and follows symlinks: SQLite.
 * @throws FindTextError FT_STORE_FAILED when it is not a plain file of this user
 */
export function requireOwnFile(file: string): void {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  const why = stat && whyNotOwn(stat);
  if (why) throw notOwn(file, why);
}

function tryOpen(file: string, flags = FOR_READING): number | undefined {
  try {
    return openSync(file, flags);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw systemCode(error) === 'ELOOP' ? notOwn(file, 'is a symlink') : error;
  }
}

/** The blocks that it has are kept. @throws `noRoom` where there is no plain file of this user */
function overwrite(file: string, text: string, noRoom: unknown): void {
  const fd = tryOpen(file, FOR_CHANGING);
  if (fd === undefined) throw noRoom;
  try {
    if (whyNotOwn(fstatSync(fd))) throw noRoom;
    ftruncateSync(fd, writeAll(fd, text));
  } finally {
    closeSync(fd);
  }
}

/** @returns the number of bytes. */
function writeAll(fd: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  return bytes.length;
}

function whyNotOwn(stat: Stats): string | undefined {
  if (stat.isSymbolicLink()) return 'is a symlink';
  if (!stat.isFile()) return 'is not a plain file';
  return stat.uid === process.geteuid?.() || stat.uid === 0 ? undefined : 'belongs to another user';
}

function notOwn(file: string, why: string): FindTextError {
  const hint = 'find-text writes plain files only: somebody else has put it there; remove it';
  return new FindTextError('FT_STORE_FAILED', cleanText(`open ${file}: it ${why}`), { hint });
}
