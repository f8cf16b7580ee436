/**
 * What find-text calls of the C library itself, without a compiler: inotify, epoll and the times of btrfs snapshots,
 * which Node hides, and the give-back of freed memory. The only file that knows koffi.
 */
import { constants } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

/** Not in `fs.constants`; this value on every architecture Node is built for on Linux. */
const O_CLOEXEC = 0o2000000;
const NUL = Buffer.alloc(1);

const libc = koffi.load(null);
const inotifyInit1 = libc.func('int inotify_init1(int flags)');
const inotifyAdd = libc.func('int inotify_add_watch(int fd, const uint8_t *path, uint32_t mask)');
const inotifyRemove = libc.func('int inotify_rm_watch(int fd, int wd)');
const epollCreate1 = libc.func('int epoll_create1(int flags)');
const epollCtl = libc.func('int epoll_ctl(int epfd, int op, int fd, const uint8_t *event)');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, uint8_t *argument)');
const EPOLL_CTL_ADD = 1;
const EPOLLPRI = 0x2;

/** @returns a descriptor that does not block. @throws a system error */
export function inotifyInit(): number {
  return checked('inotify_init1', inotifyInit1(constants.O_NONBLOCK | O_CLOEXEC));
}

/** @returns the watch descriptor. @throws a system error */
export function inotifyAddWatch(fd: number, path: Uint8Array, mask: number): number {
  return checked('inotify_add_watch', inotifyAdd(fd, Buffer.concat([path, NUL]), mask));
}

/** What a thread reads must not be collected meanwhile. */
const inThreads = new Set<Buffer>();

/** The same in a thread of libuv's: where the path may lie on a volume that hangs. Rejects with a system error. */
export function inotifyAddWatchAside(fd: number, path: Uint8Array, mask: number): Promise<number> {
  const bytes = Buffer.concat([path, NUL]);
  inThreads.add(bytes);
  return new Promise((resolve, reject) => {
    inotifyAdd.async(fd, bytes, mask, (failure: unknown, result: number) => {
      inThreads.delete(bytes);
      try {
        if (failure) throw failure;
        resolve(checked('inotify_add_watch', result));
      } catch (error) {
        reject(error);
      }
    });
  });
}

export function inotifyRemoveWatch(fd: number, wd: number): void {
  inotifyRemove(fd, wd);
}

/**
 * @returns a descriptor that is readable when the kernel has marked `fd` as urgent, until somebody has seen it.
 * @throws a system error
 */
export function epollUrgent(fd: number): number {
  const epoll = checked('epoll_create1', epollCreate1(O_CLOEXEC));
  // struct epoll_event: the events, then data that is not used; its padding differs from machine to machine.
  const event = Buffer.alloc(16);
  new Uint32Array(event.buffer, event.byteOffset, 1)[0] = EPOLLPRI;
  checked('epoll_ctl', epollCtl(epoll, EPOLL_CTL_ADD, fd, event));
  return epoll;
}

/**
 * Calls back, outside of Node's own callback scope, whenever there is something to read. Keeps the process alive until
 * close().
 */
export function pollReadable(fd: number, callback: () => void): { close(): void } {
  return koffi.node.poll(fd, callback);
}

/** linux/btrfs.h: _IOR(0x94, 60, struct btrfs_ioctl_get_subvol_info_args), and where its fields are. */
const BTRFS_IOC_GET_SUBVOL_INFO = 0x81f8943c;
const SUBVOLUME_INFO_BYTES = 504;
const RECEIVED_UUID_AT = 328;
const MADE_AT = 392;

/**
 * When a btrfs subvolume or snapshot was made here, in milliseconds since 1970. Its folder has the times of its source.
 * @param fd  of its uppermost folder; no privilege is needed
 * @returns undefined: another file system, or it was received from elsewhere and is older than that
 */
export function subvolumeMadeMs(fd: number): number | undefined {
  const info = Buffer.alloc(SUBVOLUME_INFO_BYTES);
  if (ioctl(fd, BTRFS_IOC_GET_SUBVOL_INFO, info) < 0) return undefined;
  if (info.subarray(RECEIVED_UUID_AT, RECEIVED_UUID_AT + 16).some((byte) => byte !== 0)) return undefined;
  const [seconds, nanoseconds] = [
    new BigUint64Array(info.buffer, info.byteOffset + MADE_AT, 1)[0],
    new Uint32Array(info.buffer, info.byteOffset + MADE_AT + 8, 1)[0],
  ];
  return Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
}

/**
 * Freed memory goes back to the system: what many threads used for a while stays with the process otherwise. glibc
 * only.
 */
export function trimHeap(): void {
  try {
    libc.func('int malloc_trim(size_t pad)')(0);
  } catch {
    // Another C library: it keeps what it keeps.
  }
}

/**
 * Ends the process without waiting for threads, as process.exit would: one may wait for a volume that hangs. Nothing is
 * flushed.
 */
export function exitAtOnce(status: number): never {
  return libc.func('void _exit(int status)')(status) as never;
}

function checked(syscall: string, result: number): number {
  if (result >= 0) return result;
  const errno = -koffi.errno();
  const code = getSystemErrorName(errno);
  throw Object.assign(new Error(`${syscall}: ${code}`), { errno, code, syscall });
}
