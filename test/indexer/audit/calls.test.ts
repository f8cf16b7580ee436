import { describe, expect, it } from 'vitest';
import { CALLS, callOf, ringCall, UNLISTED } from '../../../indexer/audit/calls.js';
import { RING_OPERATIONS } from '../../../indexer/audit/ring-operations.js';
import { MACHINES } from '../../../indexer/audit/syscall-numbers.js';

const ARCHES = { x86_64: 0xc000003e | 0, i386: 0x40000003, aarch64: 0xc00000b7 | 0 } as const;

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
  ] as const)('%s %i is %s', (machine, number, name) => {
    expect(MACHINES.get(ARCHES[machine])?.syscalls[number]).toBe(name);
    expect(callOf(ARCHES[machine], number)).toBe(CALLS[name] ?? UNLISTED);
  });

  it('has every call of the table on i386 or x86-64', () => {
    const known = new Set([...MACHINES.values()].flatMap(({ syscalls }) => syscalls));
    expect(Object.keys(CALLS).filter((name) => !known.has(name))).toEqual([]);
  });

  it('knows nothing of other machines and numbers', () => {
    expect(callOf(0x15, 257)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64, 9999)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64, -1)).toBe(UNLISTED);
    expect(callOf(ARCHES.x86_64, 59)).toBe(UNLISTED);
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
