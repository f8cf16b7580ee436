/** Streams from machines of every kind: what is a change there, and what is said where no table knows the machine. */
import { describe, expect, it } from 'vitest';
import { ChangeStream } from '../../../../indexer/audit/changes/change-stream.js';
import { openFlagsOf } from '../../../../indexer/audit/changes/open-flags.js';
import { MACHINES } from '../../../../indexer/audit/records/machines.js';
import { syscallName } from '../../../../indexer/audit/records/syscall-numbers.js';
import { auditChanges, type Change } from '../../../helpers/audit-captures.js';
import { auditEvent, type EventSpec, path } from '../../../helpers/audit-lines.js';

const FILE = [path('NORMAL', 'f', 12)];
const FDCWD = 'ffffffffffffff9c';

async function changesOf(spec: EventSpec): Promise<Change[]> {
  return auditChanges(auditEvent({ paths: FILE, ...spec }));
}

describe.each([
  ['40000028', 'arm', { open: 322, chmod: 15, truncate: 92, rename: 38 }],
  ['c00000b7', 'aarch64', { open: 56, chmod: 53, truncate: 45, rename: 276 }],
  ['80000016', 's390x', { open: 288, chmod: 15, truncate: 92, rename: 38 }],
  ['c0000015', 'ppc64le', { open: 286, chmod: 15, truncate: 92, rename: 38 }],
  ['80000015', 'ppc64', { open: 286, chmod: 15, truncate: 92, rename: 38 }],
  ['c00000f3', 'riscv64', { open: 56, chmod: 53, truncate: 45, rename: 276 }],
  ['c0000102', 'loongarch64', { open: 56, chmod: 53, truncate: 45, rename: 276 }],
  ['40000008', 'mipsel', { open: 4288, chmod: 4015, truncate: 4092, rename: 4038 }],
  ['c0000008', 'mips64el', { open: 5247, chmod: 5088, truncate: 5074, rename: 5080 }],
  ['8000002b', 'sparc64', { open: 284, chmod: 15, truncate: 129, rename: 128 }],
])('arch=%s, which is %s', (arch, name, calls) => {
  it('has that name', () => {
    expect(MACHINES.get(Number.parseInt(arch, 16) | 0)?.name).toBe(name);
  });

  it('tells an open for writing from one for reading', async () => {
    const opened = (flags: string) => changesOf({ arch, call: calls.open, args: [FDCWD, '0', flags] });
    expect(await opened('1')).toMatchObject([{ kind: 'write', path: '/w/f' }]);
    expect(await opened('0')).toEqual([]);
  });

  it('tells a change of mode, a cut and a rename', async () => {
    const at = { arch, args: [FDCWD, '0', FDCWD] };
    expect(await changesOf({ ...at, call: calls.chmod })).toMatchObject([{ kind: 'attrib', path: '/w/f' }]);
    expect(await changesOf({ arch, call: calls.truncate })).toMatchObject([{ kind: 'write', path: '/w/f' }]);
    const paths = [path('PARENT', '/w', 7), path('DELETE', 'f', 12), path('CREATE', 'g', 12)];
    expect(await changesOf({ ...at, call: calls.rename, paths })).toMatchObject([{ kind: 'rename', to: '/w/g' }]);
  });
});

describe('open flags', () => {
  const names = (arch: number, flags: number) =>
    openFlagsOf(arch | 0)
      .names.filter(([bit]) => (bit & flags) !== 0)
      .map(([, name]) => name);

  it.each([
    ['x86_64', 0xc000003e, 0x10000, 'O_DIRECTORY'],
    ['aarch64', 0xc00000b7, 0x4000, 'O_DIRECTORY'],
    ['aarch64', 0xc00000b7, 0x8000, 'O_NOFOLLOW'],
    ['arm', 0x40000028, 0x20000, 'O_LARGEFILE'],
    ['arm', 0x40000028, 0x10000, 'O_DIRECT'],
    ['ppc64le', 0xc0000015, 0x10000, 'O_LARGEFILE'],
    ['ppc64le', 0xc0000015, 0x20000, 'O_DIRECT'],
    ['s390x', 0x80000016, 0x4000, 'O_DIRECT'],
    ['mips64el', 0xc0000008, 0x100, 'O_CREAT'],
    ['mipsel', 0x40000008, 0x8, 'O_APPEND'],
    ['alpha', 0xc0009026, 0x400, 'O_TRUNC'],
    ['sparc64', 0x8000002b, 0x200, 'O_CREAT'],
    ['parisc', 0xf, 0x80, 'O_NOFOLLOW'],
    ['of no known machine', 0x7f, 0x40, 'O_CREAT'],
  ])('of %s (%i): %i is %s', (_name, arch, flags, expected) => {
    expect(names(arch, flags)).toEqual([expected]);
  });

  it.each([
    ['c000003e', 2, '200', 1],
    ['c0009026', 45, '400', 1],
    ['c0009026', 45, '200', 0],
    ['8000002b', 5, '400', 1],
    ['c000003e', 2, '410001', 0],
    ['8000002b', 5, '2010001', 0],
    ['c0009026', 45, '1008001', 0],
  ])('on %s, call %i: an open with %s is %i change', async (arch, call, flags, count) => {
    expect(await changesOf({ arch, call, args: ['0', flags] })).toHaveLength(count);
  });
});

describe('x32, the other ABI of x86-64', () => {
  it('has the calls of x86-64, and some of its own', async () => {
    const changed = await changesOf({ arch: 'c000003e', call: 0x40000000 + 257, args: [FDCWD, '0', '241'] });
    expect(changed).toMatchObject([{ kind: 'write', path: '/w/f' }]);
    const named = [90, 437, 520].map((call) => syscallName(0xc000003e | 0, 0x40000000 + call));
    expect(named).toEqual(['chmod', 'openat2', 'execve']);
  });
});

describe('a machine or call that no table knows', () => {
  const enriched = (spec: EventSpec, added: string): Buffer =>
    Buffer.from(
      auditEvent({ paths: FILE, ...spec })
        .toString('latin1')
        .replace(/(key=\S+)\n/, `$1\x1d${added}\n`),
      'latin1',
    );
  const unknown = { arch: 'c00000fe', call: 4711, args: [FDCWD, '0', '241'] };

  it('goes by the name auditd wrote', async () => {
    const log = enriched(unknown, 'ARCH=new64 SYSCALL=openat AUID="unset" UID="ann"');
    expect(await auditChanges(log)).toMatchObject([{ kind: 'write', path: '/w/f' }]);
    expect(await auditChanges(enriched({ ...unknown, arch: 'c000003e' }, 'SYSCALL=fchmodat'))).toMatchObject([
      { kind: 'attrib', path: '/w/f' },
    ]);
  });

  it.each(['SYSCALL=unknown-syscall(4711)', 'SYSCALL=toString', 'UID="ann"', 'XSYSCALL=openat', ''])(
    'says nothing with %j',
    async (added) => {
      expect(await auditChanges(enriched(unknown, added))).toEqual([]);
    },
  );

  it('is told of, and counted, where it may have written', async () => {
    const gaps: string[] = [];
    const stream = new ChangeStream({ onChange: () => {}, onGap: ({ reason }) => gaps.push(reason) });
    const known = { ...unknown, arch: 'c000003e' };
    for (const spec of [unknown, known]) stream.push(auditEvent({ paths: FILE, ...spec }));
    stream.flush();
    expect([gaps, stream.counters.untoldEvents]).toEqual([['unparsable'], 1]);
  });

  it('says what the nametypes do', async () => {
    const paths = [path('PARENT', '/w/', 7), path('CREATE', '/w/f', 12)];
    expect(await changesOf({ ...unknown, paths })).toMatchObject([{ kind: 'create', path: '/w/f' }]);
  });
});
