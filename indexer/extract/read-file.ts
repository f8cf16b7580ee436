/**
 * Reads the beginning of a file that may be anything by now: a FIFO, a socket, a link, or gone. Called by job.ts in the
 * child, which is given the open file, and where synchronous calls are right. Never opens what lstat does not call a
 * regular file, never waits in open, and never follows a link.
 */
import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { reasonText, systemCode } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import type { FileStat } from '../../shared/types.js';
import { toFileStat } from '../disk/observe.js';
import { READ_FLAGS } from '../disk/open-file.js';
import { HEAD_BYTES } from './decode.js';
import type { ExtractFailure } from './messages.js';

export interface Part extends Taken {
  /** Perhaps a part of `ReadOptions.scratch`. */
  readonly bytes: Buffer;
  readonly isTruncated: boolean;
}

/** What is taken of an open file. */
export interface Taken {
  /** The file itself, which stays open until whoever has it closes it. */
  readonly kept?: OpenFile;
}

export type ReadResult<Some = Part> =
  | ({
      readonly kind: 'read';
      /** From before the read. */
      readonly stat: FileStat;
      readonly isChanging: boolean;
    } & Some)
  | { readonly kind: 'gone' | 'special' }
  | ExtractFailure;

export interface ReadOptions {
  readonly maxBytes: number;
  /** Asked with the first 64 kB when there is more: whether to read on. */
  readonly isWorthReading: (head: Buffer) => boolean;
  /** Asked likewise: most bytes of a file that is read whole or not at all. 0: `maxBytes` of it will do. */
  readonly wholeUpTo?: (head: Buffer) => number;
  /**
   * Read into this if the file fits, which saves the memory manager much work; the caller knows when it may be used
   * again.
   */
  readonly scratch?: Buffer;
}

export function readBeginning(path: Uint8Array, options: ReadOptions): ReadResult {
  return readFrom(path, (file) => readPart(file, options));
}

/** An open file. */
export interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

/** @param read  takes what it wants; throwing it makes it a failure. */
export function readFrom<Some extends Taken>(path: Uint8Array, read: (file: OpenFile) => Some): ReadResult<Some> {
  const bytes = toBytes(path);
  try {
    const named = lstatSync(bytes, { throwIfNoEntry: false });
    if (named === undefined) return { kind: 'gone' };
    return named.isFile() ? readAndClose(openSync(bytes, READ_FLAGS), read) : { kind: 'special' };
  } catch (error) {
    return readFailure(path, error);
  }
}

/** @returns fewer where the file ends. */
export function readAt({ fd }: Pick<OpenFile, 'fd'>, from: number, length: number): Buffer {
  return filled(fd, Buffer.allocUnsafeSlow(length), from);
}

/** @param path  of a file that another process has opened, for messages. @param fd  is closed. */
export function readOpened<Some extends Taken>(
  path: Uint8Array,
  fd: number,
  read: (file: OpenFile) => Some,
): ReadResult<Some> {
  try {
    return readAndClose(fd, read);
  } catch (error) {
    return readFailure(path, error);
  }
}

function readAndClose<Some extends Taken>(fd: number, read: (file: OpenFile) => Some): ReadResult<Some> {
  let isKept = false;
  try {
    const before = fstatSync(fd);
    if (!before.isFile()) return { kind: 'special' };
    const taken = read({ fd, size: before.size });
    const after = fstatSync(fd);
    isKept = taken.kept !== undefined;
    return {
      kind: 'read',
      stat: toFileStat(before),
      ...taken,
      isChanging: after.size !== before.size || after.mtimeMs !== before.mtimeMs,
    };
  } finally {
    if (!isKept) closeSync(fd);
  }
}

/** The beginning of an open file. */
export function readPart({ fd, size }: OpenFile, options: ReadOptions): Part {
  const { maxBytes, isWorthReading, wholeUpTo, scratch } = options;
  const headBytes = Math.min(size, HEAD_BYTES, maxBytes);
  const first = scratch !== undefined && headBytes <= scratch.length ? scratch : Buffer.allocUnsafeSlow(headBytes);
  const head = filled(fd, first.subarray(0, headBytes), 0);
  if (head.length < headBytes || headBytes === size) return { bytes: head, isTruncated: false };
  const whole = wholeUpTo?.(head) ?? 0;
  if (whole > 0 && size > whole) return { bytes: head, isTruncated: true };
  const end = Math.min(size, Math.max(maxBytes, whole));
  const isTruncated = size > end;
  if (!isWorthReading(head)) return { bytes: head, isTruncated };
  const buffer = end <= first.length ? first : startingWith(head, end);
  const rest = filled(fd, buffer.subarray(head.length, end), head.length);
  return { bytes: buffer.subarray(0, head.length + rest.length), isTruncated };
}

function startingWith(head: Buffer, size: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(size);
  head.copy(buffer);
  return buffer;
}

/** @returns as much of the buffer as there is in the file from there on. */
function filled(fd: number, buffer: Buffer, from: number): Buffer {
  let at = 0;
  while (at < buffer.length) {
    const count = readSync(fd, buffer, at, buffer.length - at, from + at);
    if (count === 0) break;
    at += count;
  }
  return buffer.subarray(0, at);
}

/** What a system error means for the file. */
export function readFailure(path: Uint8Array, error: unknown): Exclude<ReadResult<never>, { kind: 'read' }> {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
  if (code === 'ELOOP' || code === 'ENXIO') return { kind: 'special' };
  const isDenied = code === 'EACCES' || code === 'EPERM';
  return {
    kind: 'failed',
    code: isDenied ? 'FT_READ_DENIED' : 'FT_READ_FAILED',
    message: `read ${displayPath(path)}: ${reasonText(error)}`,
    isTransient: !isDenied,
  };
}
