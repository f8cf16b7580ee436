/** A watched folder is bound to its inode and owner: what leads its path elsewhere is noticed, without a look at any disk. */
import { chmodSync, chownSync, mkdirSync, realpathSync, renameSync, rmdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import {
  bindTo,
  findFolder,
  isOnUserVolume,
  isSteady,
  OTHER_FOLDER,
} from '../../../../indexer/audit/plugin/root-binding.js';
import { tempFolder } from '../../../helpers/temp.js';

const isRoot = process.getuid?.() === 0;

async function bindRoot(root: Pick<WatchedRoot, 'path' | 'folder'>) {
  return bindTo(await findFolder(root), root.path);
}

function noted() {
  const base = realpathSync(tempFolder());
  const path = join(base, 'above', 'docs');
  mkdirSync(path, { recursive: true });
  const { ino: inode, uid } = statSync(path);
  return { base, path, bytes: Buffer.from(path), folder: { inode, uid } };
}

describe('bindTo', () => {
  it('holds while the folder is in its place, also when it was away meanwhile', async () => {
    const { base, path, bytes, folder } = noted();
    const binding = await bindRoot({ path: bytes, folder });
    expect(binding.whyLoose()).toBeUndefined();
    renameSync(path, join(base, 'away'));
    expect(binding.whyLoose()).toBe(OTHER_FOLDER);
    renameSync(join(base, 'away'), path);
    expect(binding.whyLoose()).toBeUndefined();
  });

  it('is loose when a folder above was swapped for a symlink, before or after', async () => {
    const { base, path, bytes, folder } = noted();
    const before = await bindRoot({ path: bytes, folder });
    mkdirSync(join(base, 'victim', 'docs'), { recursive: true });
    renameSync(join(base, 'above'), join(base, 'above2'));
    symlinkSync(join(base, 'victim'), join(base, 'above'));
    expect(before.whyLoose()).toBe(OTHER_FOLDER);
    expect((await bindRoot({ path: bytes, folder })).whyLoose()).toBeDefined();
    expect((await bindRoot({ path: Buffer.from(join(base, 'above2/docs')), folder })).whyLoose()).toBeUndefined();
    expect(path).toBe(bytes.toString());
  });

  it('is loose when a symlink leads to the very same folder: it may lead elsewhere a moment later', async () => {
    const { base, bytes, folder } = noted();
    renameSync(join(base, 'above'), join(base, 'above2'));
    symlinkSync('above2', join(base, 'above'));
    expect((await bindRoot({ path: bytes, folder })).whyLoose()).toBeDefined();
  });

  it('is loose when the folder was removed, made anew, or is a file now', async () => {
    const { base, path, bytes, folder } = noted();
    const binding = await bindRoot({ path: bytes, folder });
    renameSync(path, join(base, 'old'));
    mkdirSync(path);
    expect(binding.whyLoose()).toBe(OTHER_FOLDER);
    expect((await bindRoot({ path: bytes, folder })).whyLoose()).toBe(OTHER_FOLDER);
    rmdirSync(path);
    expect((await bindRoot({ path: bytes, folder })).whyLoose()).toBeDefined();
  });

  it.runIf(isRoot)('is loose when the folder belongs to somebody else', async () => {
    const { path, bytes, folder } = noted();
    chownSync(path, 12_345, 12_345);
    expect((await bindRoot({ path: bytes, folder })).whyLoose()).toBe(OTHER_FOLDER);
  });

  it('takes a folder that was never noted as it is', async () => {
    expect((await bindRoot({ path: Buffer.from('/nowhere') })).whyLoose()).toBeUndefined();
  });
});

describe('isSteady', () => {
  it('is true where root alone owns every folder above', () => {
    expect(isSteady(Buffer.from('/usr'))).toBe(true);
    expect(isSteady(Buffer.from('/usr/bin'))).toBe(true);
    const base = tempFolder();
    chmodSync(base, 0o777);
    expect(isSteady(Buffer.from(join(base, 'a')))).toBe(false);
    expect(isSteady(Buffer.from('/nowhere/a'))).toBe(false);
  });
});

describe('isOnUserVolume', () => {
  const line = (point: string, type: string, options: string) =>
    `36 35 0:50 / ${point} rw,nosuid - ${type} sshfs rw,${options}\n`;

  it.each<[string, string, string, boolean]>([
    ['/home/a/x', 'fuse.sshfs', 'user_id=1000,group_id=1000', true],
    ['/home/a', 'fuse', 'user_id=1000', true],
    ['/home/a/x/y/z', 'fuse', 'user_id=1000', false],
    ['/home/a/x', 'fuseblk', 'user_id=0,group_id=0', false],
    ['/home/a/x', 'ext4', 'user_id=1000', false],
  ])('at %s, of type %s with %s: %s', (point, type, options, expected) => {
    expect(isOnUserVolume(Buffer.from('/home/a/x/docs'), Buffer.from(line(point, type, options)))).toBe(expected);
  });

  it('reads a mount point with a blank', () => {
    expect(isOnUserVolume(Buffer.from('/a b/c'), Buffer.from(line('/a\\040b', 'fuse', 'user_id=7')))).toBe(true);
  });
});
