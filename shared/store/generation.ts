/**
 * The index directory holds generations, `index-000001.db` and so on; the file `current` names the one to read.
 * A rebuild writes the next generation beside it and then replaces `current` by rename, so a search always sees a whole
 * index: the old one or the new one. SQLite files are never renamed: their -wal and -shm belong to the name.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError } from '../errors.js';
import { indexFolder } from '../locations.js';
import { readOwnFile, replaceFile } from '../own-file.js';
import { checkFolder, makeFolder } from '../own-folder.js';
import { guard } from './open.js';

const CURRENT = 'current';
const GENERATION = /^index-(\d{6})\.db$/;

export function ensureIndexDirectory(dataDirectory: string): void {
  guard(`make the index folder ${dataDirectory}`, () => makeFolder(indexFolder(dataDirectory)));
}

/** @returns the file that answers searches now, or undefined when there is none yet. @throws FindTextError FT_FOLDER_UNUSABLE, FT_STORE_FAILED */
export function currentIndexFile(dataDirectory: string): string | undefined {
  if (!checkFolder(indexFolder(dataDirectory))) return undefined;
  try {
    const name = readOwnFile(join(dataDirectory, CURRENT))?.trim() ?? '';
    return GENERATION.test(name) ? join(dataDirectory, name) : undefined;
  } catch (error) {
    if (error instanceof FindTextError) throw error;
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
  replaceFile(join(dataDirectory, CURRENT), `${name}\n`, true);
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
