/**
 * What the system calls that change a tree do to the PATH records of their event: the one table behind to-changes.ts.
 */

import { MACHINES, type Machine, placeInTable } from '../records/machines.js';
import { RING_OPERATIONS } from '../records/ring-operations.js';
import { changingCalls } from './changing-calls.js';

/** Which attribute an `attrib` change is about. */
export const ATTRIBUTES = ['mode', 'owner', 'xattr', 'time', 'flags'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/**
 * What a relative name is relative to: the process's directory, the directory open as argument 0 to 3, or something the
 * records do not tell.
 */
export type Base = 'cwd' | 'unknown' | 0 | 1 | 2 | 3;

export type Call =
  /** `flags`: the argument with the open flags; 'record' = in the OPENAT2 record; 'write' = always opens to write. */
  | { readonly does: 'open'; readonly at: Base; readonly flags: 1 | 2 | 'record' | 'write' }
  | { readonly does: 'write' | 'make' | 'remove'; readonly at: Base }
  | { readonly does: 'move'; readonly at: Base; readonly to: Base }
  | { readonly does: 'link'; readonly at: Base; readonly to: Base }
  | { readonly does: 'attrib'; readonly at: Base; readonly attribute: Attribute }
  /** A call without an entry here: only nametypes speak. */
  | { readonly does: 'unlisted'; readonly at: 'unknown' };

export const UNLISTED: Call = { does: 'unlisted', at: 'unknown' };

export const CALLS: Readonly<Record<string, Call>> = {
  open: { does: 'open', at: 'cwd', flags: 1 },
  creat: { does: 'open', at: 'cwd', flags: 'write' },
  openat: { does: 'open', at: 0, flags: 2 },
  openat2: { does: 'open', at: 0, flags: 'record' },
  ...each('write', 'cwd', 'truncate truncate64 ftruncate ftruncate64'),
  ...each('make', 'cwd', 'mkdir mknod symlink bind socketcall'),
  ...each('make', 0, 'mkdirat mknodat'),
  ...each('make', 1, 'symlinkat'),
  ...each('remove', 'cwd', 'unlink rmdir'),
  ...each('remove', 0, 'unlinkat'),
  rename: { does: 'move', at: 'cwd', to: 'cwd' },
  renameat: { does: 'move', at: 0, to: 2 },
  renameat2: { does: 'move', at: 0, to: 2 },
  link: { does: 'link', at: 'cwd', to: 'cwd' },
  linkat: { does: 'link', at: 0, to: 2 },
  ...attrib('mode', 'cwd', 'chmod fchmod'),
  ...attrib('mode', 0, 'fchmodat fchmodat2'),
  ...attrib('owner', 'cwd', 'chown lchown fchown chown32 lchown32 fchown32'),
  ...attrib('owner', 0, 'fchownat'),
  ...attrib('xattr', 'cwd', 'setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr'),
  ...attrib('xattr', 0, 'setxattrat removexattrat'),
  ...attrib('time', 'cwd', 'utime utimes'),
  ...attrib('time', 0, 'futimesat utimensat utimensat_time64'),
  ...attrib('flags', 0, 'file_setattr'),
};

/** By io_uring operation. Its arguments are not recorded, so no relative name has a base and every open may write. */
const RING_CALLS: readonly (Call | undefined)[] = RING_OPERATIONS.map((name) => withoutArguments(CALLS[name]));

interface CallsOfMachine extends Pick<Machine, 'firstCall' | 'abiBit'> {
  readonly calls: readonly (Call | undefined)[];
}

/** By machine, then by number: looked up once for every event. */
const BY_NUMBER: ReadonlyMap<number, CallsOfMachine> = new Map(
  [...MACHINES].map(([arch, { calls, firstCall, abiBit }]) => [
    arch,
    { firstCall, abiBit, calls: Array.from(changingCalls(calls), (name) => CALLS[name ?? '']) },
  ]),
);

export function callOf(arch: number, syscall: number): Call {
  const machine = BY_NUMBER.get(arch);
  if (!machine) return UNLISTED;
  return machine.calls[placeInTable(machine, syscall)] ?? UNLISTED;
}

/** @param name  undefined for a name that is not told. */
export function callNamed(name: string | undefined): Call {
  return name !== undefined && Object.hasOwn(CALLS, name) ? (CALLS[name] as Call) : UNLISTED;
}

export function ringCall(operation: number): Call {
  return RING_CALLS[operation] ?? UNLISTED;
}

function withoutArguments(call: Call | undefined): Call | undefined {
  if (call === undefined) return undefined;
  if (call.does === 'open') return { ...call, at: 'unknown', flags: 'write' };
  return 'to' in call ? { ...call, at: 'unknown', to: 'unknown' } : { ...call, at: 'unknown' };
}

function each(does: 'write' | 'make' | 'remove', at: Base, names: string): Record<string, Call> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { does, at }]));
}

function attrib(attribute: Attribute, at: Base, names: string): Record<string, Call> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { does: 'attrib', at, attribute }]));
}
