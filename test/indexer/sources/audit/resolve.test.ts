import { describe, expect, it } from 'vitest';
import type { FileChange, Place } from '../../../../indexer/audit/changes/file-change.js';
import { resolveChange } from '../../../../indexer/sources/audit/resolve.js';
import { fileChange } from '../../../helpers/file-change.js';

const bytes = (path: string) => Buffer.from(path);

/** What the index knows, and what is on the disk: /r is the root, /alias a symlink to /r/real, /mnt a bind mount of /r/bm. */
const FOLDERS: Record<number, string[]> = {
  10: ['/r'],
  11: ['/r/real'],
  12: ['/r/bm'],
  13: ['/r/gone', '/r/here'],
  14: ['/r/src', '/r/bind', '/r/gone'],
};
const FILES: Record<number, string[]> = { 20: ['/r/real/f'], 21: ['/r/one', '/r/two'], 22: ['/elsewhere/x'] };
/** What has come since the index looked. */
const NEW: Record<number, string[]> = {
  10: ['/r/not-that'],
  20: ['/r/nor-that'],
  40: ['/r/here'],
  41: ['/r/gone'],
  42: ['/r/gone/f'],
};
const REAL: Record<string, string> = {
  '/r': '/r',
  '/r/real': '/r/real',
  '/r/src': '/r/src',
  '/alias': '/r/real',
  '/mnt': '/mnt',
  '/': '/',
  '/r/here': '/r/here',
};

function place(path: string | null, parent?: number, name?: string): Place {
  return {
    path: path === null ? null : bytes(path),
    parent: parent === undefined ? null : { inode: parent, dev: '08:01' },
    name: name === undefined ? null : bytes(name),
  };
}

async function resolve(change: Partial<FileChange>): Promise<string[] | undefined> {
  const paths = await resolveChange(fileChange({ from: place(null), ...change }), bytes('/r'), {
    roots: [bytes('/r')],
    documents: {
      pathsByInode: (inode) => (FILES[inode] ?? []).map(bytes),
      directories: { pathsByInode: (inode) => (FOLDERS[inode] ?? []).map(bytes) },
    },
    newNames: { of: ({ inode }) => (NEW[inode] ?? []).map(bytes) },
    realFolders: { of: async (folder) => (REAL[String(folder)] ? bytes(REAL[String(folder)] as string) : undefined) },
    inodes: {
      isFolder: async (path) => path.toString() !== '/r/gone',
      isFile: async (path) => path.toString() === '/r/one',
      entries: async (folder, inode) => (folder.equals(bytes('/r/here')) && inode === 30 ? [bytes('/r/here/new')] : []),
    },
    nowMs: 0,
  });
  return paths?.map(String).sort();
}

describe('resolveChange', () => {
  it('takes an exact path as it is', async () => {
    expect(await resolve({ kind: 'create', from: place('/r/real/new', 11) })).toEqual(['/r/real/new']);
  });

  it('brings a path through a symlinked folder home', async () => {
    expect(await resolve({ kind: 'create', from: place('/alias/new', 11) })).toEqual(['/r/real/new']);
  });

  it('brings a path through a bind mount home by the inode of its folder', async () => {
    expect(await resolve({ kind: 'create', from: place('/mnt/new', 12) })).toEqual(['/r/bm/new']);
  });

  it('gives every path of a folder that is mounted in several places', async () => {
    expect(await resolve({ kind: 'create', from: place('/r/src/new', 14) })).toEqual(['/r/bind/new', '/r/src/new']);
    const rename = { kind: 'rename', from: place('/r/src/a', 14), to: place('/r/src/b', 14) } as const;
    expect(await resolve(rename)).toEqual(['/r/bind/a', '/r/bind/b', '/r/src/a', '/r/src/b']);
  });

  it('cannot tell where a path outside leads until its folder is known', async () => {
    expect(await resolve({ kind: 'create', from: place('/mnt/fresh/new', 99) })).toBeUndefined();
    expect(await resolve({ kind: 'rename', from: place('/mnt/a', 99), to: place('/mnt/b', 99) })).toBeUndefined();
  });

  it('still names a file whose folder is gone by now', async () => {
    expect(await resolve({ kind: 'delete', from: place('/r/x/y') })).toEqual(['/r/x/y']);
  });

  it('finds a name below a folder known by its inode only, at the path that has this inode now', async () => {
    expect(await resolve({ kind: 'delete', certainty: 'inode', from: place(null, 13, 'n') })).toEqual(['/r/here/n']);
  });

  it('finds a file known by its inode only under all its names', async () => {
    expect(await resolve({ certainty: 'inode', file: { inode: 21, dev: '08:01' } })).toEqual(['/r/one', '/r/two']);
  });

  it('does not take a name that is still there for the one that went', async () => {
    const deleted = (inode: number, folder: number) =>
      ({ kind: 'delete', from: place(null, folder, 'z'), file: { inode, dev: '08:01' } }) as const;
    expect(await resolve(deleted(21, 99))).toEqual(['/r/two']);
    expect(await resolve(deleted(21, 11))).toEqual(['/r/one', '/r/real/z', '/r/two']);
  });

  it('does not take a new file for one that had its inode before', async () => {
    for (const inode of [21, 42])
      expect(await resolve({ kind: 'create', from: place('/r/real/new', 11), file: { inode, dev: '08:01' } })).toEqual([
        '/r/real/new',
      ]);
  });

  it('asks for new names where the index does not know the inode, and trusts those of folders that are there, or gone with what was in them', async () => {
    const deleted = (inode: number) =>
      ({ kind: 'delete', from: place(null, 41, 'f'), file: { inode, dev: '08:01' } }) as const;
    expect(await resolve(deleted(42))).toEqual(['/r/gone/f']);
    expect(await resolve(deleted(20))).toEqual(['/r/gone/f', '/r/real/f']);
    expect(await resolve(deleted(99))).toEqual(['/r/gone/f']);
    expect(await resolve({ kind: 'create', from: place(null, 40, 'new') })).toEqual(['/r/here/new']);
    expect(await resolve({ kind: 'create', from: place(null, 41, 'new') })).toBeUndefined();
  });

  it('gives both places of a rename, and the old name the index has', async () => {
    const change = {
      kind: 'rename',
      from: place('/r/real/f', 11),
      to: place('/r/here/g', 13),
      file: { inode: 20, dev: '08:01' },
    } as const;
    expect(await resolve(change)).toEqual(['/r/here/g', '/r/real/f']);
  });

  it('tries a rename between two folders both ways when it is not known which is the old one', async () => {
    const eitherParent = [
      { inode: 10, dev: '08:01' },
      { inode: 11, dev: '08:01' },
    ];
    expect(
      await resolve({
        kind: 'rename',
        certainty: 'inode',
        from: place(null, undefined, 'a'),
        to: place(null, undefined, 'b'),
        eitherParent,
      }),
    ).toEqual(['/r/a', '/r/b', '/r/real/a', '/r/real/b']);
  });

  it('says that it cannot tell when neither the folder nor the file is known', async () => {
    expect(await resolve({ certainty: 'inode', from: place(null, 99, 'n') })).toBeUndefined();
    expect(await resolve({ certainty: 'inode', file: { inode: 99, dev: '08:01' } })).toBeUndefined();
  });

  it('does not take an old name for a new one', async () => {
    expect(
      await resolve({
        kind: 'link',
        certainty: 'inode',
        from: place('/r/real/f'),
        to: place(null, 99, 'n'),
        file: { inode: 20, dev: '08:01' },
      }),
    ).toBeUndefined();
  });

  it('needs only the new name of a link', async () => {
    const to = place(null, 11, 'n');
    const change = { kind: 'link', certainty: 'inode', from: place(null, undefined, 'f'), to } as const;
    expect(await resolve(change)).toEqual(['/r/real/n']);
  });

  it('finds what was made under a name that is not told by listing its folder', async () => {
    const made = {
      kind: 'create',
      certainty: 'inode',
      from: place(null, 13),
      file: { inode: 30, dev: '08:01' },
    } as const;
    expect(await resolve(made)).toEqual(['/r/here/new']);
    expect(await resolve({ ...made, file: { inode: 31, dev: '08:01' } })).toEqual([]);
    expect(await resolve({ ...made, file: null })).toBeUndefined();
    expect(await resolve({ ...made, from: place(null, 99) })).toBeUndefined();
  });

  it('does without the old name of a rename, which only the index can know', async () => {
    const moved = { kind: 'rename', certainty: 'inode', from: place(null, 11), to: place('/r/here/f', 13) } as const;
    expect(await resolve({ ...moved, file: { inode: 20, dev: '08:01' } })).toEqual(['/r/here/f', '/r/real/f']);
    expect(await resolve({ ...moved, file: { inode: 30, dev: '08:01' } })).toEqual(['/r/here/f']);
    expect(await resolve(moved)).toBeUndefined();
  });

  it('takes the whole folders of an exchange that is told without names', async () => {
    const [from, to] = [place(null, 11), place(null, 13)];
    const change = { kind: 'exchange', certainty: 'inode', from, to, file: { inode: 99, dev: '08:01' } } as const;
    expect(await resolve(change)).toEqual(['/r/here', '/r/real']);
    const eitherParent = [11, 13].map((inode) => ({ inode, dev: '08:01' }));
    expect(await resolve({ ...change, from: place(null), to: place(null), eitherParent })).toEqual([
      '/r/here',
      '/r/real',
    ]);
  });

  it('leaves out what lies outside the roots', async () => {
    expect(
      await resolve({
        kind: 'rename',
        from: place('/r/real/f', 11),
        to: place('/out/f'),
        file: { inode: 22, dev: '08:01' },
      }),
    ).toEqual(['/r/real/f']);
  });
});
