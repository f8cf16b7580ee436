/**
 * Numbers of system call arguments and results as the names people know: open flags and modes.
 * Spelled as ausearch --interpret spells them.
 */
import { type FlagNames, openFlagsOf } from '../changes/open-flags.js';
import { PERSONALITIES } from './names/processes.js';

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
  const type = FILE_TYPES.get(mode & 0o170000) ?? ((mode & 0o170000) >> 12).toString(8).padStart(3, '0');
  return [type, ...bitNames(mode, SPECIAL_BITS), (mode & 0o777).toString(8).padStart(3, '0')].join(',');
}

/** What chmod is given: 0o644 → '0644'; 0o4755 → 'suid,0755' */
export function shortMode(mode: number): string {
  return [...bitNames(mode, SPECIAL_BITS), `0${(mode & 0o777).toString(8).padStart(3, '0')}`].join(',');
}

const NO_RANDOMIZE = 0x40000;

/** Of the flags only the one that ausearch tells: whether addresses are not randomized. -1 asks for the present one. */
export function personalityName(personality: number): string | undefined {
  const name = personality === -1 ? undefined : PERSONALITIES.get(personality & 0xff);
  return name && ((personality & NO_RANDOMIZE) !== 0 ? `${name}|~ADDR_NO_RANDOMIZE` : name);
}
