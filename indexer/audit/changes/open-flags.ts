/**
 * Bits of open(2), which differ between machines: their names for `audit events`, and for the changes the two that say
 * more than the nametypes do. From the asm/fcntl.h of each machine and asm-generic/fcntl.h (kernel 6.1).
 */
import { type FlagSet, MACHINES } from '../records/machines.js';

export type FlagNames = readonly (readonly [bit: number, name: string])[];

export interface OpenFlags {
  readonly truncates: number;
  /** Without the O_DIRECTORY that always comes with it. */
  readonly isTemporary: number;
  /** By rising bit. */
  readonly names: FlagNames;
}

/** Octal, without the `O_` of each. FASYNC is O_ASYNC to programs. */
const COMMON =
  'CREAT 100 EXCL 200 NOCTTY 400 TRUNC 1000 APPEND 2000 NONBLOCK 4000 DSYNC 10000 ASYNC 20000 DIRECT 40000 ' +
  'LARGEFILE 100000 DIRECTORY 200000 NOFOLLOW 400000 NOATIME 1000000 CLOEXEC 2000000 SYNC 4000000 PATH 10000000 ' +
  'TMPFILE 20000000';

/** Where a machine differs from COMMON. */
const OWN: Readonly<Record<FlagSet, string>> = {
  common: '',
  arm: 'DIRECTORY 40000 NOFOLLOW 100000 DIRECT 200000 LARGEFILE 400000',
  ppc: 'DIRECTORY 40000 NOFOLLOW 100000 LARGEFILE 200000 DIRECT 400000',
  mips:
    'APPEND 10 DSYNC 20 NONBLOCK 200 CREAT 400 TRUNC 1000 EXCL 2000 NOCTTY 4000 ASYNC 10000 LARGEFILE 20000 ' +
    'SYNC 40000 DIRECT 100000',
  alpha:
    'NONBLOCK 4 APPEND 10 CREAT 1000 TRUNC 2000 EXCL 4000 NOCTTY 10000 DSYNC 40000 DIRECTORY 100000 ' +
    'NOFOLLOW 200000 LARGEFILE 400000 DIRECT 2000000 NOATIME 4000000 CLOEXEC 10000000 SYNC 20000000 ' +
    'PATH 40000000 TMPFILE 100000000',
  sparc:
    'APPEND 10 ASYNC 100 CREAT 1000 TRUNC 2000 EXCL 4000 DSYNC 20000 NONBLOCK 40000 NOCTTY 100000 ' +
    'LARGEFILE 1000000 DIRECT 4000000 NOATIME 10000000 CLOEXEC 20000000 SYNC 40000000 PATH 100000000 ' +
    'TMPFILE 200000000',
  parisc:
    'APPEND 10 NOFOLLOW 200 CREAT 400 EXCL 2000 LARGEFILE 4000 DIRECTORY 10000 SYNC 100000 NONBLOCK 200000 ' +
    'NOCTTY 400000 DSYNC 1000000 NOATIME 4000000 CLOEXEC 10000000 PATH 20000000 TMPFILE 40000000',
};

const FLAG_SETS: ReadonlyMap<FlagSet, OpenFlags> = new Map(
  (Object.keys(OWN) as FlagSet[]).map((set) => [set, flagsOf(parse(COMMON), parse(OWN[set]))]),
);
const COMMON_FLAGS = FLAG_SETS.get('common') as OpenFlags;
const BY_MACHINE: ReadonlyMap<number, OpenFlags> = new Map(
  [...MACHINES].map(([arch, { flags }]) => [arch, FLAG_SETS.get(flags) as OpenFlags]),
);

/** @param arch  value of `arch=` as 32 signed bits; a machine that is not known is taken for a common one. */
export function openFlagsOf(arch: number): OpenFlags {
  return BY_MACHINE.get(arch) ?? COMMON_FLAGS;
}

function parse(text: string): ReadonlyMap<string, number> {
  return new Map(
    Array.from(text.matchAll(/(\w+) (\d+)/g), ([, name = '', bit = '']) => [name, Number.parseInt(bit, 8)]),
  );
}

function flagsOf(common: ReadonlyMap<string, number>, own: ReadonlyMap<string, number>): OpenFlags {
  const bits = new Map([...common, ...own]);
  const names = [...bits].map(([name, bit]): [number, string] => [bit, spelled(name)]);
  return {
    truncates: bits.get('TRUNC') ?? 0,
    isTemporary: bits.get('TMPFILE') ?? 0,
    names: names.toSorted(([a], [b]) => a - b),
  };
}

/** Two names stand for one bit of several that the flag consists of. */
function spelled(name: string): string {
  return name === 'SYNC' || name === 'TMPFILE' ? `__O_${name}` : `O_${name}`;
}
