/** What a file is in the index for: its text, its text without secrets, its name, nothing. Pure. */
import { REDACTED } from '../extract/redacting.js';
import type { Verdict } from '../rules/ignore-types.js';

export type Wish = Verdict['kind'] | 'redacted';

/** Of files that integrity monitoring shows without secrets. undefined: as the rules of the index say. */
export type Secrecy = (path: Uint8Array) => 'redacted' | 'names' | undefined;

/** @param path  of a file. */
export function wishFor(verdict: Verdict['kind'], path: Uint8Array, secrecy: Secrecy | undefined): Wish {
  return verdict === 'index' ? (secrecy?.(path) ?? verdict) : verdict;
}

const WITHOUT_TEXT: ReadonlySet<string> = new Set(['none', 'failed']);

/** Was a document of this extractor made for such a wish? */
export function isOfWish(extractor: string, wish: Wish): boolean {
  if (wish === 'names' || extractor === 'name') return wish === 'names' && extractor === 'name';
  return WITHOUT_TEXT.has(extractor) || (extractor === REDACTED) === (wish === 'redacted');
}
