/**
 * What was being read when it was forgotten does not come back: it is looked at again, and is gone or left out by then.
 */
import { isWithin } from '../../shared/path-within.js';
import { PRIORITY } from '../../shared/types.js';
import type { WriteOp } from '../words.js';

export class Withheld {
  #paths: readonly Uint8Array[] = [];

  /** @param read  resolves when all that is being read now has been written. */
  async hold(paths: readonly Uint8Array[], read: Promise<void>): Promise<void> {
    this.#paths = [...this.#paths, ...paths];
    await read;
    this.#paths = this.#paths.filter((path) => !paths.includes(path));
  }

  sift(ops: readonly WriteOp[]): readonly WriteOp[] {
    if (this.#paths.length === 0) return ops;
    return ops.map((op) => (op.kind === 'put' && this.#has(op.path) ? lookAgain(op.path) : op));
  }

  #has(path: Uint8Array): boolean {
    return this.#paths.some((held) => isWithin(path, held));
  }
}

function lookAgain(path: Uint8Array): WriteOp {
  return { kind: 'enqueue', hint: { path, scope: 'path', priority: PRIORITY.interactive } };
}
