/**
 * What an argument of a call means by its kind: 0x2 as a family → 'inet', as a protection → 'PROT_WRITE'.
 * A reader gives undefined for what has no name, or has another name on the machine the record comes from.
 */
import { MACHINES } from '../records/machines.js';
import type { Accounts } from './accounts.js';
import { fileMode, openFlags, personalityName, shortMode } from './flag-names.js';
import { hasCommonMemoryNumbers, hasCommonNumbers } from './machine-numbers.js';
import * as files from './names/files.js';
import { flagParts, flagText, type Names } from './names/name-table.js';
import * as processes from './names/processes.js';
import * as sockets from './names/sockets.js';

export interface CallContext {
  readonly accounts: Accounts;
  /** Of the record, as 32 signed bits. */
  readonly arch: number;
  /** The low 32 bits of the arguments, signed; 0 for one that is missing. */
  readonly args: readonly number[];
}

type Reader = (value: number, context: CallContext) => string | undefined;

const AT_FDCWD = -100;
const INET = 2;
const INET6 = 10;
const NETLINK = 16;
const SOL_SOCKET = 1;
const FIRST_OF_LEVELS = 255;
const F_SETFD = 2;
const CAPBSET = [23, 24];
const PDEATHSIG = 1;
const HUGE_PAGES = 0x40000;
const SIZE_OF_HUGE_PAGES = 1 << 26;
const MOUNT_MAGIC = 0xc0ed;
const RESET_ON_FORK = 0x40000000;

const fromTable =
  (table: Names): Reader =>
  (value) =>
    table.get(value >>> 0);

const fromFlags =
  (table: Parameters<typeof flagText>[1]): Reader =>
  (value) =>
    flagText(value, table);

const isCommon = ({ arch }: CallContext): boolean => hasCommonNumbers(arch);
const isCommonButPower = ({ arch }: CallContext): boolean => hasCommonMemoryNumbers(arch);

const onlyWhere =
  (holds: (context: CallContext) => boolean, read: Reader): Reader =>
  (value, context) =>
    holds(context) ? read(value, context) : undefined;

const signal = onlyWhere(isCommon, fromTable(processes.SIGNALS));
const capability = fromTable(processes.CAPABILITIES);

const READERS = {
  access: (value) => (value === 0 ? 'F_OK' : flagText(value, files.ACCESS_MODES)),
  accessFlags: fromFlags(files.ACCESS_FLAGS),
  atFlags: fromFlags(files.AT_FLAGS),
  bpf: fromTable(processes.BPF_COMMANDS),
  clock: fromTable(processes.CLOCKS),
  clone: cloneFlags,
  device: (value) => fileMode(value),
  dirfd: (value) => (value === AT_FDCWD ? 'AT_FDCWD' : undefined),
  domain: (value) => sockets.FAMILIES.get(value),
  epoll: fromTable(files.EPOLL_OPERATIONS),
  exit: (value) => ['EXIT_SUCCESS', 'EXIT_FAILURE'][value],
  fcntl: onlyWhere(isCommon, fromTable(files.FCNTL_COMMANDS)),
  fcntlArgument: (value, { args }) => (args[1] === F_SETFD && value === 1 ? 'FD_CLOEXEC' : undefined),
  fsconfig: fromTable(files.FSCONFIG_COMMANDS),
  fsmount: fromFlags(files.FSMOUNT_FLAGS),
  fsopen: fromFlags(files.FSOPEN_FLAGS),
  getOption: (value, context) => optionName(value, context, sockets.OPTIONS_TO_GET),
  gid: (value, { accounts }) => accountName(value, accounts.groups),
  ioctl: onlyWhere(isCommonButPower, fromTable(files.IOCTL_REQUESTS)),
  ipc: (value) => sockets.IPC_CALLS.get(value & 0xffff),
  level: socketLevel,
  map: onlyWhere(isCommonButPower, mapFlags),
  message: fromFlags(sockets.MESSAGE_FLAGS),
  mode: (value) => shortMode(value),
  modeIfCreated: (value, { args, arch }) => (opensNew(args[1] ?? 0, arch) ? shortMode(value) : undefined),
  modeIfCreatedAt: (value, { args, arch }) => (opensNew(args[2] ?? 0, arch) ? shortMode(value) : undefined),
  mount: mountFlags,
  mountAttributes: fromFlags(files.MOUNT_ATTRIBUTES),
  namespaces: fromFlags(processes.NAMESPACE_FLAGS),
  open: (value, { arch }) => openFlags(value, arch),
  personality: personalityName,
  prctl: fromTable(processes.PRCTL_OPTIONS),
  prctlArgument,
  protection: (value) => (value === 0 ? 'PROT_NONE' : flagText(value, files.PROTECTIONS)),
  protocol: socketProtocol,
  ptrace: ptraceRequest,
  rlimit: onlyWhere(isCommon, fromTable(processes.RESOURCE_LIMITS)),
  scheduler,
  seek: fromTable(files.SEEKS),
  setOption: (value, context) => optionName(value, context, sockets.OPTIONS_TO_SET),
  sharedMemory,
  signal,
  socketcall: fromTable(sockets.SOCKET_CALLS),
  type: onlyWhere(isCommon, (value) => sockets.SOCKET_TYPES.get(value & 0xff)),
  uid: (value, { accounts }) => accountName(value, accounts.users),
  unlink: fromFlags(files.UNLINK_FLAGS),
  unmount: fromFlags(files.UNMOUNT_FLAGS),
} as const satisfies Readonly<Record<string, Reader>>;

export type ArgumentKind = keyof typeof READERS;

export function isArgumentKind(word: string): word is ArgumentKind {
  return Object.hasOwn(READERS, word);
}

/** @param value  low 32 bits, signed. */
export function argumentName(kind: ArgumentKind, value: number, context: CallContext): string | undefined {
  return (READERS[kind] as Reader)(value, context);
}

/** -1 leaves an id as it is: no account has it. */
function accountName(value: number, names: ReadonlyMap<number, string>): string {
  const id = value >>> 0;
  return value === -1 ? 'unset' : (names.get(id) ?? `unknown(${id})`);
}

/** The low byte is the signal that tells of the end. */
function cloneFlags(value: number, context: CallContext): string | undefined {
  const told = value & 0xff;
  const bits = flagText(value & ~0xff, processes.CLONE_FLAGS);
  const name = told === 0 ? undefined : signal(told, context);
  if (told !== 0 && name === undefined) return undefined;
  return [bits, name].filter((part) => part !== undefined).join('|') || undefined;
}

/** The low half byte is a number: how it is shared. With huge pages the highest bits are their size. */
export function mapFlags(value: number): string | undefined {
  const sharing = files.MAP_SHARINGS.get(value & 0xf);
  if (sharing === undefined) return undefined;
  const isHuge = (value & HUGE_PAGES) !== 0;
  const known = files.MAP_FLAGS().filter(([bit]) => !isHuge || bit < SIZE_OF_HUGE_PAGES);
  return [sharing, ...flagParts(value & ~0xf, known)].join('|');
}

/** Old programs put a magic number into the high half. */
function mountFlags(value: number): string | undefined {
  const isMagic = value >>> 16 === MOUNT_MAGIC;
  return isMagic
    ? ['MS_MGC_VAL', ...flagParts(value & 0xffff, files.MOUNT_FLAGS())].join('|')
    : flagText(value, files.MOUNT_FLAGS);
}

function opensNew(flags: number, arch: number): boolean {
  return /O_CREAT|__O_TMPFILE/.test(openFlags(flags, arch));
}

function prctlArgument(value: number, context: CallContext): string | undefined {
  const [option = 0] = context.args;
  if (CAPBSET.includes(option)) return capability(value, context);
  return option === PDEATHSIG ? signal(value, context) : undefined;
}

/** Other families have protocols of their own. */
function socketProtocol(value: number, { args }: CallContext): string | undefined {
  if (args[0] === INET || args[0] === INET6) return sockets.PROTOCOLS.get(value);
  return args[0] === NETLINK ? sockets.NETLINK_PROTOCOLS.get(value) : undefined;
}

function ptraceRequest(value: number, { arch }: CallContext): string | undefined {
  const isX86 = ['x86_64', 'i386'].includes(MACHINES.get(arch)?.name ?? '');
  return processes.PTRACE_REQUESTS.get(value) ?? (isX86 ? processes.PTRACE_REQUESTS_OF_X86.get(value) : undefined);
}

function scheduler(value: number): string | undefined {
  const name = processes.SCHEDULERS.get(value & ~RESET_ON_FORK);
  return name && ((value & RESET_ON_FORK) !== 0 ? `${name}|SCHED_RESET_ON_FORK` : name);
}

function sharedMemory(value: number): string {
  const bits = flagText(value & 0o17000, files.SHARED_MEMORY_FLAGS);
  const mode = `0${(value & 0o777).toString(8).padStart(3, '0')}`;
  return bits === undefined ? mode : `${bits}|${mode}`;
}

function socketLevel(value: number, context: CallContext): string | undefined {
  if (value === SOL_SOCKET) return isCommon(context) ? 'SOL_SOCKET' : undefined;
  return value < FIRST_OF_LEVELS ? sockets.PROTOCOLS.get(value) : sockets.LEVELS.get(value);
}

/** SO_RCVLOWAT to SO_PEERCRED have other numbers on POWER. */
function optionName(value: number, context: CallContext, byLevel: ReadonlyMap<number, Names>): string | undefined {
  const level = context.args[1] ?? 0;
  if (level !== SOL_SOCKET) return byLevel.get(level)?.get(value);
  const isOwn = value >= 16 && value <= 21 && !isCommonButPower(context);
  return isCommon(context) && !isOwn ? sockets.SOCKET_OPTIONS.get(value) : undefined;
}
