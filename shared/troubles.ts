/**
 * What is wrong with the daemon now. It is written beside the index, because the disk of the index may be full.
 * `find-textd run` writes it into its runtime folder, and into the index folder, which is visible wherever the index
 * is. Read by `find-textd status` and `find-text`.
 */
import { join } from 'node:path';
import { replaceOrOverwrite } from './own-file.js';
import { rereadOwnJson } from './settled-file.js';

export interface Trouble {
  /** One of a kind at a time. `disk`: changes are held back, because the index cannot be written. */
  readonly kind: string;
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

const FILE = 'troubles.json';

/** @throws a system error */
export function writeTroubles(folder: string, troubles: readonly Trouble[]): void {
  replaceOrOverwrite(join(folder, FILE), JSON.stringify(troubles));
}

/** @returns undefined when there is no file, or it makes no sense. */
export function readTroubles(folder: string): readonly Trouble[] | undefined {
  const told = rereadOwnJson(join(folder, FILE));
  return Array.isArray(told) ? told.filter(isTrouble) : undefined;
}

function isTrouble(value: unknown): value is Trouble {
  const { kind, text, advice, sinceMs } = (value ?? {}) as Record<string, unknown>;
  const isAdvice = advice === undefined || typeof advice === 'string';
  return typeof kind === 'string' && typeof text === 'string' && isAdvice && typeof sinceMs === 'number';
}

/** In one line. */
export function troubleText({ text, advice }: Trouble): string {
  return advice ? `${text} (${advice})` : text;
}
