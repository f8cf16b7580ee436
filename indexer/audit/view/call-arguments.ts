/**
 * Which argument of a call means what, and what it is called.
 */
import { MACHINES } from '../records/machines.js';
import { syscallName } from '../records/syscall-numbers.js';
import type { Accounts } from './accounts.js';
import { type ArgumentKind, argumentName, isArgumentKind } from './argument-kinds.js';
import { lazily } from './names/name-table.js';
import { IPC_CALLS, SOCKET_CALLS } from './names/sockets.js';
import type { TextFields } from './text-fields.js';

type Kinds = readonly (ArgumentKind | undefined)[];

/** Calls with the kinds of their arguments 0 to 3; '.' is one without a name. From the man pages of section 2. */
const TABLE = `
access: . access
bpf: bpf
chmod fchmod creat mkdir: . mode
chown fchown lchown chown32 fchown32 lchown32: . uid gid
clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep: clock
clock_nanosleep_time64 clock_settime clock_settime64: clock
clone: clone
epoll_ctl: . epoll
execveat open_tree open_tree_attr openat2 readlinkat: dirfd
exit exit_group: exit
faccessat: dirfd . access
faccessat2: dirfd . access accessFlags
fanotify_mark: . . . dirfd
fchmodat: dirfd . mode
fchmodat2: dirfd . mode atFlags
fchownat: dirfd . uid gid
fcntl fcntl64: . fcntl fcntlArgument
file_getattr file_setattr: dirfd
fsconfig: . fsconfig
fsmount: . fsmount mountAttributes
fsopen: . fsopen
fspick mount_setattr name_to_handle_at: dirfd
fstatat64 newfstatat: dirfd . . atFlags
futimesat: dirfd
getrlimit setrlimit ugetrlimit: rlimit
getsockopt: . level getOption
getxattrat listxattrat removexattrat setxattrat: dirfd . atFlags
ioctl: . ioctl
ipc: ipc
kill tkill rt_sigqueueinfo: . signal
linkat renameat renameat2 move_mount: dirfd . dirfd
lseek: . . seek
mkdirat: dirfd . mode
mknod: . device
mknodat: dirfd . device
mmap mmap2: . . protection map
mount: . . . mount
mprotect pkey_mprotect: . . protection
mq_open: . open modeIfCreated
open: . open modeIfCreated
open_by_handle_at: . . open
openat: dirfd . open modeIfCreatedAt
personality: personality
pidfd_send_signal: . signal
prctl: prctl prctlArgument
prlimit64: . rlimit
ptrace: ptrace
recv send recvfrom sendto recvmmsg recvmmsg_time64 sendmmsg: . . . message
recvmsg sendmsg: . . message
rt_sigaction sigaction signal: signal
sched_setscheduler: . scheduler
setfsgid setgid setfsgid32 setgid32: gid
setfsuid setuid setfsuid32 setuid32: uid
setns: . namespaces
setregid setregid32: gid gid
setresgid setresgid32: gid gid gid
setresuid setresuid32: uid uid uid
setreuid setreuid32: uid uid
setsockopt: . level setOption
shmget: . . sharedMemory
socket socketpair: domain type protocol
socketcall: socketcall
statx: dirfd . atFlags
symlinkat: . dirfd
tgkill rt_tgsigqueueinfo: . . signal
umount2: . unmount
unlinkat: dirfd . unlink
unshare: namespaces
utimensat utimensat_time64: dirfd . . atFlags
`;

const kindsOfCalls = lazily(() => new Map(TABLE.trim().split('\n').flatMap(kindsOfLine)));

function kindsOfLine(line: string): [string, Kinds][] {
  const [calls = '', kinds = ''] = line.split(': ');
  const parsed = kinds.split(' ').map((word) => (isArgumentKind(word) ? word : undefined));
  return calls.split(' ').map((call) => [call, parsed]);
}

/** s390 takes the stack first. */
const CLONE_OF_S390: Kinds = [undefined, 'clone'];
const S390 = new Set(['s390', 's390x']);
/** Where the first mmap takes a pointer to its arguments. */
const MMAP_BY_POINTER = new Set(['i386', 's390', 's390x', 'arm', 'armeb', 'm68k']);

/** What ARGUMENTS says of a call that another names: socketcall(connect). */
const MULTIPLEXED = { socketcall: SOCKET_CALLS, ipc: IPC_CALLS } as const;

const HEX = /^[\da-f]{1,16}$/i;

/** Of the record, else of its event; as 32 signed bits, 0 when it is not told. */
export function archOf(record: TextFields): number {
  return low32(rawOf(record, 'arch')) ?? record.arch;
}

/** The call of a SYSCALL or SECCOMP record: by our own tables, else as auditd wrote it where the event happened. */
function callNameOf(record: TextFields): string | undefined {
  return syscallName(archOf(record), Number(rawOf(record, 'syscall'))) ?? knownName(record.enriched.get('SYSCALL'));
}

/** 'socketcall(connect)' for a call that is one of several by its first argument. */
export function fullCallName(record: TextFields): string | undefined {
  const call = callNameOf(record);
  if (call !== 'socketcall' && call !== 'ipc') return call;
  const number = low32(rawOf(record, 'a0'));
  const inner = number === undefined ? undefined : MULTIPLEXED[call].get(call === 'ipc' ? number & 0xffff : number);
  return inner === undefined ? call : `${call}(${inner})`;
}

/** The name of argument `index`, else its digits as they stand, with 0x before them. */
export function argumentText(record: TextFields, index: number, accounts: Accounts): string {
  const raw = rawOf(record, `a${index}`);
  const value = low32(raw);
  if (value === undefined) return raw;
  const call = callNameOf(record);
  const kind = call === undefined ? undefined : kindOf(call, index, archOf(record));
  const args = [0, 1, 2, 3].map((other) => low32(rawOf(record, `a${other}`)) ?? 0);
  return (kind && argumentName(kind, value, { accounts, arch: archOf(record), args })) ?? `0x${raw}`;
}

function kindOf(call: string, index: number, arch: number): ArgumentKind | undefined {
  const machine = MACHINES.get(arch)?.name ?? '';
  if (call === 'clone' && S390.has(machine)) return CLONE_OF_S390[index];
  if (call === 'mmap' && MMAP_BY_POINTER.has(machine)) return undefined;
  return kindsOfCalls().get(call)?.[index];
}

/** The low 32 bits, signed; undefined for what is no hex number. */
function low32(raw: string): number | undefined {
  return HEX.test(raw) ? Number.parseInt(raw.slice(-8), 16) | 0 : undefined;
}

function knownName(enriched: string | undefined): string | undefined {
  return enriched?.startsWith('unknown') ? undefined : enriched;
}

function rawOf({ fields }: TextFields, name: string): string {
  return fields.find((field) => field.name === name)?.raw ?? '';
}
