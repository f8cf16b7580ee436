import { describe, expect, it } from 'vitest';
import { CALLS, callOf, ringCall, UNLISTED } from '../../../../indexer/audit/changes/calls.js';
import { changingCalls } from '../../../../indexer/audit/changes/changing-calls.js';
import { MACHINES } from '../../../../indexer/audit/records/machines.js';
import { RING_OPERATIONS } from '../../../../indexer/audit/records/ring-operations.js';
import { syscallName } from '../../../../indexer/audit/records/syscall-numbers.js';

const ARCHES = Object.fromEntries([...MACHINES].map(([arch, { name }]) => [name, arch]));

describe('system call numbers', () => {
  it.each([
    ['x86_64', 2, 'open'],
    ['x86_64', 49, 'bind'],
    ['x86_64', 76, 'truncate'],
    ['x86_64', 82, 'rename'],
    ['x86_64', 90, 'chmod'],
    ['x86_64', 188, 'setxattr'],
    ['x86_64', 197, 'removexattr'],
    ['x86_64', 257, 'openat'],
    ['x86_64', 266, 'symlinkat'],
    ['x86_64', 280, 'utimensat'],
    ['x86_64', 316, 'renameat2'],
    ['x86_64', 334, 'rseq'],
    ['x86_64', 437, 'openat2'],
    ['x86_64', 452, 'fchmodat2'],
    ['x86_64', 463, 'setxattrat'],
    ['x86_64', 466, 'removexattrat'],
    ['i386', 5, 'open'],
    ['i386', 8, 'creat'],
    ['i386', 10, 'unlink'],
    ['i386', 38, 'rename'],
    ['i386', 39, 'mkdir'],
    ['i386', 102, 'socketcall'],
    ['i386', 193, 'truncate64'],
    ['i386', 295, 'openat'],
    ['i386', 353, 'renameat2'],
    ['i386', 412, 'utimensat_time64'],
    ['i386', 437, 'openat2'],
    ['aarch64', 35, 'unlinkat'],
    ['aarch64', 56, 'openat'],
    ['aarch64', 276, 'renameat2'],
    ['aarch64', 452, 'fchmodat2'],
    ['arm', 322, 'openat'],
    ['arm', 282, 'bind'],
    ['arm', 382, 'renameat2'],
    ['armeb', 5, 'open'],
    ['s390x', 288, 'openat'],
    ['s390x', 198, 'lchown'],
    ['s390', 182, 'chown'],
    ['s390', 198, 'lchown32'],
    ['ppc64le', 286, 'openat'],
    ['ppc64', 15, 'chmod'],
    ['ppc', 193, 'truncate64'],
    ['riscv64', 56, 'openat'],
    ['riscv32', 45, 'truncate64'],
    ['loongarch64', 276, 'renameat2'],
    ['mips', 4005, 'open'],
    ['mipsel', 4288, 'openat'],
    ['mips64', 5247, 'openat'],
    ['mips64el', 5080, 'rename'],
    ['mips64n32', 6251, 'openat'],
    ['mips64el', 5437, 'openat2'],
    ['alpha', 45, 'open'],
    ['alpha', 547, 'openat2'],
    ['sparc64', 284, 'openat'],
    ['parisc', 275, 'openat'],
    ['m68k', 288, 'openat'],
    ['sh', 295, 'openat'],
  ] as const)('%s %i is %s', (machine, number, name) => {
    const arch = ARCHES[machine] ?? 0;
    expect(syscallName(arch, number)).toBe(name);
    expect(callOf(arch, number)).toBe(CALLS[name] ?? UNLISTED);
  });

  it.each([
    ['arm', 248, 'exit_group'],
    ['s390x', 11, 'execve'],
    ['ppc64le', 4, 'write'],
    ['mips64', 5057, 'execve'],
    ['riscv64', 221, 'execve'],
  ])('%s %i is %s, which changes no file', (machine, number, name) => {
    expect(syscallName(ARCHES[machine] ?? 0, number)).toBe(name);
    expect(callOf(ARCHES[machine] ?? 0, number)).toBe(UNLISTED);
  });

  it('are the same in the table of the plugin and in that of all calls', () => {
    for (const [arch, { calls, firstCall }] of MACHINES) {
      for (const [number, name] of changingCalls(calls).entries()) {
        if (name !== undefined)
          expect([arch, number, syscallName(arch, firstCall + number)]).toEqual([arch, number, name]);
      }
    }
  });

  it('has every call of the table on some machine', () => {
    const known = new Set([...MACHINES.values()].flatMap(({ calls }) => changingCalls(calls)));
    expect(Object.keys(CALLS).filter((name) => !known.has(name))).toEqual([]);
  });

  it('of every table has a number for no two calls', () => {
    for (const { calls } of MACHINES.values()) {
      const names = changingCalls(calls).filter((name) => name !== undefined);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('knows nothing of other machines and numbers', () => {
    expect(callOf(0x7fff0015, 257)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64 ?? 0, 9999)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64 ?? 0, -1)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64 ?? 0, 59)).toBe(UNLISTED);
  });
});

describe('io_uring operations', () => {
  it.each([
    [18, 'openat'],
    [28, 'openat2'],
    [35, 'renameat'],
    [36, 'unlinkat'],
    [37, 'mkdirat'],
    [38, 'symlinkat'],
    [39, 'linkat'],
    [42, 'setxattr'],
    [48, 'sendmsg_zc'],
    [55, 'ftruncate'],
    [56, 'bind'],
  ])('%i is %s, with no argument that could be a directory', (number, name) => {
    expect(RING_OPERATIONS[number]).toBe(name);
    expect(ringCall(number)).toMatchObject({ does: CALLS[name]?.does ?? 'unlisted', at: 'unknown' });
  });

  it('knows nothing of others', () => {
    expect(ringCall(0)).toBe(UNLISTED);
    expect(ringCall(999)).toBe(UNLISTED);
  });
});
