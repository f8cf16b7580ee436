/**
 * One inotify instance of the kernel, read through Node's event loop. The only file that knows koffi; used by tree-watcher.ts.
 * Paths and names are bytes. libuv polls the descriptor: waiting costs no thread and adds no delay. One turn of the loop reads
 * at most SLICE_BYTES, so that a storm of changes never keeps the loop busy for long.
 */
import { closeSync, constants, readSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { FindTextError, systemCode } from '../../shared/errors.js';
import { type InotifyEvent, parseEvents } from './inotify-events.js';

/** 2,000 events with names of up to 15 bytes: about 3 ms of work, and 10 ms more when each path is looked up in the ignore rules. */
const SLICE_BYTES = 64 * 1024;
/** Not in `fs.constants`; this value on every architecture Node is built for on Linux. */
const O_CLOEXEC = 0o2000000;

const libc = koffi.load(null);
const inotifyInit = libc.func('int inotify_init1(int flags)');
const inotifyAddWatch = libc.func('int inotify_add_watch(int fd, const uint8_t *path, uint32_t mask)');
const inotifyRemoveWatch = libc.func('int inotify_rm_watch(int fd, int wd)');

/** What the tree watcher needs of an inotify instance. */
export interface WatchDescriptors {
  add(path: Uint8Array, mask: number): number;
  remove(wd: number): void;
  onEvents(callback: (events: readonly InotifyEvent[]) => void): void;
  close(): void;
}

export class Inotify implements WatchDescriptors {
  readonly #fd: number;
  readonly #slice = Buffer.allocUnsafeSlow(SLICE_BYTES);
  #poll: InstanceType<typeof koffi.node.PollHandle> | undefined;
  #callback: (events: readonly InotifyEvent[]) => void = () => {};
  #isReadPlanned = false;
  #isClosed = false;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws FindTextError when the kernel gives no further instance; the hint names the setting to raise. */
  static open(): Inotify {
    const fd = inotifyInit(constants.O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) throw instanceError(lastSystemError('inotify_init1'));
    return new Inotify(fd);
  }

  /**
   * Watches one directory, or changes the mask of its watch; 2 µs.
   * @returns the watch descriptor: the same one for the same inode, whatever the path.
   * @throws a system error: ENOSPC (watch limit), ENOENT, ENOTDIR, EACCES, ENAMETOOLONG, ...
   */
  add(path: Uint8Array, mask: number): number {
    const wd = inotifyAddWatch(this.#fd, Buffer.concat([path, Buffer.alloc(1)]), mask);
    if (wd < 0) throw lastSystemError('inotify_add_watch');
    return wd;
  }

  /** Ends a watch; one that the kernel has already ended is not an error. */
  remove(wd: number): void {
    inotifyRemoveWatch(this.#fd, wd);
  }

  /** Starts reading. The names of the events are views that hold only during the callback. Keeps the process alive until close(). */
  onEvents(callback: (events: readonly InotifyEvent[]) => void): void {
    this.#callback = callback;
    this.#poll ??= koffi.node.poll(this.#fd, () => this.#planRead());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#poll?.close();
    closeSync(this.#fd);
  }

  /** libuv calls in outside of Node's own callback scope, where promises would not run: setImmediate brings us into one. */
  #planRead(): void {
    if (this.#isReadPlanned) return;
    this.#isReadPlanned = true;
    setImmediate(() => {
      this.#isReadPlanned = false;
      if (!this.#isClosed) this.#readSlice();
    });
  }

  #readSlice(): void {
    let length = 0;
    try {
      length = readSync(this.#fd, this.#slice);
    } catch (error) {
      if (systemCode(error) === 'EAGAIN' || systemCode(error) === 'EINTR') return;
      throw error;
    }
    this.#callback(parseEvents(this.#slice.subarray(0, length)));
  }
}

function lastSystemError(syscall: string): NodeJS.ErrnoException {
  const errno = -koffi.errno();
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall}: ${code}`), { errno, code, syscall });
}

function instanceError(cause: NodeJS.ErrnoException): FindTextError {
  const isLimit = cause.code === 'EMFILE';
  return new FindTextError(
    'FT_READ_FAILED',
    `start watching for changes: no inotify instance to be had (${cause.code})`,
    {
      cause,
      hint: isLimit
        ? 'other programs of this user hold all instances (or this process has no file descriptor left): ' +
          'as root, run `sysctl fs.inotify.max_user_instances=1024`, or close programs that watch files'
        : undefined,
    },
  );
}
