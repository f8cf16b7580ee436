/**
 * Many changes are recorded in portions, so that memory has an end and the first are sent while others are recorded.
 * What is known of a name is written with the last change that has it: after a crash the rest is found again. Pure.
 */
import { pathKey } from '../../../shared/path-key.js';
import type { NameState } from '../net-change.js';
import type { NetChange } from '../words.js';

export interface Portion {
  readonly changes: readonly NetChange[];
  readonly names: readonly NameState[];
}

const MAX_CHANGES = 1_000;

/** At least one, in the order of the changes. Names without a change are in the last. */
export function inPortions({ changes, names }: Portion): readonly Portion[] {
  const last = Math.max(0, Math.ceil(changes.length / MAX_CHANGES) - 1);
  const placeOf = new Map<string, number>();
  for (const [at, { path, to }] of changes.entries())
    for (const name of to ? [path, to] : [path]) placeOf.set(pathKey(name), Math.floor(at / MAX_CHANGES));
  const portions = Array.from({ length: last + 1 }, (_, at) => ({
    changes: changes.slice(at * MAX_CHANGES, (at + 1) * MAX_CHANGES),
    names: [] as NameState[],
  }));
  for (const name of names) portions[placeOf.get(pathKey(name.path)) ?? last]?.names.push(name);
  return portions;
}
