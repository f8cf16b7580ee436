/**
 * The seal of an index file: what it is (size, inode, times) and its checksum, written beside it whenever nobody is going to
 * write to it for a while. SQLite notices damage only where it makes no sense; a byte that changed in a name or in a list of
 * words does make sense. Written and broken by the writer; checked by the daemon before it opens the file, and by searches.
 * Invariant: there is no seal while the file may differ from it; the write-ahead log has checksums of its own.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openOwnFile, readOwnFile, replaceFile } from '../own-file.js';
import { zlib } from '../zlib.js';

/** `none`: nobody vouches for the file, as while a daemon writes to it, or after one was killed at work. */
export type SealState = 'whole' | 'damaged' | 'none';

/** About 3 ms. */
const SLICE_BYTES = 8 << 20;

export function sealOf(file: string): string {
  return `${file}.seal`;
}

/** @param isThorough  reads the whole file (300 MB take 0.1 s); else only when its size, inode or times are not those sealed. */
export function checkSeal(file: string, isThorough: boolean): SealState {
  const seal = readSeal(file);
  if (seal === undefined || !existsSync(file)) return 'none';
  if (!isThorough && seal.stat === statText(statSync(file, { bigint: true }))) return 'whole';
  const sum = new FileSum(file);
  while (!sum.step());
  return sum.value === seal.crc32 ? 'whole' : 'damaged';
}

/** To be called before the first write. It has happened for good when this returns, also when the power fails afterwards. */
export function breakSeal(file: string): void {
  if (!existsSync(sealOf(file))) return;
  rmSync(sealOf(file), { force: true });
  const fd = openSync(dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Seals a file step by step; whoever writes to the file in between breaks the seal and drops this. */
export class Sealing {
  readonly #sum: FileSum;

  constructor(private readonly file: string) {
    this.#sum = new FileSum(file);
  }

  /** @returns true when the file is sealed. */
  step(): boolean {
    if (!this.#sum.step()) return false;
    replaceFile(sealOf(this.file), JSON.stringify({ stat: this.#sum.stat, crc32: this.#sum.value }));
    return true;
  }

  drop(): void {
    this.#sum.close();
  }
}

class FileSum {
  readonly #fd: number;
  readonly #slice = Buffer.allocUnsafeSlow(SLICE_BYTES);
  #isOpen = true;
  /** Of the file when it was opened. */
  readonly stat: string;
  value = 0;

  constructor(file: string) {
    this.#fd = openOwnFile(file);
    this.stat = statText(fstatSync(this.#fd, { bigint: true }));
  }

  /** @returns true at the end of the file. */
  step(): boolean {
    const length = readSync(this.#fd, this.#slice);
    if (length > 0) this.value = zlib().crc32(this.#slice.subarray(0, length), this.value);
    else this.close();
    return length === 0;
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }
}

/** What is not a seal, as one that is damaged itself, counts as one that does not fit. */
function readSeal(file: string): { stat: string; crc32: number } | undefined {
  let text: string | undefined;
  try {
    text = readOwnFile(sealOf(file));
  } catch {}
  if (text === undefined) return undefined;
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
