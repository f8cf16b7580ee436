/** The disk below the index or below a root becomes read-only, fails, goes and comes back. Needs root: disks are mounted. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Disk, fillUp, onFullableDisk } from '../helpers/disk.js';
import { tempFolder } from '../helpers/temp.js';
import { TestEnv, until } from '../helpers/test-env.js';

const isRoot = process.getuid?.() === 0;

function onItsOwnDisk(): { env: TestEnv; disk: Disk } {
  const disk = new Disk(tempFolder());
  const env = new TestEnv(disk.folder);
  writeFileSync(env.path('first.txt'), 'firstword');
  return { env, disk };
}

describe.skipIf(!isRoot)('the disk of the index [needs root]', () => {
  it('may be read-only for searches; the daemon says why it cannot begin', async () => {
    const { env, disk } = onItsOwnDisk();
    await (await env.startDaemon()).end('SIGTERM');
    disk.remount('ro');
    expect(env.found('firstword')).toEqual(['first.txt']);
    expect(env.run('find-textd', 'status').status).toBe(0);
    for (const command of ['run', 'rebuild']) {
      const { status, stderr } = env.run('find-textd', command, env.tree);
      expect(status).toBe(2);
      expect(stderr).toMatch(/find-textd: .*read-?only.*\n {2}.*read-only/i);
    }
    disk.remount('rw');
    writeFileSync(env.path('second.txt'), 'secondword');
    await env.startDaemon();
    expect(env.found('secondword')).toEqual(['second.txt']);
  });

  it('that fails at work ends the daemon with a message; nothing is lost', async () => {
    const { env, disk } = onItsOwnDisk();
    const daemon = await env.startDaemon();
    disk.remount('abort');
    writeFileSync(env.path('second.txt'), 'secondword');
    await until('the daemon has ended', () => daemon.process.exitCode !== null);
    expect(daemon.process.exitCode).toBe(2);
    expect(daemon.stderr()).toMatch(/write to the index .*(read-only|disk I\/O error)/);
    expect(env.found('firstword')).toEqual(['first.txt']);
    // What still has the old one open for a moment keeps it as it is: failed, and read-only.
    await until('the disk can be written to again', () => {
      disk.unmount();
      disk.mount();
      return canWrite(env.dataDirectory);
    });
    await env.startDaemon();
    expect(env.found('secondword')).toEqual(['second.txt']);
  });

  it('that goes takes the index with it: searches say so, the daemon makes a new one, and opens the old one when it is back', async () => {
    const { env, disk } = onItsOwnDisk();
    const daemon = await env.startDaemon();
    const { index } = env.status();
    disk.unmount();
    expect(env.run('find-text', 'firstword')).toMatchObject({ status: 2, stdout: '' });
    writeFileSync(env.path('second.txt'), 'secondword');
    await until('a new index answers', () => env.run('find-text', 'secondword').status === 0);
    expect(daemon.stderr()).toContain(`the index ${index.file} is gone`);
    expect(env.found('firstword')).toEqual(['first.txt']);
    rmSync(env.path('first.txt'));
    await env.untilFound('firstword', []);
    disk.mount();
    await env.untilFound('firstword OR secondword', ['second.txt']);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });
});

it('an index that somebody deletes is made anew', async () => {
  const env = new TestEnv();
  writeFileSync(env.path('first.txt'), 'firstword');
  const daemon = await env.startDaemon();
  // At once: while files are removed one by one the daemon makes new ones.
  renameSync(env.dataDirectory, `${env.home}/away`);
  rmSync(`${env.home}/away`, { recursive: true, force: true, maxRetries: 3 });
  writeFileSync(env.path('second.txt'), 'secondword');
  await until('a new index answers', () => env.run('find-text', 'firstword').status === 0);
  expect(daemon.stderr()).toContain('is gone: a new one is made');
  expect(env.run('find-textd', 'run', env.tree).stderr).toContain('is already at work');
  expect(await daemon.end('SIGTERM')).toBe(0);
});

describe.skipIf(!isRoot)('a root that is a disk [needs root]', () => {
  it('goes and comes back while the daemon runs: gone is not deleted', async () => {
    const env = new TestEnv();
    const root = join(dirname(env.tree), 'stick');
    mkdirSync(root);
    const disk = new Disk(root);
    writeFileSync(join(root, 'kept.txt'), 'onthestick');
    writeFileSync(join(root, 'other.txt'), 'otherfile');
    writeFileSync(env.path('here.txt'), 'onthedisk');
    const daemon = await env.startDaemon([env.tree, root, '--source', 'inotify']);
    disk.unmount();
    await until('status tells of the missing root', () => env.status().failures.count === 1);
    expect(env.status().failures.newest).toMatchObject([{ code: 'FT_ROOT_MISSING', path: root }]);
    writeFileSync(env.path('later.txt'), 'laterword');
    await env.untilFound('laterword', ['later.txt']);
    expect(env.status().index.documents).toBe(4);
    disk.mount();
    rmSync(join(root, 'other.txt'));
    await env.untilFound('otherfile', []);
    await until('the root is not missing any more', () => env.status().failures.count === 0);
    writeFileSync(join(root, 'new.txt'), 'newword');
    await env.untilFound('newword', [join(root, 'new.txt')]);
    expect(env.found('onthestick')).toEqual([join(root, 'kept.txt')]);
    expect(env.status().index.documents).toBe(4);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });
});

/** The disk's own folder, the index folder, the lock, its holder, the troubles, the roots, the index with its log and shared memory, its seal. */
const FILES_BEFORE_IT_ANSWERS = 10;

it.skipIf(!isRoot)('a disk that is full when a new index begins to answer is waited for [needs root]', async () => {
  const folder = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `nr_inodes=${FILES_BEFORE_IT_ANSWERS}`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  chmodSync(folder, 0o755);
  const env = new TestEnv(folder);
  writeFileSync(env.path('first.txt'), 'firstword');
  const daemon = env.spawnDaemon([env.tree, '--source', 'inotify']);
  await until('the daemon waits', () =>
    /the index that is searched: ENOSPC: no space left on device.*: waiting until/.test(daemon.stderr()),
  );
  expect(daemon.process.exitCode).toBeNull();
  execFileSync('mount', ['-o', 'remount,nr_inodes=1000', folder]);
  await until('the index answers', () => env.run('find-text', 'firstword').status === 0);
  expect(await daemon.end('SIGTERM')).toBe(0);
});

describe.skipIf(!isRoot)('a disk that is full while the daemon works [needs root]', () => {
  it.each([
    ['the index', () => undefined],
    ['the index and what the daemon tells of itself', (disk: string) => join(disk, 'run')],
  ])('of %s: searches say that changes are held back, until there is room', async (_, runtimeOn) => {
    const { env, disk } = onFullableDisk();
    env.env.XDG_RUNTIME_DIR = runtimeOn(disk) ?? env.env.XDG_RUNTIME_DIR;
    writeFileSync(env.path('first.txt'), 'firstword');
    const daemon = await env.startDaemon();
    await env.untilSettled();
    const told = (...args: string[]) => env.run('find-text', ...args).stderr;
    expect(told('firstword')).toBe('');
    fillUp(join(disk, 'filler'));
    for (let n = 0; n < 300; n++)
      writeFileSync(env.path(`n${n}.txt`), `commonword ${randomBytes(3000).toString('hex')} last${n}`);
    await until('the daemon says that the disk is full', () => daemon.stderr().includes('full'));
    const heldBack =
      /^find-text: changes are held back since \d\d:\d\d: write to the index .* is full; free some space on that disk; .*\n$/;
    for (const args of [['firstword'], ['-l', 'firstword'], ['--json', 'firstword'], ['-n', '0', 'firstword']])
      expect(told(...args), args.join(' ')).toMatch(heldBack);
    expect(told('-l', 'last299')).toMatch(/changes are held back/);
    expect(env.status()).toMatchObject({
      isComplete: false,
      // That changes are being worked on may stand beside it.
      reasons: expect.arrayContaining([expect.objectContaining({ reason: 'disk full', advice: expect.any(String) })]),
    });
    expect(env.run('find-textd', 'status').stdout).toMatch(/^complete +no: changes are held back/m);
    rmSync(join(disk, 'filler'));
    await env.untilSettled();
    expect(env.found('commonword')).toHaveLength(300);
    expect(told('firstword')).toBe('');
    expect(await daemon.end('SIGTERM')).toBe(0);
  });
});

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
