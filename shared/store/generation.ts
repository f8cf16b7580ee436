/**
 * The index directory holds generations, `index-000001.db` and so on; the file `current` names the one to read. A
 * rebuild writes the next generation beside it and then replaces `current` by rename. So a search always sees a whole
 * index: the old one or the new one. SQLite files are never renamed: their -wal and -shm belong to the name.
 */
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FindTextError } from '../errors.js';
import { indexFolder } from '../locations.js';
import { readOwnFile, replaceFile } from '../own-file.js';
import { checkFolder, makeFolder } from '../own-folder.js';
import { lifeOf } from './lock.js';
import { guard } from './open.js';

const CURRENT = 'current';
const GENERATION = /^index-(\d{6})\.db$/;
const LEFTOVER = /^index-\d{6}\.db(-wal|-shm|-journal|\.seal)?$/;
/** What replaceFile was writing. When it is older than this its process was killed just then. */
const UNFINISHED = /\.\d+\.new$/;
const UNFINISHED_MS = 60_000;
const DAMAGED = /^index-\d{6}\.db\.damaged(-wal|-shm|\.seal)?$/;

export function ensureIndexDirectory(dataDirectory: string): void {
  guard(`make the index folder ${dataDirectory}`, () => makeFolder(indexFolder(dataDirectory)));
}

/** The file that says which one answers searches now. */
export function pointerFile(dataDirectory: string): string {
  return join(dataDirectory, CURRENT);
}

/**
 * @returns the file that answers searches now, or undefined when there is none yet.
 * @throws FindTextError FT_FOLDER_UNUSABLE, FT_STORE_FAILED
 */
export function currentIndexFile(dataDirectory: string): string | undefined {
  if (!checkFolder(indexFolder(dataDirectory))) return undefined;
  try {
    const name = readOwnFile(pointerFile(dataDirectory))?.trim() ?? '';
    return GENERATION.test(name) ? join(dataDirectory, name) : undefined;
  } catch (error) {
    if (error instanceof FindTextError) throw error;
    throw new FindTextError('FT_STORE_FAILED', `read ${pointerFile(dataDirectory)}: ${(error as Error).message}`, {
      cause: error,
      hint: 'the index folder must be readable by you: check its owner and mode',
    });
  }
}

export function nextIndexFile(dataDirectory: string): string {
  const newest = Math.max(0, ...generations(dataDirectory).map(numberOf));
  return join(dataDirectory, `index-${String(newest + 1).padStart(6, '0')}.db`);
}

/**
 * From now on searches open `file`. Older generations are deleted; who has one open keeps reading it.
 * @throws FindTextError FT_STORE_…
 */
export function makeCurrent(dataDirectory: string, file: string): void {
  const name = file.slice(dataDirectory.length + 1);
  guard(`make ${file} the index that is searched`, () => pointTo(dataDirectory, name));
  for (const other of generations(dataDirectory)) {
    if (numberOf(other) < numberOf(name)) removeIndexFile(join(dataDirectory, other));
  }
}

function pointTo(dataDirectory: string, name: string): void {
  replaceFile(pointerFile(dataDirectory), `${name}\n`, true);
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

/**
 * Removes what nobody needs beside the index that is searched: damaged files that were set aside so long ago, and what
 * programs that were killed have left. Only the writer of the current index does so. What cannot be removed, as a
 * folder of such a name, stays: the daemon goes on.
 */
export function removeLeftovers(file: string, keepAsideMs: number): void {
  const dataDirectory = dirname(file);
  if (file === ':memory:' || !isCurrent(file)) return;
  const names = readdirSync(dataDirectory);
  const removeOlder = (pattern: RegExp, leastMs: number) => {
    for (const path of names.filter((name) => pattern.test(name)).map((name) => join(dataDirectory, name)))
      if (ageMs(path) >= leastMs) tryRemove(path);
  };
  removeOlder(DAMAGED, keepAsideMs);
  removeOlder(UNFINISHED, UNFINISHED_MS);
  const others = names.filter((name) => LEFTOVER.test(name) && !name.startsWith(basename(file)));
  // A rebuild is at work before there is a file of it.
  if (others.length === 0 || lifeOf(dataDirectory, 'rebuild')) return;
  for (const name of others) tryRemove(join(dataDirectory, name));
}

/** False also when nobody can tell now. */
function isCurrent(file: string): boolean {
  try {
    return currentIndexFile(dirname(file)) === file;
  } catch {
    return false;
  }
}

function tryRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** Since it was made or renamed; never negative, as the clock tells whole milliseconds and the file parts of them. */
function ageMs(file: string): number {
  return Math.max(Date.now() - (lstatSync(file, { throwIfNoEntry: false })?.ctimeMs ?? Date.now()), 0);
}

function generations(dataDirectory: string): string[] {
  return readdirSync(dataDirectory).filter((name) => GENERATION.test(name));
}

function numberOf(name: string): number {
  return Number(GENERATION.exec(name)?.[1] ?? 0);
}
