/**
 * The file of an index, as its writer reads and wipes it beside SQLite: by one handle, which is closed after SQLite's
 * own. When a process closes any handle of a file, the kernel drops all locks that the process has on it. Another
 * program that opens the index and closes it again (`sqlite3`) would then take itself for the last one, and remove the
 * log that the writer goes on writing to.
 * @see https://sqlite.org/howtocorrupt.html "Posix advisory locks canceled by a separate thread doing close()"
 */
import { closeSync, constants, openSync } from 'node:fs';
import { requireOwnFile } from '../own-file.js';

export class RawFile {
  #fd: number | undefined;

  constructor(readonly path: string) {}

  /**
   * Opened when it is needed first.
   * @throws a system error; FindTextError FT_STORE_FAILED when it is not a plain file of this user
   */
  get fd(): number {
    if (this.#fd !== undefined) return this.#fd;
    requireOwnFile(this.path);
    this.#fd = openSync(this.path, constants.O_RDWR | constants.O_NOFOLLOW);
    return this.#fd;
  }

  /** To be called when no connection of this process has the file open any more. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
