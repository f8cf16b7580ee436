/**
 * Is a file still as it was read? Told without opening it, for what is asked with every question. A file that was
 * written a moment ago is never taken for the same: the clock of a file system may stand still for some milliseconds.
 */
import { lstatSync, type Stats } from 'node:fs';
import { orUndefined } from './errors.js';
import { readOwnJson } from './own-file.js';

/** More than a tick of the clock that stamps files: what changes within it may leave the stamp as it is. */
const FRESH_MS = 50;
/** The same where stamps are whole seconds, as on FAT. */
const FRESH_SECONDS_MS = 2500;
/** Files that are asked about again and again are few. */
const MOST_KEPT = 16;

const kept = new Map<string, { readonly sign: string; readonly value: unknown }>();

/** What was seen of it may differ from what is there with the same stamp. */
export function isFresh({ ctimeMs }: Stats): boolean {
  return Math.abs(Date.now() - ctimeMs) < (ctimeMs % 1000 === 0 ? FRESH_SECONDS_MS : FRESH_MS);
}

/**
 * The same sign: nobody has written to the file since, or put another one in its place.
 * @returns undefined where that cannot be told: it is not there, or it was written just now
 */
export function settledSign(file: string): string | undefined {
  const stat = orUndefined(() => lstatSync(file, { throwIfNoEntry: false }));
  if (!stat || isFresh(stat)) return undefined;
  return [stat.dev, stat.ino, stat.mode, stat.uid, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
}

/** As readOwnJson. What it gives is shared: nobody changes it. */
export function rereadOwnJson(file: string): unknown {
  const sign = settledSign(file);
  const before = kept.get(file);
  if (sign !== undefined && before?.sign === sign) return before.value;
  const value = readOwnJson(file);
  if (kept.size >= MOST_KEPT) kept.clear();
  if (sign === undefined) kept.delete(file);
  else kept.set(file, { sign, value });
  return value;
}
