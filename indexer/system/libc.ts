/**
 * What find-text calls of the C library itself, without a compiler: inotify, epoll, the times of btrfs snapshots,
 * extended attributes, file flags, datagrams to a path and who is at the other end of a socket, which Node hides,
 * descriptors for another process and whether there is something to read, what a process gives up for good, another
 * program in its place, and the give-back of freed memory. The only file that knows koffi.
 */
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { constants as os } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { withSocketPath } from '../../shared/socket-path.js';

/** Not in `fs.constants`; this value on every architecture Node is built for on Linux. */
const O_CLOEXEC = 0o2000000;
const NUL = Buffer.alloc(1);

const libc = koffi.load(null);
type LibcFunction = ReturnType<typeof libc.func>;
const inotifyInit1 = libc.func('int inotify_init1(int flags)');
const inotifyAdd = libc.func('int inotify_add_watch(int fd, const uint8_t *path, uint32_t mask)');
const inotifyRemove = libc.func('int inotify_rm_watch(int fd, int wd)');
const epollCreate1 = libc.func('int epoll_create1(int flags)');
const epollWait = libc.func('int epoll_wait(int epfd, uint8_t *events, int maxevents, int timeout)');
const epollCtl = libc.func('int epoll_ctl(int epfd, int op, int fd, const uint8_t *event)');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, uint8_t *argument)');
const socketFd = libc.func('int socket(int domain, int type, int protocol)');
const connectSocket = libc.func('int connect(int fd, const uint8_t *address, uint32_t length)');
const sendBytes = libc.func('int64_t send(int fd, const uint8_t *bytes, size_t length, int flags)');
const bindSocket = libc.func('int bind(int fd, const uint8_t *address, uint32_t length)');
const listenSocket = libc.func('int listen(int fd, int backlog)');
const acceptSocket = libc.func('int accept4(int fd, uint8_t *address, uint32_t *length, int flags)');
const socketOption = libc.func('int getsockopt(int fd, int level, int option, uint8_t *value, uint8_t *length)');
const listNames = libc.func('int64_t llistxattr(const uint8_t *path, uint8_t *list, size_t size)');
const getValue = libc.func('int64_t lgetxattr(const uint8_t *path, const uint8_t *name, uint8_t *value, size_t size)');
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

/** In a thread of libuv's: where a path may lie on a volume that hangs. Rejects with what `take` throws. */
function aside<Result>(
  call: LibcFunction,
  used: readonly (Buffer | number)[],
  take: (result: number | bigint) => Result,
): Promise<Result> {
  const buffers = used.filter((each) => typeof each !== 'number');
  for (const each of buffers) inThreads.add(each);
  return new Promise((resolve, reject) => {
    call.async(...used, (failure: unknown, result: number | bigint) => {
      for (const each of buffers) inThreads.delete(each);
      try {
        if (failure) throw failure;
        resolve(take(result));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Where the path may lie on a volume that hangs. Rejects with a system error. */
export function inotifyAddWatchAside(fd: number, path: Uint8Array, mask: number): Promise<number> {
  const used = [fd, Buffer.concat([path, NUL]), mask];
  return aside(inotifyAdd, used, (result) => checked('inotify_add_watch', Number(result)));
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

/** @param epoll  of epollUrgent. @returns true when it was readable; it is not any more. @throws a system error */
export function takeUrgent(epoll: number): boolean {
  return checked('epoll_wait', epollWait(epoll, Buffer.alloc(16), 1, 0)) > 0;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
/** Both as O_NONBLOCK and O_CLOEXEC. */
const SOCK_FLAGS = constants.O_NONBLOCK | O_CLOEXEC;
const MSG_NOSIGNAL = 0x4000;
/** `sun_path`, with the NUL at its end. */
const MAX_SOCKET_PATH = 108;

/** @returns a descriptor to send datagrams to the socket at `path`, which never waits. @throws a system error */
export function connectDatagrams(path: string): number {
  const address = unixAddress(path);
  return socketWith(SOCK_DGRAM, (fd) => checked('connect', connectSocket(fd, address, address.length)));
}

function unixAddress(path: string): Buffer {
  const name = Buffer.from(path);
  if (name.length >= MAX_SOCKET_PATH) throw systemError('connect', os.errno.ENAMETOOLONG);
  const address = Buffer.alloc(2 + MAX_SOCKET_PATH);
  new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_UNIX;
  name.copy(address, 2);
  return address;
}

function socketWith(type: number, prepare: (fd: number) => void): number {
  const fd = checked('socket', socketFd(AF_UNIX, type | SOCK_FLAGS, 0));
  try {
    prepare(fd);
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

/** @throws a system error: EAGAIN when the reader is behind, EMSGSIZE */
export function sendDatagram(fd: number, bytes: Uint8Array): void {
  checked('send', sendBytes(fd, bytes, bytes.length, MSG_NOSIGNAL));
}

const SOCK_STREAM = 1;
/** More of them wait until they are taken, or are told to try again. */
const BACKLOG = 16;

/** @returns the descriptor of a socket that listens at `path`, where nothing is; it never waits. @throws a system error */
export function listenAt(path: string): number {
  return socketWith(SOCK_STREAM, (fd) => {
    withSocketPath(path, (short) => {
      const address = unixAddress(short);
      checked('bind', bindSocket(fd, address, address.length));
    });
    checked('listen', listenSocket(fd, BACKLOG));
  });
}

/** Does a process listen at `path`? */
export function isListenedTo(path: string): boolean {
  try {
    closeSync(
      socketWith(SOCK_STREAM, (fd) =>
        withSocketPath(path, (short) => {
          const address = unixAddress(short);
          checked('connect', connectSocket(fd, address, address.length));
        }),
      ),
    );
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  }
}

/** @returns the descriptor of the next client, undefined: none waits. @throws a system error */
export function acceptClient(fd: number): number | undefined {
  const client = acceptSocket(fd, null, null, SOCK_FLAGS);
  if (client >= 0) return client;
  const errno = koffi.errno();
  if (errno === os.errno.EAGAIN || errno === os.errno.ECONNABORTED || errno === os.errno.EINTR) return undefined;
  throw systemError('accept4', errno);
}

const SOL_SOCKET = 1;
/** asm/socket.h: the same on the machines that Node is built for, but for one. */
const SO_PEERCRED = process.arch === 'ppc64' ? 21 : 17;
/** struct ucred: pid, uid, gid. */
const CREDENTIALS_BYTES = 12;

/** Who connected: the user that its process had then. @throws a system error */
export function peerUid(fd: number): number {
  const credentials = new Uint32Array(3);
  const length = new Uint32Array([CREDENTIALS_BYTES]);
  checked('getsockopt', socketOption(fd, SOL_SOCKET, SO_PEERCRED, bytesOf(credentials), bytesOf(length)));
  if (length[0] !== CREDENTIALS_BYTES) throw systemError('getsockopt', os.errno.EINVAL);
  return credentials[1] as number;
}

function bytesOf({ buffer }: Uint32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
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

/** As much as the kernel gives of names, and of one value. */
const MAX_ATTRIBUTE_BYTES = 64 * 1024;
const MAX_ATTRIBUTES = 512;
const attributeBytes = Buffer.alloc(MAX_ATTRIBUTE_BYTES);

/** Of a file or folder, or of a symlink itself. */
export interface ExtendedAttribute {
  readonly name: Buffer;
  readonly value: Buffer;
}

/**
 * Those that this user may see, ACLs and capabilities among them. None where the file system has none.
 * @throws a system error, also when there are very many
 */
export function extendedAttributes(path: Uint8Array): readonly ExtendedAttribute[] {
  const file = withNul(path);
  const read = (length: number) => Buffer.from(attributeBytes.subarray(0, length));
  const names = read(attributeLength('llistxattr', listNames(file, attributeBytes, MAX_ATTRIBUTE_BYTES)) ?? 0);
  return namesIn(names).flatMap((name) => {
    const length = attributeLength('lgetxattr', getValue(file, withNul(name), attributeBytes, MAX_ATTRIBUTE_BYTES));
    return length === undefined ? [] : [{ name, value: read(length) }];
  });
}

/** Where the path may lie on a volume that hangs. Rejects with a system error. */
export async function extendedAttributesAside(path: Uint8Array): Promise<readonly ExtendedAttribute[]> {
  const file = withNul(path);
  const found: ExtendedAttribute[] = [];
  for (const name of namesIn((await bytesAside('llistxattr', listNames, [file])) ?? Buffer.alloc(0))) {
    const value = await bytesAside('lgetxattr', getValue, [file, withNul(name)]);
    if (value) found.push({ name, value });
  }
  return found;
}

function bytesAside(syscall: string, call: LibcFunction, names: readonly Buffer[]): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(MAX_ATTRIBUTE_BYTES);
  return aside(call, [...names, bytes, bytes.length], (result) => {
    const length = attributeLength(syscall, result);
    return length === undefined ? undefined : bytes.subarray(0, length);
  });
}

/** @returns undefined when there is none. @throws a system error */
function attributeLength(syscall: string, result: number | bigint): number | undefined {
  if (result >= 0) return Number(result);
  const { ENOTSUP, ENODATA } = os.errno;
  const errno = koffi.errno();
  if (errno === ENOTSUP || errno === ENODATA) return undefined;
  throw systemError(syscall, errno);
}

function namesIn(list: Buffer): Buffer[] {
  const names: Buffer[] = [];
  for (let from = 0, end = list.indexOf(0); end >= 0; from = end + 1, end = list.indexOf(0, from))
    names.push(list.subarray(from, end));
  if (names.length > MAX_ATTRIBUTES) throw systemError('llistxattr', os.errno.E2BIG);
  return names;
}

/** As chattr sets them. */
export interface FileFlags {
  /** `i`: nobody can change, rename or remove it. */
  readonly isImmutable: boolean;
  /** `a`: it can only grow. */
  readonly isAppendOnly: boolean;
}

/** linux/stat.h, the same on each machine: struct statx, and where its fields are. */
const STATX_BYTES = 256;
const ATTRIBUTES_AT = 8;
const ATTRIBUTES_MASK_AT = 56;
const [IMMUTABLE, APPEND] = [0x10n, 0x20n];
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const statx = orMissing('int statx(int folder, const uint8_t *path, int flags, unsigned int mask, uint8_t *into)');

/**
 * Of a file or folder, or of a symlink itself. Nothing is opened.
 * @returns undefined: its file system does not tell. @throws a system error
 */
export function fileFlags(path: Uint8Array): FileFlags | undefined {
  if (!statx) return undefined;
  const into = Buffer.alloc(STATX_BYTES);
  checked('statx', statx(AT_FDCWD, withNul(path), AT_SYMLINK_NOFOLLOW, 0, into));
  return flagsIn(into);
}

/** Where the path may lie on a volume that hangs. Rejects with a system error. */
export async function fileFlagsAside(path: Uint8Array): Promise<FileFlags | undefined> {
  if (!statx) return undefined;
  const into = Buffer.alloc(STATX_BYTES);
  const used = [AT_FDCWD, withNul(path), AT_SYMLINK_NOFOLLOW, 0, into];
  await aside(statx, used, (result) => checked('statx', Number(result)));
  return flagsIn(into);
}

function flagsIn({ buffer, byteOffset }: Buffer): FileFlags | undefined {
  const at = (offset: number) => new BigUint64Array(buffer, byteOffset + offset, 1)[0] ?? 0n;
  const [flags, known] = [at(ATTRIBUTES_AT), at(ATTRIBUTES_MASK_AT)];
  if ((known & (IMMUTABLE | APPEND)) !== (IMMUTABLE | APPEND)) return undefined;
  return { isImmutable: (flags & IMMUTABLE) !== 0n, isAppendOnly: (flags & APPEND) !== 0n };
}

/** A C library that is older than it has none. */
function orMissing(declaration: string): LibcFunction | undefined {
  try {
    return libc.func(declaration);
  } catch {
    return undefined;
  }
}

function withNul(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, NUL]);
}

const POLLIN = 0x1;
const SIG_DFL = 0;
const SIG_IGN = 1;
const pollDescriptors = libc.func('int poll(uint8_t *entries, unsigned long count, int timeoutMs)');
const onSignal = libc.func('size_t signal(int number, size_t handler)');

const closeFd = libc.func('int close(int fd)');

/**
 * Closes what a function of this file has made. In a thread Node warns when its own close gets a descriptor that was not
 * opened by it.
 */
export function closeDescriptor(fd: number): void {
  closeFd(fd);
}

const exitNow = libc.func('void _exit(int status)');

/**
 * Ends the process as process.exit would, but without waiting for threads, of which one may wait for a volume that
 * hangs, and without the clean-up of Node, for which newer versions need io_uring. Nothing is flushed.
 */
export function exitAtOnce(status: number): never {
  return exitNow(status) as never;
}

/** Would reading from it return at once, as there is something, or it has ended? @throws a system error */
export function isReadable(fd: number): boolean {
  const entry = new Int32Array([fd, 0]);
  new Int16Array(entry.buffer)[2] = POLLIN;
  return checked('poll', pollDescriptors(new Uint8Array(entry.buffer), 1, 0)) > 0;
}

/** For good, also by what this process becomes. */
export function ignoreSignals(names: readonly (keyof typeof os.signals)[]): void {
  for (const name of names) onSignal(os.signals[name], SIG_IGN);
}

const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SOCK_SEQPACKET = 5;
const SCM_RIGHTS = 1;
/** struct cmsghdr before a descriptor: its length, which is as wide as a pointer, its level and its type. */
const WORD = koffi.sizeof('size_t');
const CONTROL_HEAD = WORD + 8;
const iovec = koffi.struct({ base: 'uint8_t *', length: 'size_t' });
const message = koffi.struct({
  name: 'uint8_t *',
  nameLength: 'uint32_t',
  parts: koffi.pointer(iovec),
  partsLength: 'size_t',
  control: 'uint8_t *',
  controlLength: 'size_t',
  flags: 'int',
});
const pairOfSockets = libc.func('int socketpair(int domain, int type, int protocol, int32_t *into)');
const sendMessage = libc.func('sendmsg', 'int64_t', ['int', koffi.pointer(message), 'int']);
const receiveMessage = libc.func('recvmsg', 'int64_t', ['int', koffi.pointer(message), 'int']);

/** @returns two descriptors that are connected with each other. @throws a system error */
export function socketPair(): readonly [number, number] {
  const pair = new Int32Array(2);
  checked('socketpair', pairOfSockets(AF_UNIX, SOCK_SEQPACKET | O_CLOEXEC, 0, pair));
  return [pair[0] as number, pair[1] as number];
}

/** As many descriptors as go in one message; the kernel would take 253. */
export const MAX_HANDED = 64;
const DESCRIPTOR_BYTES = 4;

const control = Buffer.alloc(CONTROL_HEAD + MAX_HANDED * DESCRIPTOR_BYTES);
const controlLength = WORD === 8 ? new BigUint64Array(control.buffer, 0, 1) : new Uint32Array(control.buffer, 0, 1);
const controlKind = new Int32Array(control.buffer, WORD, 2);
const handed = new Int32Array(control.buffer, CONTROL_HEAD, MAX_HANDED);
/** How many they are: where the receiver has no room for one the kernel leaves it out. */
const handedCount = Buffer.alloc(1);
const parts = [{ base: handedCount, length: 1 }];

function messageOf(descriptors: number) {
  const bytes = Math.ceil((CONTROL_HEAD + descriptors * DESCRIPTOR_BYTES) / WORD) * WORD;
  return { name: null, nameLength: 0, parts, partsLength: 1, control, controlLength: bytes, flags: 0 };
}

/**
 * To whoever has the other end; never waits.
 * @param fds  at least one, at most MAX_HANDED.
 * @throws a system error: EAGAIN when that one is far behind; ETOOMANYREFS when more descriptors of this user are on
 * their way, to whomever, than this process may have open (unix(7))
 */
export function sendDescriptors(socket: number, fds: readonly number[]): void {
  const bytes = CONTROL_HEAD + fds.length * DESCRIPTOR_BYTES;
  controlLength[0] = WORD === 8 ? BigInt(bytes) : bytes;
  controlKind.set([SOL_SOCKET, SCM_RIGHTS]);
  handed.set(fds);
  handedCount[0] = fds.length;
  checked('sendmsg', Number(sendMessage(socket, messageOf(fds.length), MSG_DONTWAIT | MSG_NOSIGNAL)));
}

/**
 * Those of one message. Waits for it.
 * @returns none when nobody has the other end any more. @throws a system error, and where one has no room here
 */
export function receiveDescriptors(socket: number): readonly number[] {
  control.fill(0);
  const bytes = checked('recvmsg', Number(receiveMessage(socket, messageOf(MAX_HANDED), MSG_CMSG_CLOEXEC)));
  if (bytes === 0) return [];
  const count = (Number(controlLength[0]) - CONTROL_HEAD) / DESCRIPTOR_BYTES;
  if (count !== handedCount[0]) throw new Error('recvmsg: too many open files');
  return [...handed.subarray(0, count)];
}

const PR_SET_NO_NEW_PRIVS = 38;
const PR_GET_SECCOMP = 21;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const FILTER_STEP_BYTES = 8;
const filterProgram = koffi.struct({ length: 'uint16_t', steps: 'uint8_t *' });
const processControl = libc.func('prctl', 'int', ['int', ...Array(4).fill('unsigned long')]);
const setFilter = libc.func('syscall', 'long', [
  'long',
  'unsigned long',
  'unsigned long',
  koffi.pointer(filterProgram),
]);
const restrictSelf = libc.func('syscall', 'long', ['long', 'unsigned long', 'unsigned long']);
const withBytes = libc.func('syscall', 'long', ['long', 'uint8_t *', 'size_t', 'unsigned long']);
const addRule = libc.func('syscall', 'long', ['long', 'unsigned long', 'unsigned long', 'uint8_t *', 'unsigned long']);

/** From now on nothing that this process starts has more rights than itself. @throws a system error */
export function giveUpNewRights(): void {
  checked('prctl', processControl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/** Does the kernel filter system calls? */
export function canFilterCalls(): boolean {
  return processControl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

/**
 * All threads of this process make only such system calls from now on, for good.
 * @param call   the number of seccomp() on this machine
 * @param steps  struct sock_filter each
 * @throws a system error
 */
export function filterCalls(call: number, steps: Buffer): void {
  const program = { length: steps.length / FILTER_STEP_BYTES, steps };
  checked('seccomp', Number(setFilter(call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, program)));
}

/** linux/landlock.h; these numbers are the same on every machine. */
const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_ADD_RULE = 445;
const LANDLOCK_RESTRICT_SELF = 446;
const LANDLOCK_CREATE_RULESET_VERSION = 1;
const LANDLOCK_RULE_PATH_BENEATH = 1;
/** Not in `fs.constants`; the same on every architecture Node is built for on Linux. */
const O_PATH = 0o10000000;

/** The version of Landlock that the kernel has switched on; 0: none. */
export function landlockVersion(): number {
  return Math.max(Number(withBytes(LANDLOCK_CREATE_RULESET, null, 0, LANDLOCK_CREATE_RULESET_VERSION)), 0);
}

/** What may be done at a path and below it nevertheless. */
export interface LandlockRule {
  readonly path: string;
  readonly rights: bigint;
}

/**
 * This thread, and those that it starts, may do none of what the ruleset handles from now on, for good.
 * @param ruleset  struct landlock_ruleset_attr, as long as the kernel's version has it
 * @throws a system error
 */
export function restrictByLandlock(ruleset: Buffer, rules: readonly LandlockRule[] = []): void {
  const fd = checked('landlock_create_ruleset', Number(withBytes(LANDLOCK_CREATE_RULESET, ruleset, ruleset.length, 0)));
  try {
    for (const rule of rules) allowByLandlock(fd, rule);
    checked('landlock_restrict_self', Number(restrictSelf(LANDLOCK_RESTRICT_SELF, fd, 0)));
  } finally {
    closeSync(fd);
  }
}

/** struct landlock_path_beneath_attr: the rights, and a descriptor of the path. */
function allowByLandlock(ruleset: number, { path, rights }: LandlockRule): void {
  const fd = openSync(path, O_PATH | O_CLOEXEC);
  try {
    const rule = Buffer.alloc(16);
    new BigUint64Array(rule.buffer, rule.byteOffset, 1)[0] = rights;
    new Int32Array(rule.buffer, rule.byteOffset + 8, 1)[0] = fd;
    const result = addRule(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0);
    checked('landlock_add_rule', Number(result));
  } finally {
    closeSync(fd);
  }
}

const execute = libc.func('execve', 'int', ['str', 'const char **', 'const char **']);
const setDescriptor = libc.func('int fcntl(int fd, int command, int value)');
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const LAST_STREAM = 2;

/**
 * This process becomes another program, which gets its streams, which Node marks to be closed, and nothing else that
 * is open. A broken pipe ends it, which Node ignores.
 * @param argv  the program's own name is the first.
 * @throws a system error: it has not
 */
export function becomeProgram(program: string, argv: readonly string[], env: readonly string[]): never {
  onSignal(os.signals.SIGPIPE, SIG_DFL);
  // One of those listed has listed them.
  for (const fd of readdirSync('/proc/self/fd').map(Number))
    setDescriptor(fd, F_SETFD, fd <= LAST_STREAM ? 0 : FD_CLOEXEC);
  execute(program, [...argv, null], [...env, null]);
  throw systemError('execve', koffi.errno());
}

/** See mallopt(3). */
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;

function setMalloc(param: number, value: number): void {
  try {
    libc.func('int mallopt(int param, int value)')(param, value);
  } catch {
    // Another C library: it goes by its own rules.
  }
}

/**
 * All threads that are started from now on take their memory from so many heaps, instead of each from one of its own:
 * what one frees another one uses. glibc only.
 */
export function shareHeaps(count: number): void {
  setMalloc(M_ARENA_MAX, count);
}

/**
 * What is freed at the end of a heap goes back at once where it is more than `endBytes`, and so does each block from
 * `blockBytes` on. By itself glibc keeps the more the larger a block was that was ever freed: after one of 8 MB the end
 * of each heap may be 16 MB, and `trimHeap` leaves it.
 */
export function keepHeapsShort(endBytes: number, blockBytes: number): void {
  heapEndBytes = endBytes;
  setMalloc(M_TRIM_THRESHOLD, endBytes);
  setMalloc(M_MMAP_THRESHOLD, blockBytes);
}

let heapEndBytes: number | undefined;
/** glibc's own, as long as no large block was freed. */
const SHORTEST_END_BYTES = 128 << 10;

/** What is freed meanwhile leaves nearly nothing at the ends of the heaps. Where they are kept short otherwise. */
export async function shorteningHeaps(action: () => Promise<void>): Promise<void> {
  if (heapEndBytes === undefined) return action();
  setMalloc(M_TRIM_THRESHOLD, SHORTEST_END_BYTES);
  try {
    await action();
  } finally {
    setMalloc(M_TRIM_THRESHOLD, heapEndBytes);
  }
}

let mallocTrim: ((pad: number) => number) | undefined;

/**
 * Freed memory goes back to the system: what many threads used for a while stays with the process otherwise. glibc
 * only.
 */
export function trimHeap(): void {
  try {
    mallocTrim ??= libc.func('int malloc_trim(size_t pad)');
    mallocTrim(0);
  } catch {
    // Another C library: it keeps what it keeps.
  }
}

function checked(syscall: string, result: number): number {
  if (result >= 0) return result;
  throw systemError(syscall, koffi.errno());
}

/** Node has no name for it. */
const ETOOMANYREFS = 109;

function systemError(syscall: string, errno: number): Error {
  const code = errno === ETOOMANYREFS ? 'ETOOMANYREFS' : getSystemErrorName(-errno);
  return Object.assign(new Error(`${syscall}: ${code}`), { errno: -errno, code, syscall });
}
