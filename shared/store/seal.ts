/**
 * The seal of an index file: what it is (size, inode, times) and its checksum. It is written beside it whenever nobody
 * is going to write to it for a while. SQLite notices damage only where it makes no sense; a byte that changed in a
 * name or in a list of words does make sense. Written and broken by the writer; checked by the daemon before it opens
 * the file, and by searches. Invariant: there is no seal while the file may differ from it; the write-ahead log has
 * checksums of its own.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { orUndefined } from '../errors.js';
import { openOwnFile, readOwnFile, removeOwnFile, replaceAndHold } from '../own-file.js';
import { zlib } from '../zlib.js';
import type { RawFile } from './raw-file.js';

/** `none`: nobody vouches for the file, as while a daemon writes to it, or after one was killed at work. */
export type SealState = 'whole' | 'damaged' | 'none';

/** About 3 ms. */
const SLICE_BYTES = 8 << 20;

export function sealOf(file: string): string {
  return `${file}.seal`;
}

/**
 * @param isThorough  reads the whole file (300 MB take 0.1 s); else only when its size, inode or times are not those
 * sealed.
 */
export function checkSeal(file: string, isThorough: boolean): SealState {
  const seal = readSeal(file);
  if (seal === undefined || !existsSync(file)) return 'none';
  if (!isThorough && seal.stat === statText(statSync(file, { bigint: true }))) return 'whole';
  const fd = openOwnFile(file);
  try {
    const sum = new FileSum(fd);
    while (!sum.step());
    return sum.value === seal.crc32 ? 'whole' : 'damaged';
  } finally {
    closeSync(fd);
  }
}

/**
 * To be called before the first write. It has happened for good when this returns, also when the power fails
 * afterwards. @throws a system error: in a folder that is closed nobody can tell whether there is one
 */
export function breakSeal(file: string): void {
  if (!lstatSync(sealOf(file), { throwIfNoEntry: false })) return;
  removeOwnFile(sealOf(file));
  const fd = openSync(dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * A seal that has just been made, open since before it took its place: the folder that it is in may be closed from then
 * on, and it has to be broken all the same.
 */
export class HeldSeal {
  readonly #fd: number;

  constructor(
    private readonly file: string,
    stat: string,
    crc32: number,
  ) {
    this.#fd = replaceAndHold(sealOf(file), JSON.stringify({ stat, crc32 }));
  }

  /** As breakSeal, once. */
  break(): void {
    ftruncateSync(this.#fd, 0);
    fsyncSync(this.#fd);
    this.close();
    orUndefined(() => removeOwnFile(sealOf(this.file)));
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Seals a file step by step; whoever writes to the file in between breaks the seal and drops this. */
export class Sealing {
  readonly #sum: FileSum;

  constructor(private readonly file: RawFile) {
    this.#sum = new FileSum(file.fd);
  }

  /** @returns the seal when the file is sealed. @throws an Error when another file has taken its place; a system error */
  step(): HeldSeal | undefined {
    if (!this.#sum.step()) return undefined;
    const { path } = this.file;
    const { stat, value: crc32 } = this.#sum;
    if (statText(statSync(path, { bigint: true })) !== stat) throw new Error(`${path} is not what was read`);
    return new HeldSeal(path, stat, crc32);
  }
}

class FileSum {
  readonly #slice = Buffer.allocUnsafeSlow(SLICE_BYTES);
  #at = 0;
  /** Of the file at the beginning. */
  readonly stat: string;
  value = 0;

  constructor(private readonly fd: number) {
    this.stat = statText(fstatSync(fd, { bigint: true }));
  }

  /** @returns true at the end of the file. */
  step(): boolean {
    const length = readSync(this.fd, this.#slice, 0, SLICE_BYTES, this.#at);
    if (length > 0) this.value = zlib().crc32(this.#slice.subarray(0, length), this.value);
    this.#at += length;
    return length === 0;
  }
}

/**
 * What is not a seal, as one that is damaged itself, counts as one that does not fit. An empty one was broken in a
 * closed folder, or its text was not on the disk yet when the power failed.
 */
function readSeal(file: string): { stat: string; crc32: number } | undefined {
  let text: string | undefined;
  try {
    // Mostly there is none: an error takes longer than to look.
    if (!lstatSync(sealOf(file), { throwIfNoEntry: false })) return undefined;
    text = readOwnFile(sealOf(file));
  } catch {}
  if (!text) return undefined;
  try {
    return JSON.parse(text) as { stat: string; crc32: number };
  } catch {
    return { stat: '', crc32: -1 };
  }
}

function statText({
  ino,
  size,
  mtimeNs,
  ctimeNs,
}: {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}): string {
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
