/**
 * One inotify instance of the kernel, read through Node's event loop. Used by tree-watcher.ts.
 * Paths and names are bytes. libuv polls the descriptor: waiting costs no thread and adds no delay. All that the kernel has is read at
 * once, because its own queue is short; one turn of the loop works on SLICE_BYTES of it, so that a storm of changes never keeps the loop
 * busy for long.
 */
import { closeSync, readSync } from 'node:fs';
import { FindTextError, systemCode } from '../../../shared/errors.js';
import { inotifyAddWatch, inotifyInit, inotifyRemoveWatch, pollReadable } from '../../system/libc.js';
import { type InotifyEvent, parseEvents } from './inotify-events.js';

/** 2,000 events with names of up to 15 bytes: about 3 ms of work, and 10 ms more when each path is looked up in the ignore rules. */
const SLICE_BYTES = 64 * 1024;
/** 700,000 events and more; what comes then waits in the kernel. */
const MAX_WAITING_SLICES = 512;
/** What the tree watcher needs of an inotify instance. */
export interface WatchDescriptors {
  add(path: Uint8Array, mask: number): number;
  remove(wd: number): void;
  onEvents(callback: (events: readonly InotifyEvent[]) => void): void;
  /** Resolves when all that the kernel has now was given to the callback; false: it has more than is read at once. */
  caughtUp(): Promise<boolean>;
  close(): void;
}

export class Inotify implements WatchDescriptors {
  readonly #fd: number;
  readonly #slice = Buffer.allocUnsafeSlow(SLICE_BYTES);
  #poll: { close(): void } | undefined;
  #callback: (events: readonly InotifyEvent[]) => void = () => {};
  /** What was read and not worked on, in order. */
  readonly #waiting: Buffer[] = [];
  /** Slices that were given to the callback. */
  #done = 0;
  /** In order of `done`. */
  #waiters: { readonly done: number; readonly resolve: (isAll: boolean) => void }[] = [];
  #isReadPlanned = false;
  #isClosed = false;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws FindTextError when the kernel gives no further instance; the hint names the setting to raise. */
  static open(): Inotify {
    try {
      return new Inotify(inotifyInit());
    } catch (error) {
      throw instanceError(error);
    }
  }

  /**
   * Watches one directory, or changes the mask of its watch; 2 µs.
   * @returns the watch descriptor: the same one for the same inode, whatever the path.
   * @throws a system error: ENOSPC (watch limit), ENOENT, ENOTDIR, EACCES, ENAMETOOLONG, ...
   */
  add(path: Uint8Array, mask: number): number {
    return inotifyAddWatch(this.#fd, path, mask);
  }

  /** Ends a watch; one that the kernel has already ended is not an error. */
  remove(wd: number): void {
    inotifyRemoveWatch(this.#fd, wd);
  }

  /** Starts reading. The names of the events are views that hold only during the callback. Keeps the process alive until close(). */
  onEvents(callback: (events: readonly InotifyEvent[]) => void): void {
    this.#callback = callback;
    this.#poll ??= pollReadable(this.#fd, () => this.#planRead());
  }

  caughtUp(): Promise<boolean> {
    if (this.#isClosed || !this.#readAll()) return Promise.resolve(false);
    if (this.#waiting.length === 0) return Promise.resolve(true);
    this.#planRead();
    return new Promise((resolve) => {
      this.#waiters.push({ done: this.#done + this.#waiting.length, resolve });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { resolve } of this.#waiters.splice(0)) resolve(false);
    this.#poll?.close();
    closeSync(this.#fd);
  }

  /** libuv calls in outside of Node's own callback scope, where promises would not run: setImmediate brings us into one. */
  #planRead(): void {
    if (this.#isReadPlanned) return;
    this.#isReadPlanned = true;
    setImmediate(() => {
      this.#isReadPlanned = false;
      if (!this.#isClosed) this.#workOnSlice();
    });
  }

  #workOnSlice(): void {
    this.#readAll();
    const slice = this.#waiting.shift();
    if (slice) this.#callback(parseEvents(slice));
    if (slice) this.#done++;
    while (this.#waiters[0] && this.#waiters[0].done <= this.#done) this.#waiters.shift()?.resolve(true);
    if (this.#waiting.length > 0) this.#planRead();
  }

  /** @returns false when the kernel has more. */
  #readAll(): boolean {
    while (this.#waiting.length < MAX_WAITING_SLICES) if (!this.#readSlice()) return true;
    return false;
  }

  /** @returns false when the kernel has no more. */
  #readSlice(): boolean {
    try {
      const length = readSync(this.#fd, this.#slice);
      return this.#waiting.push(Buffer.from(this.#slice.subarray(0, length))) > 0;
    } catch (error) {
      if (systemCode(error) === 'EAGAIN' || systemCode(error) === 'EINTR') return false;
      throw error;
    }
  }
}

function instanceError(cause: unknown): FindTextError {
  const code = systemCode(cause);
  const isLimit = code === 'EMFILE';
  return new FindTextError('FT_READ_FAILED', `start watching for changes: no inotify instance to be had (${code})`, {
    cause,
    hint: isLimit
      ? 'other programs of this user hold all instances (or this process has no file descriptor left): ' +
        'as root, run `sysctl fs.inotify.max_user_instances=1024`, or close programs that watch files'
      : undefined,
  });
}
