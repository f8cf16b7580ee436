/**
 * Numbers of system call arguments and results as the names people know: open flags, modes, signals, socket addresses.
 * Spelled as ausearch --interpret spells them.
 */
import { constants } from 'node:os';
import { type FlagNames, openFlagsOf } from '../open-flags.js';

const ACCESS = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'];

const RESOLVE_FLAGS: FlagNames = [
  [0x01, 'RESOLVE_NO_XDEV'],
  [0x02, 'RESOLVE_NO_MAGICLINKS'],
  [0x04, 'RESOLVE_NO_SYMLINKS'],
  [0x08, 'RESOLVE_BENEATH'],
  [0x10, 'RESOLVE_IN_ROOT'],
  [0x20, 'RESOLVE_CACHED'],
];

/**
 * 0x80401 → 'O_WRONLY|O_APPEND|O_CLOEXEC'
 * @param arch  of the machine whose flags they are.
 */
export function openFlags(flags: number, arch: number): string {
  return [ACCESS[flags & 3], ...bitNames(flags, openFlagsOf(arch).names)].join('|');
}

export function resolveFlags(flags: number): string {
  return bitNames(flags, RESOLVE_FLAGS).join('|') || '0';
}

function bitNames(value: number, names: FlagNames): string[] {
  return names.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
}

const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [0o140000, 'socket'],
  [0o120000, 'link'],
  [0o100000, 'file'],
  [0o060000, 'block'],
  [0o040000, 'dir'],
  [0o020000, 'character'],
  [0o010000, 'fifo'],
]);

const SPECIAL_BITS: FlagNames = [
  [0o4000, 'suid'],
  [0o2000, 'sgid'],
  [0o1000, 'sticky'],
];

/** 0o100644 → 'file,644'; 0o41777 → 'dir,sticky,777' */
export function fileMode(mode: number): string {
  const type = FILE_TYPES.get(mode & 0o170000) ?? '000';
  return [type, ...bitNames(mode, SPECIAL_BITS), (mode & 0o777).toString(8).padStart(3, '0')].join(',');
}

/** 11 → 'SIGSEGV' */
export function signalName(signal: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
}

/** 'saddr=01002F746D702F7300' → '{ saddr_fam=local path=/tmp/s }' */
export function socketAddress(address: Buffer): string | undefined {
  const family = address.length >= 2 ? address.readUInt16LE(0) : -1;
  if (family === 1) return `{ saddr_fam=local path=${localPath(address.subarray(2))} }`;
  if (family === 2 && address.length >= 8) {
    return `{ saddr_fam=inet laddr=${address.subarray(4, 8).join('.')} lport=${address.readUInt16BE(2)} }`;
  }
  if (family === 10 && address.length >= 24) {
    return `{ saddr_fam=inet6 laddr=${inet6(address.subarray(8, 24))} lport=${address.readUInt16BE(2)} }`;
  }
  return family === 16 ? '{ saddr_fam=netlink }' : undefined;
}

/** An abstract name begins with NUL, shown as @. */
function localPath(path: Buffer): string {
  const isAbstract = path[0] === 0;
  const end = path.indexOf(0, 1);
  const name = path.subarray(isAbstract ? 1 : 0, end === -1 ? path.length : end);
  return `${isAbstract ? '@' : ''}${name.toString('utf8')}`;
}

function inet6(address: Buffer): string {
  return Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16)).join(':');
}
