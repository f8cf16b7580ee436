/**
 * Logs that may grow and do nothing else. What is known of one are the digests of its 4 MiB pieces. A look reads the
 * piece that was not full, the first one, and some others in turn; a whole look reads all of them.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { orUndefined, systemCode } from '../../../shared/errors.js';
import { splitPath, toBytes } from '../../../shared/paths.js';

export interface LogMark {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  /** 32 bytes for each piece, the last one of which may not be full. */
  readonly digests: Buffer;
}

export type LogLook =
  /** Nothing, or something was appended: no alert. */
  | { readonly kind: 'same' | 'grown'; readonly mark: LogMark }
  /** Another file stands here, and the old one is whole beside it: no alert. */
  | { readonly kind: 'rotated'; readonly mark: LogMark; readonly oldName: Buffer }
  /** Alerts: it is shorter; bytes that were there are others; another file stands here, and the old one is nowhere near. */
  | { readonly kind: 'truncated' | 'rewritten' | 'replaced'; readonly mark: LogMark }
  /** Alerts. `no-file`: a symlink, a folder or something else has taken its place. */
  | { readonly kind: 'gone' | 'no-file' }
  /** It cannot be read now: nothing is known. */
  | { readonly kind: 'unreadable' };

const PIECE = 4 << 20;
const DIGEST = 32;
/** Other pieces that a look reads beside the first and the last: about 30 ms. */
const PIECES_A_LOOK = 6;
const MAX_NEIGHBOURS = 10_000;
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;
const FLAGS = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;

/** @returns undefined when it is no file that can be read. */
export function markLog(path: Uint8Array): LogMark | undefined {
  return orUndefined(() => withFile(path, (fd, stat) => toMark(fd, stat, Buffer.alloc(0))));
}

/** @param turn  a number that goes up from look to look: which pieces are read. Undefined: all. */
export function lookAtLog(path: Uint8Array, known: LogMark, turn?: number): LogLook {
  try {
    return withFile(path, (fd, stat) => judge(path, known, { fd, stat, turn })) ?? { kind: 'no-file' };
  } catch (error) {
    return { kind: whyNot(systemCode(error)) };
  }
}

function whyNot(code: string | undefined): 'gone' | 'no-file' | 'unreadable' {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
  return code === 'ELOOP' || code === 'ENXIO' ? 'no-file' : 'unreadable';
}

interface FileStat {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
}

interface OpenLog {
  readonly fd: number;
  readonly stat: FileStat;
  readonly turn: number | undefined;
}

function judge(path: Uint8Array, known: LogMark, { fd, stat, turn }: OpenLog): LogLook {
  const isSameFile = stat.dev === known.dev && stat.ino === known.ino;
  if (isSameFile && stat.size >= known.size && isBeginning(fd, known, turn)) {
    const whole = known.digests.subarray(0, Math.floor(known.size / PIECE) * DIGEST);
    return { kind: stat.size === known.size ? 'same' : 'grown', mark: toMark(fd, stat, whole) };
  }
  const mark = toMark(fd, stat, Buffer.alloc(0));
  const oldName = findOld(path, known);
  if (oldName) return { kind: 'rotated', mark, oldName };
  if (!isSameFile) return { kind: 'replaced', mark };
  return { kind: stat.size < known.size ? 'truncated' : 'rewritten', mark };
}

/** A neighbour that begins with all that is known: renamed, or copied before the log was emptied. */
function findOld(path: Uint8Array, known: LogMark): Buffer | undefined {
  const { directory, name } = splitPath(path);
  const neighbours = readdirSync(directory, { encoding: 'buffer' }).slice(0, MAX_NEIGHBOURS);
  const stem = stemOf(name);
  return neighbours
    .filter((one) => !one.equals(name) && one.subarray(0, stem.length).equals(stem))
    .map((one) => Buffer.concat([directory, Buffer.from('/'), one]))
    .find((one) => isOldLog(one, known));
}

/** `app.log` → `app`: rotated ones are called `app.log.1`, `app.log-20261128`, `app-20261128.log`. */
function stemOf(name: Buffer): Buffer {
  const dot = name.lastIndexOf(0x2e);
  return dot > 0 ? name.subarray(0, dot) : name;
}

function isOldLog(path: Buffer, known: LogMark): boolean {
  return (
    orUndefined(() => withFile(path, (fd, { size }) => size >= known.size && isBeginning(fd, known, undefined))) ??
    false
  );
}

function isBeginning(fd: number, known: LogMark, turn: number | undefined): boolean {
  return piecesToRead(known, turn).every((piece) => {
    const length = Math.min(PIECE, known.size - piece * PIECE);
    return digestAt(fd, piece * PIECE, length)?.equals(digestOf(known, piece));
  });
}

function piecesToRead(known: LogMark, turn: number | undefined): number[] {
  const count = known.digests.length / DIGEST;
  const all = Array.from({ length: count }, (_, piece) => piece);
  if (turn === undefined || count <= PIECES_A_LOOK + 2) return all;
  const others = all.slice(1, -1);
  const start = (turn * PIECES_A_LOOK) % others.length;
  const inTurn = [...others, ...others].slice(start, start + PIECES_A_LOOK);
  return [0, count - 1, ...inTurn];
}

function digestOf({ digests }: LogMark, piece: number): Buffer {
  return digests.subarray(piece * DIGEST, (piece + 1) * DIGEST);
}

/** @param whole  digests of full pieces that were read already. */
function toMark(fd: number, { dev, ino, size }: FileStat, whole: Buffer): LogMark {
  const digests = [whole];
  let at = (whole.length / DIGEST) * PIECE;
  while (at < size) {
    const length = Math.min(PIECE, size - at);
    const digest = digestAt(fd, at, length);
    if (!digest) break;
    digests.push(digest);
    at += length;
  }
  return { dev, ino, size: Math.min(at, size), digests: Buffer.concat(digests) };
}

/** @returns undefined when the file has become shorter. */
function digestAt(fd: number, start: number, length: number): Buffer | undefined {
  const piece = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const count = readSync(fd, piece, at, length - at, start + at);
    if (count === 0) return undefined;
    at += count;
  }
  return createHash('sha256').update(piece).digest();
}

/** @returns undefined for what is no regular file. @throws a system error */
function withFile<T>(path: Uint8Array, action: (fd: number, stat: FileStat) => T): T | undefined {
  const fd = openSync(toBytes(path), FLAGS);
  try {
    const stat = fstatSync(fd);
    return stat.isFile() ? action(fd, stat) : undefined;
  } finally {
    closeSync(fd);
  }
}
