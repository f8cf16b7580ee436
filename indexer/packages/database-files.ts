/** Reads the files of a package database. A package manager may replace and remove them at any time. */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { systemCode } from '../../shared/errors.js';

/** Empty: it is not there. */
export async function stampOf(file: string): Promise<string> {
  return toStamp(await orNothing(stat(file)));
}

export function toStamp(state: Stats | undefined): string {
  return state ? `${state.ino} ${state.mtimeMs} ${state.size}` : '';
}

/** undefined: it is not there. */
export function readOrNothing(file: string): Promise<Buffer | undefined> {
  return orNothing(readFile(file));
}

/** undefined: it is not there. */
export async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
