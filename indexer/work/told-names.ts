/**
 * Changes of files with several names of which the other names have been told: each of them is read then, and tells
 * nobody again. Otherwise a change of a file with n names would cost n² entries of the queue.
 */
import type { FileStat } from '../../shared/types.js';

const MAX_FILES = 1000;

export class ToldNames {
  /** Device and inode → ctime. */
  readonly #told = new Map<string, number>();

  isTold(stat: FileStat): boolean {
    return this.#told.get(keyOf(stat)) === stat.ctimeMs;
  }

  note(stat: FileStat): void {
    const key = keyOf(stat);
    this.#told.delete(key);
    this.#told.set(key, stat.ctimeMs);
    const [oldest] = this.#told.keys();
    if (oldest !== undefined && this.#told.size > MAX_FILES) this.#told.delete(oldest);
  }
}

function keyOf({ dev, ino }: FileStat): string {
  return `${dev} ${ino}`;
}
