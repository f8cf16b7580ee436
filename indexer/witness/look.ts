/**
 * Takes the witness of a path: what lstat says, the digest of its bytes, its extended attributes. Only files are opened, never what may block
 * (a FIFO, a device), and never through a symlink. Reading has a limit on bytes and on time. A local file is read in
 * the thread of the caller; where a volume may hang, others wait for it.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../../shared/errors.js';
import { toBytes } from '../../shared/paths.js';
import { isGone } from '../disk/observe.js';
import { ownRead } from '../disk/own-reads.js';
import { extendedAttributes, extendedAttributesAside } from '../system/libc.js';
import type { FileType, Witness } from './witness.js';
import { xattrsText } from './xattrs.js';

export interface LookLimits {
  /** A larger file has no digest. */
  readonly maxBytes: number;
  /** What takes longer to read has none either. */
  readonly timeoutMs: number;
}

export type Looked =
  | { readonly kind: 'there'; readonly witness: Witness }
  | { readonly kind: 'gone' }
  /** It cannot be said: the volume does not answer, or a folder on the way is closed. */
  | { readonly kind: 'unknown'; readonly why: string };

const PIECE_BYTES = 256 * 1024;
/** Twice: what is written to while it is read is read again, once. */
const ATTEMPTS = 2;
/** A name under which another file stands each time it is opened cannot be looked at now. */
const TRIES = 5;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const GONE = { kind: 'gone' } as const;
const RESTLESS: Looked = { kind: 'unknown', why: 'it is replaced while it is looked at' };
/** Opening a name that was a file fails so when it is something else by now. */
const OTHER_THAN_IT_WAS: readonly (string | undefined)[] = ['ELOOP', 'ENXIO', 'EINVAL', 'ESTALE', 'EISDIR'];
/** What was short for a moment says nothing of the file. */
const SHORT: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR'];
/** For reading in the thread of the caller, one file at a time. */
const ownPiece = Buffer.allocUnsafeSlow(PIECE_BYTES);

/**
 * @param known  what was there before: a file whose inode and times are the same is not read again.
 */
export function lookNow(path: Uint8Array, limits: LookLimits, known?: Witness | null): Looked {
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const stats = lstatSync(toBytes(path));
      if (isAsKnown(stats, known)) return { kind: 'there', witness: toWitness(stats, known) };
      const digest = digestNow(path, stats, limits);
      if (digest !== REPLACED) return toThere(digest, stats, xattrsNow(path));
    }
    return RESTLESS;
  } catch (error) {
    return toLooked(error);
  }
}

/** The same where the volume may hang: after the time limit nothing is known, and a thread may go on waiting. */
export async function lookAside(path: Uint8Array, limits: LookLimits, known?: Witness | null): Promise<Looked> {
  const enough = new AbortController();
  const late = pause(limits.timeoutMs, undefined, { signal: enough.signal, ref: false }).then(
    (): Looked => ({ kind: 'unknown', why: `no answer in ${limits.timeoutMs / 1000} s` }),
    () => GONE,
  );
  const looked = lookInOtherThread(path, limits, known).catch(toLooked);
  try {
    return await Promise.race([looked, late]);
  } finally {
    enough.abort();
  }
}

async function lookInOtherThread(path: Uint8Array, limits: LookLimits, known?: Witness | null): Promise<Looked> {
  for (let tries = 0; tries < TRIES; tries++) {
    const stats = await lstat(toBytes(path));
    if (isAsKnown(stats, known)) return { kind: 'there', witness: toWitness(stats, known) };
    const digest = await digestAside(path, stats, limits);
    if (digest !== REPLACED) return toThere(digest, stats, await xattrsAside(path));
  }
  return RESTLESS;
}

/** @param xattrs  read after the times: what changes meanwhile moves them, and the next look sees it. */
function toThere({ sha256, of }: Digest, stats: Stats, xattrs: string | null): Looked {
  return { kind: 'there', witness: toWitness(of ?? stats, { sha256, xattrs }) };
}

function toLooked(error: unknown): Looked {
  return isGone(error) ? GONE : { kind: 'unknown', why: (error as Error).message };
}

function toWitness(stats: Stats, { sha256, xattrs }: Pick<Witness, 'sha256' | 'xattrs'>): Witness {
  const { dev, ino, size, mode, uid, gid, mtimeMs, ctimeMs } = stats;
  return { type: typeOf(stats), dev, ino, size, mode: mode & 0o7777, uid, gid, mtimeMs, ctimeMs, sha256, xattrs };
}

function typeOf(stats: Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

/** ctime cannot be set back: whatever touches the bytes moves it. */
function isAsKnown(stats: Stats, known: Witness | null | undefined): known is Witness {
  return (
    known?.ino === stats.ino &&
    known.type === typeOf(stats) &&
    known.size === stats.size &&
    known.mtimeMs === stats.mtimeMs &&
    known.ctimeMs === stats.ctimeMs &&
    known.xattrs !== null &&
    (known.sha256 !== null || !stats.isFile())
  );
}

function xattrsNow(path: Uint8Array): string | null {
  try {
    return xattrsText(extendedAttributes(path));
  } catch {
    return null;
  }
}

async function xattrsAside(path: Uint8Array): Promise<string | null> {
  try {
    return xattrsText(await extendedAttributesAside(path));
  } catch {
    return null;
  }
}

/** Size and times belong to the bytes that were read: it may have been written to since it was looked at. */
interface Digest {
  readonly sha256: string | null;
  /** Missing: nothing was read. */
  readonly of?: Stats;
}

const NONE: Digest = { sha256: null };
/** Another one stands there than was looked at. */
const REPLACED = 'replaced';

function digestNow(path: Uint8Array, stats: Stats, limits: LookLimits): Digest | typeof REPLACED {
  if (stats.isSymbolicLink()) return targetNow(path);
  if (!stats.isFile() || stats.size > limits.maxBytes) return NONE;
  const over = ownRead(path);
  let file: number | undefined;
  try {
    file = openSync(toBytes(path), READING);
    const reading = new Reading(stats, limits, ownPiece);
    while (reading.begin(fstatSync(file))) {
      for (let read = -1; read !== 0 && !reading.isOver; )
        read = reading.take(readSync(file, reading.piece, 0, PIECE_BYTES, reading.at));
    }
    return reading.digest;
  } catch (error) {
    return withoutDigest(error);
  } finally {
    if (file !== undefined) closeSync(file);
    over();
  }
}

async function digestAside(path: Uint8Array, stats: Stats, limits: LookLimits): Promise<Digest | typeof REPLACED> {
  if (stats.isSymbolicLink()) return targetAside(path);
  if (!stats.isFile() || stats.size > limits.maxBytes) return NONE;
  const over = ownRead(path);
  let file: FileHandle | undefined;
  try {
    file = await open(toBytes(path), READING);
    const reading = new Reading(stats, limits, Buffer.allocUnsafeSlow(PIECE_BYTES));
    while (reading.begin(await file.stat())) {
      for (let read = -1; read !== 0 && !reading.isOver; )
        read = reading.take((await file.read(reading.piece, 0, PIECE_BYTES, reading.at)).bytesRead);
    }
    return reading.digest;
  } catch (error) {
    return withoutDigest(error);
  } finally {
    await file?.close();
    over();
  }
}

function targetNow(link: Uint8Array): Digest | typeof REPLACED {
  try {
    return { sha256: digestOf(readlinkSync(toBytes(link), { encoding: 'buffer' })) };
  } catch (error) {
    return withoutDigest(error);
  }
}

async function targetAside(link: Uint8Array): Promise<Digest | typeof REPLACED> {
  try {
    return { sha256: digestOf(await readlink(toBytes(link), { encoding: 'buffer' })) };
  } catch (error) {
    return withoutDigest(error);
  }
}

/** @throws the error where it says nothing of the file */
function withoutDigest(error: unknown): Digest | typeof REPLACED {
  const code = systemCode(error);
  if (SHORT.includes(code)) throw error;
  return isGone(error) || OTHER_THAN_IT_WAS.includes(code) ? REPLACED : NONE;
}

/** One file being read: how far, and whether what was read is one state of it. */
class Reading {
  at = 0;
  #sha256: string | null = null;
  #hash = createHash('sha256');
  #attempts = 0;
  #isOver = false;
  #isReplaced = false;
  readonly #endMs: number;

  constructor(
    private stats: Stats,
    private readonly limits: LookLimits,
    readonly piece: Buffer,
  ) {
    this.#endMs = performance.now() + limits.timeoutMs;
  }

  get digest(): Digest | typeof REPLACED {
    return this.#isReplaced ? REPLACED : { sha256: this.#sha256, of: this.stats };
  }

  /** Too large, or too slow: it has no digest. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** False when there is a digest, or there will be none. */
  begin(now: Stats): boolean {
    const isSame = isOneState(this.stats, now);
    if (this.#attempts > 0 && isSame) this.#sha256 = this.#isOver ? null : this.#hash.digest('hex');
    this.#isReplaced = !now.isFile() || now.ino !== this.stats.ino || now.dev !== this.stats.dev;
    if (this.#isReplaced) return false;
    this.stats = now;
    if (this.#isOver || (this.#attempts > 0 && isSame) || this.#attempts >= ATTEMPTS) return false;
    this.at = 0;
    this.#hash = createHash('sha256');
    this.#attempts++;
    return true;
  }

  take(bytes: number): number {
    this.#hash.update(this.piece.subarray(0, bytes));
    this.at += bytes;
    this.#isOver = this.at > this.limits.maxBytes || performance.now() > this.#endMs;
    return bytes;
  }
}

function isOneState(one: Stats, other: Stats): boolean {
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
