/** Names that mislead: what the kernel really records, event by event, and what may be said of it. */
import { describe, expect, it } from 'vitest';
import { auditChanges, type Change } from '../../helpers/audit-captures.js';
import { AT_FDCWD, auditEvent, type EventSpec, FILE, FOLDER, path, SYMLINK } from '../../helpers/audit-lines.js';

async function changesOf(spec: EventSpec): Promise<Change[]> {
  return auditChanges(auditEvent(spec));
}

const parent = (name: string | null, inode = 7): string => path('PARENT', name, inode);

describe('relative names', () => {
  const created = { call: 'openat', paths: [parent('/w'), path('CREATE', 'f', 12)] };
  const write = ['0', '0', '41', '1a4'];

  it('are joined with the working directory when no descriptor is in play', async () => {
    const args = [AT_FDCWD, ...write.slice(1)];
    expect(await changesOf({ ...created, args })).toMatchObject([
      { kind: 'create', certainty: 'exact', path: '/w/f', inode: 12 },
    ]);
  });

  it.each([
    ['a directory descriptor', { args: ['5', '0', '41'] }],
    ['a deleted working directory', { args: [AT_FDCWD, '0', '41'], cwd: '/w (deleted)' }],
    ['a working directory that is too long', { args: [AT_FDCWD, '0', '41'], cwd: '<too_long>' }],
    ['a working directory outside the root', { args: [AT_FDCWD, '0', '41'], cwd: '(unreachable)/w' }],
    ['no CWD record', { args: [AT_FDCWD, '0', '41'], cwd: null }],
  ])('stay relative with %s', async (_why, spec: EventSpec) => {
    const [change] = await changesOf({ ...created, ...spec });
    expect(change).toMatchObject({ certainty: 'inode', name: 'f', inode: 12, parentInode: 7 });
    expect(change?.path).toBeUndefined();
  });

  it.each([
    ['../f', '/a/b', '/a/f'],
    ['./../../../f', '/a/b', '/f'],
    ['d//./f/', '/a/b', '/a/b/d/f'],
    ['.', '/a/b', '/a/b'],
    ['/x//y/./z', '/a', '/x/y/z'],
    ['d/../f', '/a/b', undefined],
    ['/x/../y', '/a', undefined],
    ['/proc/self/fd/5', '/a', undefined],
    ['/dev/fd/3', '/a', undefined],
    ['', '/a', undefined],
  ])('%j in %s is %s', async (name, cwd, expected) => {
    const [change] = await changesOf({ call: 'chmod', cwd, paths: [path('NORMAL', name, 12)] });
    expect(change?.path).toBe(expected);
  });
});

describe('openat2', () => {
  const how = (resolve: string): EventSpec => ({
    call: 'openat2',
    args: ['5'],
    more: [`OPENAT2 oflag=01 mode=00 resolve=${resolve}`],
    paths: [path('NORMAL', '/w/f', 12)],
  });

  it('takes absolute names for what they are', async () => {
    expect(await changesOf(how('0x0'))).toMatchObject([{ kind: 'write', path: '/w/f' }]);
  });

  it('knows that with RESOLVE_IN_ROOT they are relative', async () => {
    expect((await changesOf(how('0x10')))[0]).toMatchObject({ certainty: 'inode', name: 'f' });
  });

  it('trusts no name without its record', async () => {
    expect((await changesOf({ ...how('0x0'), more: [] }))[0]).toMatchObject({ certainty: 'inode', name: 'f' });
  });
});

describe('opens', () => {
  it.each([
    ['for reading', '0', []],
    ['for reading, truncated', '200', ['write']],
    ['for writing', '1', ['write']],
    ['anonymously', '410002', []],
  ])('%s', async (_how, flags, kinds) => {
    const changes = await changesOf({ call: 'open', args: ['0', flags], paths: [path('NORMAL', '/w/f', 12)] });
    expect(changes.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('that create a file are creations, whatever they open it for', async () => {
    const paths = [parent('/w/'), path('CREATE', '/w/f', 12)];
    expect(await changesOf({ call: 'open', args: ['0', '40'], paths })).toMatchObject([
      { kind: 'create', path: '/w/f' },
    ]);
  });

  it('through a dangling symlink give a file in its folder, without a name', async () => {
    const paths = [parent('/w/', 9), parent(null, 9), path('CREATE', null, 12)];
    const [change] = await changesOf({ call: 'open', args: ['0', '41'], paths });
    expect(change).toMatchObject({ kind: 'create', certainty: 'inode', inode: 12, parentInode: 9 });
  });
});

describe('a name the kernel took from another argument', () => {
  it('symlink("/usr/lib/x", "/srv/a/bb/x"): the target is not where the link is', async () => {
    const paths = [parent('/srv/a/b/', 9), path('CREATE', '/usr/lib/x', 12, SYMLINK)];
    const [change] = await changesOf({ call: 'symlink', paths });
    expect(change).toMatchObject({ kind: 'symlink', certainty: 'inode', name: 'x', inode: 12, parentInode: 9 });
    expect(change?.path).toBeUndefined();
  });

  it('rename("/w/a/x", "/w/b/x") over another file: one DELETE with the inode of the other', async () => {
    const paths = [parent('/w/b/', 8), parent('/w/a/', 7), path('DELETE', '/w/a/x', 13), path('CREATE', '/w/b/x', 12)];
    expect(await changesOf({ call: 'rename', paths })).toMatchObject([
      { kind: 'rename', certainty: 'exact', path: '/w/a/x', to: '/w/b/x', inode: 12, parentInode: 7, toParentInode: 8 },
    ]);
  });

  it('renameat(5, "aa", AT_FDCWD, "aa") from one buffer: the old name is lost, its folder is not', async () => {
    const paths = [parent('/w', 8), parent(null, 7), path('DELETE', null, 12), path('CREATE', 'aa', 12)];
    const [change] = await changesOf({ call: 'renameat', args: ['5', '0', AT_FDCWD], paths });
    expect(change).toMatchObject({ kind: 'rename', inode: 12, parentInode: 7, toParentInode: 8, to: '/w/aa' });
    expect(change?.path).toBeUndefined();
  });

  it('renameat2(5, "aa", AT_FDCWD, "aa", EXCHANGE) from one buffer: one CREATE for both, with the folder of the first', async () => {
    const gone = [path('DELETE', null, 12), path('DELETE', 'aa', 13)];
    const paths = [parent('/w', 8), parent(null, 7), ...gone, path('CREATE', 'aa', 13), parent(null, 7)];
    const [change, ...others] = await changesOf({ call: 'renameat2', args: ['5', '0', AT_FDCWD], paths });
    expect(others).toEqual([]);
    expect(change).toMatchObject({ kind: 'exchange', certainty: 'inode', name: 'aa', toName: 'aa' });
    expect([change?.path, change?.to, change?.parentInode, change?.toParentInode]).toEqual(Array(4).fill(undefined));
    expect(change?.eitherParent?.map(({ inode }) => inode)).toEqual([7, 8]);
  });

  it('open("/w/dangling", O_CREAT): the folder and the file that came, without a name', async () => {
    const looked = [parent('/w/', 8), parent(null, 8), path('CREATE', null)];
    const paths = [...looked, parent(null, 8), path('CREATE', null, 12)];
    const [change, ...others] = await changesOf({ call: 'openat', args: [AT_FDCWD, '0', '41'], paths });
    expect(others).toEqual([]);
    expect(change).toMatchObject({ kind: 'create', certainty: 'inode', inode: 12, parentInode: 8 });
    expect([change?.path, change?.name]).toEqual([undefined, undefined]);
  });
});

describe('renames', () => {
  const rename = (paths: string[], more: EventSpec = {}): Promise<Change[]> =>
    changesOf({ call: 'rename', paths, ...more });

  it('pair by inode, whatever the order of the records', async () => {
    const paths = [
      parent('/w/a/', 7),
      parent('/w/b/', 8),
      path('DELETE', '/w/a/x', 12),
      path('DELETE', '/w/b/y', 13),
      path('CREATE', '/w/b/y', 12),
    ];
    const expected = { kind: 'rename', path: '/w/a/x', to: '/w/b/y', inode: 12, parentInode: 7, toParentInode: 8 };
    expect(await rename(paths)).toMatchObject([expected]);
    expect(await rename(paths.toReversed())).toMatchObject([expected]);
  });

  it('do not pair files of two devices', async () => {
    const paths = [
      parent('/w/'),
      parent('/w/'),
      path('DELETE', '/w/a', { inode: 12, dev: '08:01' }, FILE),
      path('CREATE', '/w/b', { inode: 12, dev: '08:02' }, FILE),
    ];
    expect((await rename(paths)).every(({ certainty }) => certainty === 'inode')).toBe(true);
  });

  it('exchange two names', async () => {
    const paths = [
      parent('/w/'),
      parent('/w/'),
      path('DELETE', '/w/a', 12),
      path('DELETE', '/w/b', 13),
      path('CREATE', '/w/b', 12),
      path('CREATE', '/w/a', 13),
    ];
    const [change, ...others] = await changesOf({ call: 'renameat2', args: [AT_FDCWD, '0', AT_FDCWD], paths });
    expect(others).toEqual([]);
    expect(change).toMatchObject({ kind: 'exchange', path: '/w/a', to: '/w/b', inode: 12 });
  });

  it('with only PARENT records changed nothing', async () => {
    expect(await rename([parent('/w/'), parent('/w/')])).toEqual([]);
  });

  it('between two descriptors: which folder is whose is not said', async () => {
    const paths = [parent('/w', 8), parent('/w', 7), path('DELETE', 'a', 12), path('CREATE', 'b', 12)];
    const [change] = await changesOf({ call: 'renameat', args: ['5', '0', '6'], paths });
    expect(change).toMatchObject({ certainty: 'inode', name: 'a', toName: 'b', inode: 12 });
    expect(change?.parentInode).toBeUndefined();
    expect(change?.eitherParent?.map(({ inode }) => inode).toSorted()).toEqual([7, 8]);
  });

  it('of the working directory itself: relative names were relative to where it was', async () => {
    const paths = [
      parent('../', 7),
      parent('../other/', 8),
      path('DELETE', '../old', 12, FOLDER),
      path('CREATE', '../other/new', 12, FOLDER),
    ];
    const [change] = await rename(paths, { cwd: '/w/other/new' });
    expect(change).toMatchObject({ certainty: 'inode', name: 'old', toName: 'new', inode: 12 });
    expect([change?.path, change?.to]).toEqual([undefined, undefined]);
  });

  it('of another folder, seen from beside it, are told', async () => {
    const paths = [
      parent('../', 7),
      parent('../', 7),
      path('DELETE', '../old', 12, FOLDER),
      path('CREATE', '../new', 12, FOLDER),
    ];
    expect(await rename(paths, { cwd: '/w/here' })).toMatchObject([{ path: '/w/old', to: '/w/new' }]);
  });

  it('of a folder in the working directory are told, even when that one has the same name', async () => {
    const paths = [
      parent('/w/src'),
      parent('/w/src'),
      path('DELETE', 'new', 12, FOLDER),
      path('CREATE', 'src', 12, FOLDER),
    ];
    expect(await rename(paths, { cwd: '/w/src' })).toMatchObject([{ path: '/w/src/new', to: '/w/src/src' }]);
  });
});

describe('links', () => {
  const to = [parent('/w/'), path('CREATE', '/w/new', 12)];

  it('name both places', async () => {
    const paths = [...to, path('NORMAL', '/w/old', 12)];
    expect(await changesOf({ call: 'link', paths })).toMatchObject([
      { kind: 'link', path: '/w/old', to: '/w/new', inode: 12 },
    ]);
  });

  it.each(['/proc/self/fd/5', ''])('from the descriptor %j make a file appear', async (name) => {
    const paths = [...to, path('NORMAL', name, 12)];
    expect(await changesOf({ call: 'linkat', args: ['5', '0', AT_FDCWD], paths })).toMatchObject([
      { kind: 'create', certainty: 'exact', path: '/w/new', inode: 12 },
    ]);
  });
});

describe('i386 on the same machine', () => {
  it('has numbers of its own', async () => {
    const paths = [parent('/w/'), parent('/w/'), path('DELETE', '/w/a', 12), path('CREATE', '/w/b', 12)];
    const spec: EventSpec = { arch: '40000003', call: 38, paths };
    expect(await changesOf(spec)).toMatchObject([{ kind: 'rename', path: '/w/a', to: '/w/b' }]);
    expect(
      await changesOf({ arch: '40000003', call: 5, args: ['0', '1'], paths: [path('NORMAL', '/w/f', 1)] }),
    ).toMatchObject([{ kind: 'write', path: '/w/f' }]);
  });
});

describe('io_uring', () => {
  const op = (number: number, success = 'yes', items = 2): string =>
    `URINGOP uring_op=${number} success=${success} exit=0 items=${items} ppid=10 pid=11 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 key="ring"`;
  const paths = [parent('/w/'), path('DELETE', '/w/f', 12)];

  it('is told without a SYSCALL record, at the end of input', async () => {
    const spec = { hasSyscall: false, first: [op(36)], paths, end: [] };
    expect(await changesOf(spec)).toMatchObject([{ kind: 'delete', path: '/w/f', pid: 11 }]);
  });

  it('has a result of its own, beside that of the call that submitted it', async () => {
    expect(await changesOf({ first: [op(36)], call: 426, paths })).toMatchObject([{ kind: 'delete', path: '/w/f' }]);
    expect(await changesOf({ first: [op(36, 'no')], call: 426, paths })).toEqual([]);
  });

  it('tells no descriptor, so relative names stay relative', async () => {
    const relative = [parent('/w'), path('CREATE', 'q', 12)];
    const [change] = await changesOf({ hasSyscall: false, first: [op(18)], paths: relative, end: [] });
    expect(change).toMatchObject({ kind: 'create', certainty: 'inode', name: 'q', parentInode: 7 });
  });
});
