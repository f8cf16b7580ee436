/**
 * One inotify instance of the kernel. Used by tree-watcher.ts. Paths and names are bytes. A thread empties the kernel's
 * queue at once, whatever the event loop is busy with. One turn of the loop works on a slice, so that a storm of
 * changes never keeps it busy for long.
 */
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FindTextError, reasonText, systemCode } from '../../../shared/errors.js';
import { toBytes } from '../../../shared/paths.js';
import { inotifyAddWatch, inotifyAddWatchAside, inotifyInit, inotifyRemoveWatch } from '../../system/libc.js';
import { type InotifyEvent, parseEvents } from './inotify-events.js';
import type { ThreadAnswer, ThreadRequest } from './inotify-protocol.js';

/** What the tree watcher needs of an inotify instance. */
export interface WatchDescriptors {
  add(path: Uint8Array, mask: number): number;
  /** As add, in another thread. */
  addAside(path: Uint8Array, mask: number): Promise<number>;
  remove(wd: number): void;
  /** @param onFailure  no events come any more. */
  onEvents(callback: (events: readonly InotifyEvent[]) => void, onFailure: (error: FindTextError) => void): void;
  /** Resolves when all that the kernel has now was given to the callback; false: it has more than is read at once. */
  caughtUp(): Promise<boolean>;
  /** Resolves when no thread works for it any more. */
  close(): Promise<void>;
}

export class Inotify implements WatchDescriptors {
  #thread: Worker | undefined;
  #threadEnded: Promise<void> = Promise.resolve();
  #callback: (events: readonly InotifyEvent[]) => void = () => {};
  /** What came and was not worked on, in order. */
  readonly #waiting: Uint8Array[] = [];
  /** Slices that were given to the callback. */
  #done = 0;
  /** Resolved in the order of the thread's answers. */
  readonly #askers: ((answer: ThreadAnswer) => void)[] = [];
  /** In order of `done`. */
  readonly #waiters: { readonly done: number; readonly resolve: (isAll: boolean) => void }[] = [];
  #isWorkPlanned = false;
  #isClosed = false;
  /** Threads that use the descriptor. Its number, once closed, may be given to another file. */
  #users = 0;

  private constructor(
    private readonly fd: number,
    private readonly threadPath: string | undefined,
  ) {}

  /**
   * @param threadPath  the built inotify-thread.js, when it is not beside this file.
   * @throws FindTextError when the kernel gives no further instance; the hint names the setting to raise.
   */
  static open(threadPath?: string): Inotify {
    try {
      return new Inotify(inotifyInit(), threadPath);
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
    return inotifyAddWatch(this.fd, path, mask);
  }

  async addAside(path: Uint8Array, mask: number): Promise<number> {
    if (this.#isClosed) throw new Error('add a watch: closed');
    this.#users++;
    try {
      return await inotifyAddWatchAside(this.fd, path, mask);
    } finally {
      this.#letGo();
    }
  }

  /** Ends a watch; one that the kernel has already ended is not an error. */
  remove(wd: number): void {
    if (!this.#isClosed) inotifyRemoveWatch(this.fd, wd);
  }

  /**
   * Starts reading. The names of the events are views that hold only during the callback. Keeps the process alive until
   * close().
   */
  onEvents(callback: (events: readonly InotifyEvent[]) => void, onFailure: (error: FindTextError) => void): void {
    this.#callback = callback;
    this.#thread ??= this.#startThread(onFailure);
  }

  caughtUp(): Promise<boolean> {
    if (this.#isClosed || !this.#thread) return Promise.resolve(false);
    this.#ask('all');
    return new Promise((resolve) => {
      this.#askers.push(({ isAll }) => {
        if (!isAll || this.#waiting.length === 0) resolve(isAll === true);
        else this.#waiters.push({ done: this.#done + this.#waiting.length, resolve });
      });
    });
  }

  close(): Promise<void> {
    if (this.#isClosed) return this.#threadEnded;
    this.#isClosed = true;
    for (const asker of this.#askers.splice(0)) asker({ slices: [], isAll: false });
    for (const { resolve } of this.#waiters.splice(0)) resolve(false);
    this.#ask('end');
    this.#closeWhenUnused();
    return this.#threadEnded;
  }

  #letGo(): void {
    this.#users--;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (this.#isClosed && this.#users === 0) closeSync(this.fd);
  }

  #startThread(onFailure: (error: FindTextError) => void): Worker {
    const path = this.threadPath ?? fileURLToPath(new URL('inotify-thread.js', import.meta.url));
    const limits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64, stackSizeMb: 1 };
    const thread = new Worker(path, { workerData: this.fd, resourceLimits: limits });
    thread.on('message', (answer: ThreadAnswer) => this.#take(answer));
    thread.on('error', (error) => onFailure(threadError(error)));
    this.#users++;
    this.#threadEnded = new Promise((resolve) => {
      thread.once('exit', () => {
        this.#letGo();
        resolve();
      });
    });
    thread.postMessage('events' satisfies ThreadRequest);
    return thread;
  }

  #ask(request: ThreadRequest): void {
    this.#thread?.postMessage(request);
  }

  #take(answer: ThreadAnswer): void {
    if (this.#isClosed) return;
    for (const slice of answer.slices) this.#waiting.push(slice);
    if (answer.isAll !== undefined) this.#askers.shift()?.(answer);
    this.#planWork();
  }

  #planWork(): void {
    if (this.#isWorkPlanned) return;
    this.#isWorkPlanned = true;
    setImmediate(() => {
      this.#isWorkPlanned = false;
      if (!this.#isClosed) this.#workOnSlice();
    });
  }

  #workOnSlice(): void {
    const slice = this.#waiting.shift();
    if (slice) this.#callback(parseEvents(toBytes(slice)));
    if (slice) this.#done++;
    while (this.#waiters[0] && this.#waiters[0].done <= this.#done) this.#waiters.shift()?.resolve(true);
    if (this.#waiting.length > 0) this.#planWork();
    else this.#ask('events');
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

function threadError(cause: Error): FindTextError {
  const message = `read the kernel's inotify events: the thread that reads them has ended: ${reasonText(cause)}`;
  const hint = 'start `find-textd run` again: it compares every folder with the disk';
  return new FindTextError('FT_READ_FAILED', message, { cause, hint });
}
