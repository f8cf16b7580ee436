/**
 * Files that a worker holds open and writes to now and then, as logs are, whatever becomes of their names meanwhile.
 * A file with several names is left alone here: the kernel tells of a write only under the name it was opened by.
 */
import { closeSync, fstatSync, openSync, readlinkSync, writeSync } from 'node:fs';

const MAX_OPEN = 8;

export class LongOpen {
  readonly #fds: number[] = [];

  open(path: Uint8Array): void {
    this.#fds.push(openSync(Buffer.from(path), 'a'));
    if (this.#fds.length > MAX_OPEN) closeSync(this.#fds.shift() as number);
  }

  /** @returns where the file is now. */
  write(at: number, text: Uint8Array): Buffer | undefined {
    const fd = this.#fds[at % Math.max(this.#fds.length, 1)];
    if (fd === undefined) return undefined;
    const path = readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' });
    if (fstatSync(fd).nlink !== 1 || path.toString('latin1').endsWith(' (deleted)')) return undefined;
    writeSync(fd, text);
    return path;
  }

  closeAll(): void {
    for (const fd of this.#fds.splice(0)) closeSync(fd);
  }
}
