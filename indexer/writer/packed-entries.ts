/** Entries of the queue on their way from the writer thread, as packed-ops.ts has operations. Pure. */
import type { Priority } from '../../shared/types.js';
import type { QueueEntry, Taken } from '../words.js';
import { type PathBytes, PathReader, packPaths } from './path-bytes.js';

export interface PackedTaken {
  /** The path of each, and after it the one it was renamed from, if there is one. */
  readonly paths: PathBytes;
  /** Priority, attempt, and the traits of each. */
  readonly numbers: Uint32Array;
  readonly nextDueMs: number | undefined;
}

const TREE = 1;
const ATTRIBUTES = 2;
const RENAMED = 4;
const NUMBERS = 3;

export function packTaken({ entries, nextDueMs }: Taken): PackedTaken {
  const paths: Uint8Array[] = [];
  const numbers = new Uint32Array(entries.length * NUMBERS);
  entries.forEach((entry, at) => {
    paths.push(entry.path);
    if (entry.renamedFrom) paths.push(entry.renamedFrom);
    numbers.set([entry.priority, entry.attempt, traitsOf(entry)], at * NUMBERS);
  });
  return { paths: packPaths(paths), numbers, nextDueMs };
}

export function unpackTaken({ paths, numbers, nextDueMs }: PackedTaken): Taken {
  const reader = new PathReader(paths);
  const entries: QueueEntry[] = [];
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const traits = numbers[at + 2] as number;
    entries.push({
      path: reader.next(),
      scope: traits & TREE ? 'tree' : 'path',
      priority: numbers[at] as Priority,
      attempt: numbers[at + 1] as number,
      renamedFrom: traits & RENAMED ? reader.next() : null,
      isAttributes: traits & ATTRIBUTES ? 1 : 0,
    });
  }
  return { entries, nextDueMs };
}

function traitsOf({ scope, isAttributes, renamedFrom }: QueueEntry): number {
  return (scope === 'tree' ? TREE : 0) | (isAttributes ? ATTRIBUTES : 0) | (renamedFrom ? RENAMED : 0);
}
