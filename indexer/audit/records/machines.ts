/**
 * The machines an audit record may come from, by its `arch=` (AUDIT_ARCH_* of linux/audit.h): what each is called, and
 * which tables of call numbers and open flags it goes by.
 */

/** A table of call numbers; `generic` is the one that new machines share. */
export type CallTable =
  | 'x86_64'
  | 'i386'
  | 'arm'
  | 'generic'
  | 'generic32'
  | 's390x'
  | 's390'
  | 'ppc'
  | 'mips'
  | 'mips64n32'
  | 'mips64'
  | 'alpha'
  | 'sparc'
  | 'parisc'
  | 'm68k'
  | 'sh';

/** A set of open flags. */
export type FlagSet = 'common' | 'arm' | 'ppc' | 'mips' | 'alpha' | 'sparc' | 'parisc';

export interface Machine {
  /** As `uname -m` says it. */
  readonly name: string;
  readonly calls: CallTable;
  readonly flags: FlagSet;
  /** The number of the machine's first call. */
  readonly firstCall: number;
  /** Set in the number of a call of the machine's other ABI, which has the same table: x32. */
  readonly abiBit: number;
}

const X32_BIT = 0x40000000;

const TABLE: readonly (readonly [arch: number, name: string, calls: CallTable, flags: FlagSet, firstCall?: number])[] =
  [
    [0xc000003e, 'x86_64', 'x86_64', 'common'],
    [0x40000003, 'i386', 'i386', 'common'],
    [0xc00000b7, 'aarch64', 'generic', 'arm'],
    [0x400000b7, 'aarch64_ilp32', 'generic', 'arm'],
    [0x40000028, 'arm', 'arm', 'arm'],
    [0x28, 'armeb', 'arm', 'arm'],
    [0x80000016, 's390x', 's390x', 'common'],
    [0x16, 's390', 's390', 'common'],
    [0xc0000015, 'ppc64le', 'ppc', 'ppc'],
    [0x80000015, 'ppc64', 'ppc', 'ppc'],
    [0x14, 'ppc', 'ppc', 'ppc'],
    [0xc00000f3, 'riscv64', 'generic', 'common'],
    [0x400000f3, 'riscv32', 'generic32', 'common'],
    [0xc0000102, 'loongarch64', 'generic', 'common'],
    [0x8, 'mips', 'mips', 'mips', 4000],
    [0x40000008, 'mipsel', 'mips', 'mips', 4000],
    [0x80000008, 'mips64', 'mips64', 'mips', 5000],
    [0xc0000008, 'mips64el', 'mips64', 'mips', 5000],
    [0xa0000008, 'mips64n32', 'mips64n32', 'mips', 6000],
    [0xe0000008, 'mips64eln32', 'mips64n32', 'mips', 6000],
    [0xc0009026, 'alpha', 'alpha', 'alpha'],
    [0x8000002b, 'sparc64', 'sparc', 'sparc'],
    [0x2, 'sparc', 'sparc', 'sparc'],
    [0xf, 'parisc', 'parisc', 'parisc'],
    [0x8000000f, 'parisc64', 'parisc', 'parisc'],
    [0x4, 'm68k', 'm68k', 'arm'],
    [0x2a, 'sheb', 'sh', 'common'],
    [0x4000002a, 'sh', 'sh', 'common'],
  ];

/** By the value of `arch=` as 32 signed bits. */
export const MACHINES: ReadonlyMap<number, Machine> = new Map(
  TABLE.map(([arch, name, calls, flags, firstCall = 0]) => [
    arch | 0,
    { name, calls, flags, firstCall, abiBit: calls === 'x86_64' ? X32_BIT : 0 },
  ]),
);

/** Where the call with this number stands in the machine's table. */
export function placeInTable({ firstCall, abiBit }: Pick<Machine, 'firstCall' | 'abiBit'>, call: number): number {
  return (call & ~abiBit) - firstCall;
}
