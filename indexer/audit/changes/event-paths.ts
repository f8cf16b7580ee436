/**
 * Which path a name of an event stands for, if its records determine one. A wrong path is worse than none, so null is
 * the answer to every doubt:
 * - a name relative to a directory descriptor, to an unknown or to a deleted working directory;
 * - `..` behind a part that may be a symlink. Directly behind the working directory it is safe: the kernel renders that
 *   one without symlinks;
 * - a name that is looked up through a process (/proc/self/fd/5, /dev/stdout).
 */

/** What the names of an event are relative to. */
export interface NameBase {
  /** The working directory, when relative names may be joined with it. */
  readonly directory: Buffer | null;
  /** False when absolute names, too, are looked up somewhere else (openat2 with RESOLVE_IN_ROOT). */
  readonly isRooted: boolean;
}

const SLASH = 0x2f;
const DOT = 0x2e;
/** The kernel gives names of at most 4096 bytes. */
const LONGEST_NAME = 8 * 1024;
const scratch = Buffer.alloc(2 * LONGEST_NAME + 1);

const DELETED = Buffer.from(' (deleted)');
const PROC = Buffer.from('/proc');
const DEV = Buffer.from('/dev');
const PROCESS_DEVICES = /^\/dev\/(?:fd|stdin|stdout|stderr)(?:\/|$)/;

/** For names that are relative to a directory the records do not tell. */
export const ROOT_ONLY: NameBase = { directory: null, isRooted: true };
/** For an event none of whose names can be trusted. */
export const NO_BASE: NameBase = { directory: null, isRooted: false };

/** For names relative to the working directory, unless it is `<too_long>` or was deleted: `/a/b (deleted)`. */
export function workingBase(cwd: Buffer | null): NameBase {
  if (cwd === null || cwd[0] !== SLASH || cwd.length > LONGEST_NAME) return ROOT_ONLY;
  const tail = cwd.length - DELETED.length;
  return tail >= 0 && DELETED.equals(cwd.subarray(tail)) ? ROOT_ONLY : { directory: cwd, isRooted: true };
}

/** 'f' in '/w' → '/w/f'; '../f' in '/w/d' → '/w/f'; '/w//d/./f' → '/w/d/f'; '/w/d/../f' → null. */
export function pathOf(name: Buffer | null, base: NameBase): Buffer | null {
  if (name === null || name.length === 0 || name.length > LONGEST_NAME) return null;
  const isAbsolute = name[0] === SLASH;
  if ((isAbsolute ? !base.isRooted : base.directory === null) || name.includes(0)) return null;
  const length = join(isAbsolute ? null : base.directory, name);
  if (length < 0) return null;
  const path = copyOf(scratch, 0, length);
  return isOfProcess(path) ? null : path;
}

/** Writes the joined and cleaned path into `scratch`; returns its length, or -1 where `..` is not safe. */
function join(directory: Buffer | null, name: Buffer): number {
  let length = directory === null || directory.length === 1 ? 0 : directory.copy(scratch);
  let partsOfName = 0;
  for (let from = 0; from < name.length; ) {
    const to = endOfPart(name, from);
    if (isDots(name, from, to, 2)) {
      if (partsOfName > 0) return -1;
      length = length === 0 ? 0 : scratch.lastIndexOf(SLASH, length - 1);
    } else if (to > from && !isDots(name, from, to, 1)) {
      scratch[length++] = SLASH;
      for (let at = from; at < to; at++) scratch[length++] = name[at] as number;
      partsOfName++;
    }
    from = to + 1;
  }
  if (length === 0) scratch[length++] = SLASH;
  return length;
}

function endOfPart(name: Buffer, from: number): number {
  let at = from;
  while (at < name.length && name[at] !== SLASH) at++;
  return at;
}

function isDots(name: Buffer, from: number, to: number, count: 1 | 2): boolean {
  return to - from === count && name[from] === DOT && name[to - 1] === DOT;
}

/** True for a name that is looked up through a process, and so stands for whatever that process has open there. */
export function isOfProcess(path: Buffer): boolean {
  if (startsWith(path, PROC)) return path.length === PROC.length || path[PROC.length] === SLASH;
  return startsWith(path, DEV) && PROCESS_DEVICES.test(path.toString('latin1', 0, 16));
}

/** For short prefixes, for which a call of `compare` costs more. */
export function startsWith(path: Buffer, prefix: Buffer): boolean {
  if (path.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (path[at] !== prefix[at]) return false;
  return true;
}

/** 'sub/f' → 'f', 'd/' → 'd', a copy; null for '/', '.', '..' and no name. */
export function lastPart(name: Buffer | null): Buffer | null {
  if (name === null) return null;
  const end = withoutTrailingSlashes(name);
  const from = end === 0 ? 0 : name.lastIndexOf(SLASH, end - 1) + 1;
  if (from === end || isDots(name, from, end, 1) || isDots(name, from, end, 2)) return null;
  return copyOf(name, from, end);
}

/** For short pieces, for which a call of `subarray` or `copy` costs more. */
function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafe(to - from);
  for (let i = 0, at = from; at < to; i++, at++) copy[i] = bytes[at] as number;
  return copy;
}

/**
 * What the kernel puts in the PARENT record of a name is up to its last slash: how long that is; 0 for the working
 * directory.
 */
export function parentLength(name: Buffer): number {
  let end = withoutTrailingSlashes(name);
  while (end > 0 && name[end - 1] !== SLASH) end--;
  return end;
}

/** True when one of the names between the slashes of `path` is `part`. */
export function hasPart(path: Buffer, part: Buffer): boolean {
  for (let from = 0; from < path.length; ) {
    const to = endOfPart(path, from);
    if (part.equals(path.subarray(from, to))) return true;
    from = to + 1;
  }
  return false;
}

function withoutTrailingSlashes(name: Buffer): number {
  let end = name.length;
  while (end > 0 && name[end - 1] === SLASH) end--;
  return end;
}
