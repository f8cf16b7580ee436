/**
 * The index directory holds generations, `index-000001.db` and so on; the file `current` names the one to read.
 * A rebuild writes the next generation beside it and then replaces `current` by rename, so a search always sees a whole
 * index: the old one or the new one. SQLite files are never renamed: their -wal and -shm belong to the name.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { FindTextError, systemCode } from '../errors.js';
import { guard } from './open.js';

const CURRENT = 'current';
const GENERATION = /^index-(\d{6})\.db$/;

export function ensureIndexDirectory(dataDirectory: string): void {
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new FindTextError(
      'FT_STORE_FAILED',
      `create the index folder ${dataDirectory}: ${(error as Error).message}`,
      {
        cause: error,
        hint: 'make its parent writable, or set XDG_DATA_HOME to a folder of yours',
      },
    );
  }
}

/** @returns the file that answers searches now, or undefined when there is none yet. */
export function currentIndexFile(dataDirectory: string): string | undefined {
  try {
    const name = readFileSync(join(dataDirectory, CURRENT), 'utf8').trim();
    return GENERATION.test(name) ? join(dataDirectory, name) : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new FindTextError('FT_STORE_FAILED', `read ${join(dataDirectory, CURRENT)}: ${(error as Error).message}`, {
      cause: error,
      hint: 'the index folder must be readable by you: check its owner and mode',
    });
  }
}

export function nextIndexFile(dataDirectory: string): string {
  const newest = Math.max(0, ...generations(dataDirectory).map(numberOf));
  return join(dataDirectory, `index-${String(newest + 1).padStart(6, '0')}.db`);
}

/** From now on searches open `file`. Older generations are deleted; who has one open keeps reading it. @throws FindTextError FT_STORE_… */
export function makeCurrent(dataDirectory: string, file: string): void {
  const name = file.slice(dataDirectory.length + 1);
  guard(`make ${file} the index that is searched`, () => pointTo(dataDirectory, name));
  for (const other of generations(dataDirectory)) {
    if (numberOf(other) < numberOf(name)) removeIndexFile(join(dataDirectory, other));
  }
}

function pointTo(dataDirectory: string, name: string): void {
  const temporary = join(dataDirectory, `${CURRENT}.new`);
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeSync(fd, `${name}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, join(dataDirectory, CURRENT));
}

export function removeIndexFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.seal']) rmSync(file + suffix, { force: true });
}

/** A damaged file is kept for the user as `….damaged`, with its log; an earlier one is replaced. */
export function setAside(file: string): string {
  const aside = `${file}.damaged`;
  for (const suffix of ['-shm', '-wal', '.seal', '']) {
    rmSync(aside + suffix, { force: true });
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

function generations(dataDirectory: string): string[] {
  return readdirSync(dataDirectory).filter((name) => GENERATION.test(name));
}

function numberOf(name: string): number {
  return Number(GENERATION.exec(name)?.[1] ?? 0);
}
