/**
 * All that integrity depends on of one path: type, mode, owner, size, time to the nanosecond, the digest of its bytes
 * its extended attributes and flags. Nothing that may block is opened (a FIFO, a device), and nothing through a symlink. What
 * cannot be read is said, never left out. A local file is read in the thread of the caller; where a volume may hang,
 * another thread waits for it.
 */
import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { reasonText } from '../../shared/errors.js';
import { toBytes } from '../../shared/paths.js';
import { VolumeSilent } from '../disk/hanging-volumes.js';
import { look, mayHang } from '../disk/looks.js';
import { isGone } from '../disk/observe.js';
import {
  type ExtendedAttribute,
  extendedAttributes,
  extendedAttributesAside,
  type FileFlags,
  fileFlags,
  fileFlagsAside,
} from '../system/libc.js';

export type Content =
  | { readonly kind: 'digest'; readonly sha256: string }
  | { readonly kind: 'target'; readonly target: Buffer }
  /** More bytes than are read. */
  | { readonly kind: 'too large' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'device'; readonly major: number; readonly minor: number }
  | { readonly kind: 'none' };

export interface Examined {
  readonly stats: BigIntStats;
  readonly content: Content;
  readonly attributes: readonly ExtendedAttribute[];
  /** undefined: its file system does not tell. */
  readonly flags: FileFlags | undefined;
}

/** `silent`: its volume does not answer. */
export type Examination =
  | ({ readonly kind: 'there' } & Examined)
  | { readonly kind: 'gone' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly why: string };

const PIECE_BYTES = 256 * 1024;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** A file that is written to at each of them is not read. */
const ATTEMPTS = 3;

/** One call of the system, in this thread or in another one. */
interface Call {
  readonly now: () => unknown;
  readonly later: () => Promise<unknown>;
}
type Calls<Result> = Generator<Call, Result, unknown>;

/** @param maxBytes  a larger file has no digest. */
export function examine(path: Buffer, maxBytes: number): Promise<Examination> {
  return examined(path, () => examining(path, maxBytes));
}

/** The names in a folder, in no order. Rejects with why it cannot be listed. */
export async function namesIn(folder: Buffer): Promise<readonly Buffer[]> {
  return perform(folder, () =>
    call(
      () => readdirSync(folder, { encoding: 'buffer' }),
      () => readdir(folder, { encoding: 'buffer' }),
    ),
  );
}

async function examined(path: Buffer, begin: () => Calls<Examined>): Promise<Examination> {
  try {
    return { kind: 'there', ...(await perform(path, begin)) };
  } catch (error) {
    if (error instanceof VolumeSilent) return { kind: 'silent' };
    // A name that is too long to be reached is there all the same.
    if (isGone(error) && (error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') return { kind: 'gone' };
    return { kind: 'failed', why: reasonText(error) };
  }
}

function* examining(path: Buffer, maxBytes: number): Calls<Examined> {
  for (let attempt = 1; ; attempt++) {
    const before = yield* lstatOf(path);
    const content = yield* contentOf(path, before, maxBytes);
    const attributes = yield* call(
      () => extendedAttributes(path),
      () => extendedAttributesAside(path),
    );
    const flags = yield* call(
      () => fileFlags(path),
      () => fileFlagsAside(path),
    );
    const stats = yield* lstatOf(path);
    if (isSame(before, stats)) return { stats, content, attributes, flags };
    if (attempt === ATTEMPTS) throw new Error('it changes while it is read');
  }
}

/** What has gone or is another thing by now has none: the look after it says so. */
function* contentOf(path: Buffer, stats: BigIntStats, maxBytes: number): Calls<Content> {
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return deviceOf(stats.rdev);
  if (!stats.isFile() && !stats.isSymbolicLink()) return { kind: 'none' };
  if (stats.size > BigInt(maxBytes)) return { kind: 'too large' };
  try {
    return stats.isFile() ? yield* digestOf(path, stats, maxBytes) : yield* targetOf(path);
  } catch (error) {
    if (error instanceof VolumeSilent) throw error;
    return isGone(error) ? { kind: 'none' } : { kind: 'unreadable', why: reasonText(error) };
  }
}

function* targetOf(path: Buffer): Calls<Content> {
  const target = yield* call(
    () => toBytes(readlinkSync(path, { encoding: 'buffer' })),
    async () => toBytes(await readlink(path, { encoding: 'buffer' })),
  );
  return { kind: 'target', target };
}

/** As glibc takes a number of a device apart. */
function deviceOf(number: bigint): Content {
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return { kind: 'device', major: Number(major), minor: Number(minor) };
}

function* digestOf(path: Buffer, stats: BigIntStats, maxBytes: number): Calls<Content> {
  const file = yield* call<OpenFile>(
    () => new FileHere(openSync(path, READING)),
    async () => new FileElsewhere(await open(path, READING)),
  );
  try {
    const opened = yield* call(
      () => file.stat(),
      async () => file.stat(),
    );
    // Another one stands there by now: what is read is that of no state, and the caller looks again.
    if (!opened.isFile() || opened.ino !== stats.ino || opened.dev !== stats.dev) return { kind: 'none' };
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Number(stats.size) + 1));
    for (let at = 0; ; ) {
      const bytes = yield* call(
        () => file.read(piece, at),
        async () => file.read(piece, at),
      );
      if (bytes === 0) return { kind: 'digest', sha256: hash.digest('hex') };
      hash.update(piece.subarray(0, bytes));
      at += bytes;
      if (at > maxBytes) return { kind: 'too large' };
    }
  } finally {
    yield* call(
      () => file.close(),
      async () => file.close(),
    );
  }
}

interface OpenFile {
  stat(): BigIntStats | Promise<BigIntStats>;
  read(into: Buffer, at: number): number | Promise<number>;
  close(): void | Promise<void>;
}

class FileHere implements OpenFile {
  constructor(private readonly fd: number) {}

  stat(): BigIntStats {
    return fstatSync(this.fd, { bigint: true });
  }

  read(into: Buffer, at: number): number {
    return readSync(this.fd, into, 0, into.length, at);
  }

  close(): void {
    closeSync(this.fd);
  }
}

class FileElsewhere implements OpenFile {
  constructor(private readonly handle: FileHandle) {}

  stat(): Promise<BigIntStats> {
    return this.handle.stat({ bigint: true });
  }

  async read(into: Buffer, at: number): Promise<number> {
    return (await this.handle.read(into, 0, into.length, at)).bytesRead;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

function lstatOf(path: Buffer): Calls<BigIntStats> {
  return call(
    () => lstatSync(path, { bigint: true }),
    () => lstat(path, { bigint: true }),
  );
}

/** ctime cannot be set back: whatever touches a file moves it. Reading moves only the time of access. */
function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev && one.ctimeNs === other.ctimeNs && one.size === other.size;
}

function* call<Result>(now: () => Result | Promise<Result>, later: () => Promise<Result>): Calls<Awaited<Result>> {
  return (yield { now, later }) as Awaited<Result>;
}

/** Each call in this thread, or one after the other in those that may wait. */
async function perform<Result>(path: Buffer, begin: () => Calls<Result>): Promise<Result> {
  const isAside = mayHang(path);
  const calls = begin();
  let step = calls.next();
  while (!step.done) step = isAside ? await answerAside(path, calls, step.value) : answerNow(calls, step.value);
  return step.value;
}

function answerNow<Result>(calls: Calls<Result>, { now }: Call): IteratorResult<Call, Result> {
  let answer: unknown;
  try {
    answer = now();
  } catch (error) {
    return calls.throw(error);
  }
  return calls.next(answer);
}

async function answerAside<Result>(
  path: Buffer,
  calls: Calls<Result>,
  { later }: Call,
): Promise<IteratorResult<Call, Result>> {
  let answer: unknown;
  try {
    answer = await look(path, later);
  } catch (error) {
    return calls.throw(error);
  }
  return calls.next(answer);
}
