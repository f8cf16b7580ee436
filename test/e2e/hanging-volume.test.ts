/** A volume that hangs, as one does whose server has gone: nobody waits for it, and nothing of it is forgotten. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Status } from '../../indexer/commands/status.js';
import { FuseVolume, whyNoFuse } from '../helpers/fuse-volume.js';
import { describeThreads, type Thread, threadsOf } from '../helpers/process-state.js';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

const why = whyNoFuse();

/** One file in the tree, two on the volume. */
async function withVolume(): Promise<{ env: TestEnv; volume: FuseVolume; folder: string }> {
  const env = new TestEnv();
  const folder = join(env.home, 'n\u00e4s 1');
  const volume = await FuseVolume.mount(folder);
  writeFileSync(env.path('here.txt'), 'sharedword localword');
  writeFileSync(join(volume.source, 'far.txt'), 'sharedword farword');
  writeFileSync(join(volume.source, 'page.html'), '<p>sharedword pageword');
  return { env, volume, folder };
}

describe.skipIf(why !== undefined)(`a volume that hangs${why ? ` [${why}]` : ''}`, () => {
  it('is not waited for by a search: its hits are shown, and said not to be verified', async () => {
    const { env, volume, folder } = await withVolume();
    expect(env.run('find-textd', 'rebuild', env.tree, folder).status).toBe(0);
    const before = env.run('find-text', '--json', 'sharedword');
    expect(before.stdout).not.toContain('unverified');
    volume.freeze();
    const { status, stdout, stderr } = env.run('find-text', '--json', 'sharedword');
    expect(status).toBe(0);
    const hits = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const shown = hits.map(({ name, unverified, snippet }) => [name, unverified, snippet.text]).sort();
    expect(shown).toEqual([
      ['far.txt', true, ''],
      ['here.txt', undefined, 'sharedword localword'],
      ['page.html', true, 'sharedword pageword'],
    ]);
    expect(stderr).toContain('2 of these files could not be looked at: a volume does not answer');
    const paths = env.run('find-text', '-l', 'sharedword');
    expect(paths.stdout.trim().split('\n').sort()).toEqual(
      [join(folder, 'far.txt'), join(folder, 'page.html'), env.path('here.txt')].sort(),
    );
    expect(paths.stderr).toContain('could not be looked at');
    expect(env.run('find-text', 'localword').stderr).not.toContain('could not be looked at');
    expect(env.run('find-textd', 'status').stdout).toContain('3 files');
    volume.thaw();
    expect(env.run('find-text', '--json', 'sharedword').stdout).toBe(before.stdout);
  });

  it('holds no other folder up, is a gap while it hangs, and is compared when it answers again', async () => {
    const { env, volume, folder } = await withVolume();
    const daemon = await env.startDaemon([env.tree, folder, '--source', 'inotify']);
    await env.untilSettled();
    volume.freeze();
    await until('status tells of the volume', () => gapsOf(env, folder).length > 0);
    expect(gapsOf(env, folder)).toMatchObject([{ reason: 'not answering', scope: folder }]);
    expect(gapsOf(env, env.tree)).toEqual([]);
    expect(env.run('find-text', 'localword').stderr).toContain('its volume does not answer');
    writeFileSync(env.path('later.txt'), 'laterword');
    await env.untilFound('laterword', ['later.txt']);
    writeFileSync(join(volume.source, 'meanwhile.txt'), 'meanwhileword');
    rmSync(join(volume.source, 'page.html'));
    expect(env.status().index.documents).toBe(4);
    volume.thaw();
    await env.untilFound('meanwhileword OR pageword', [join(folder, 'meanwhile.txt')]);
    await env.untilSettled();
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('holds up neither the start nor the end of the daemon', async () => {
    const { env, volume, folder } = await withVolume();
    const args = [env.tree, folder, '--source', 'inotify'];
    expect(await (await env.startDaemon(args)).end('SIGTERM')).toBe(0);
    volume.freeze();
    writeFileSync(env.path('later.txt'), 'laterword');
    const daemon = await env.startDaemon(args);
    expect(env.found('laterword')).toEqual(['later.txt']);
    expect(env.status().index.documents).toBe(4);
    expect(gapsOf(env, folder)).toMatchObject([{ reason: 'not answering' }]);
    expect(await daemon.end('SIGTERM')).toBe(0);
    // By a way that leads there, so that the real path has to be found out.
    symlinkSync(env.home, join(env.home, 'way'));
    const other = await env.startDaemon([env.tree, join(env.home, 'way', basename(folder)), '--source', 'inotify']);
    expect(env.status().roots).toEqual([env.tree, folder]);
    expect(env.status().index.documents).toBe(4);
    volume.thaw();
    await env.untilSettled();
    expect(await other.end('SIGTERM')).toBe(0);
  });

  it('that has nothing to do with what is indexed is not even asked', async () => {
    const { env, volume } = await withVolume();
    volume.freeze();
    const daemon = await env.startDaemon([env.tree, '--source', 'inotify']);
    expect(childrenOf(daemon)).not.toContain('stat');
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('that begins to hang while it is read stops neither other folders nor the end', async () => {
    const { env, volume, folder } = await withVolume();
    writeMany(volume.source);
    const daemon = env.spawnDaemon([env.tree, folder, '--source', 'inotify']);
    await until('some of it is indexed', () => env.run('find-text', 'many').status === 0);
    volume.freeze();
    await until('status tells of the volume', () =>
      gapsOf(env, folder).some(({ reason }) => reason === 'not answering'),
    );
    writeFileSync(env.path('later.txt'), 'laterword');
    await env.untilFound('laterword', ['later.txt']);
    volume.thaw();
    await env.untilSettled();
    expect(env.status()).toMatchObject({ index: { documents: 3004 }, failures: { count: 0 } });
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('is compared once in a while for what other machines change there, and status says so', async () => {
    const { env, volume, folder } = await withVolume();
    mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
    writeFileSync(join(env.home, 'config/find-text/config.toml'), '[network]\ncompareMinutes = 0.05\n');
    await env.startDaemon([env.tree, folder, '--source', 'inotify']);
    await env.untilSettled();
    writeFileSync(join(volume.source, 'elsewhere.txt'), 'elsewhereword');
    rmSync(join(volume.source, 'page.html'));
    await env.untilFound('elsewhereword OR pageword', [join(folder, 'elsewhere.txt')]);
    await env.untilSettled();
    expect(env.status().freshness.map(({ networkFolders }) => networkFolders)).toEqual([[], [{ path: folder }]]);
    expect(env.run('find-textd', 'status').stdout).toContain(`what others change in ${folder} is found by comparing`);
  });

  it('ends a rebuild, and the index that was there goes on answering', async () => {
    const { env, volume, folder } = await withVolume();
    const args = ['rebuild', env.tree, folder];
    expect(env.run('find-textd', ...args).status).toBe(0);
    volume.freeze();
    const refused = env.run('find-textd', ...args);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain(`rebuild the index: the volume at ${folder} does not answer`);
    volume.thaw();
    writeMany(volume.source);
    const rebuild = env.spawn(...args);
    await until('it has begun to read', () => indexFiles(env).length === 2);
    volume.freeze();
    await hasDoneItsPart(rebuild);
    expect(rebuild.stderr()).toContain('does not answer');
    volume.thaw();
    expect(await rebuild.ended).toBe(2);
    expect(env.status()).toMatchObject({ index: { documents: 3 }, isRebuilding: false });
    expect(indexFiles(env)).toHaveLength(1);
    expect(env.run('find-textd', ...args).status).toBe(0);
    expect(env.status().index.documents).toBe(3003);
  });

  it('that hangs from the moment it is mounted holds nothing up', async () => {
    const { env, volume, folder } = await withVolume();
    const point = env.path('mounted later');
    mkdirSync(point);
    volume.freeze();
    const daemon = await env.startDaemon();
    await env.untilSettled();
    bindWithoutLooking(folder, point);
    await until('status tells of the volume', () => gapsOf(env, env.tree).some(({ scope }) => scope === point));
    writeFileSync(env.path('later.txt'), 'laterword');
    await env.untilFound('laterword', ['later.txt']);
    volume.thaw();
    await env.untilFound('farword', ['mounted later/far.txt']);
    await env.untilSettled();
    volume.freeze();
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it.each([
    ['', '', 3003],
    [', with ignore lists,', 'ignored*', 3063],
  ])('that begins to hang while it is read%s does not hold up the end', async (_, ignored, documents) => {
    const { env, volume, folder } = await withVolume();
    writeMany(volume.source, ignored);
    const args = [env.tree, folder, '--source', 'inotify'];
    const daemon = env.spawnDaemon(args);
    await until('some of it is indexed', () => env.run('find-text', 'many').status === 0);
    volume.freeze();
    daemon.process.kill('SIGTERM');
    await hasDoneItsPart(daemon);
    // Nothing of it is in the way of the next one.
    const next = await env.startDaemon([env.tree, '--source', 'inotify']);
    expect(await next.end('SIGTERM')).toBe(0);
    volume.thaw();
    expect(await daemon.ended).toBe(0);
    await env.startDaemon(args);
    await env.untilSettled();
    expect(env.status()).toMatchObject({ index: { documents }, failures: { count: 0 } });
  });
});

/**
 * It has ended. Nobody can end a thread that waits for a FUSE program which has taken its request, and it takes them as they come: then all
 * else of the process is gone.
 */
async function hasDoneItsPart({ process: child, stderr }: Daemon): Promise<void> {
  const pid = child.pid as number;
  await until(
    () => `the process has ended; it said:\n${stderr()}and does:\n${describeThreads(pid)}`,
    () => child.exitCode !== null || threadsOf(pid).every(isDone),
  );
}

function isDone({ state, stack }: Thread): boolean {
  return state === 'Z' || stack.includes('request_wait_answer');
}

/** @param ignored  a pattern that each folder has in an ignore list of its own, and a file for it. */
function writeMany(folder: string, ignored = ''): void {
  for (let n = 0; n < 3000; n++) {
    const below = join(folder, `d${Math.floor(n / 100)}`);
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${n}.txt`), `many ${n}`);
    if (ignored === '' || n % 100 > 0) continue;
    for (const name of ['.gitignore', '.find-textignore']) writeFileSync(join(below, name), ignored);
    for (const name of ['.git/HEAD', 'ignored.txt']) writeIn(below, name);
  }
}

function writeIn(folder: string, name: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), 'many');
}

/** mount(8) would look at the volume, and wait. */
function bindWithoutLooking(from: string, to: string): void {
  const script =
    'import ctypes, sys; libc = ctypes.CDLL(None, use_errno=True); a, b = (p.encode() for p in sys.argv[1:]); ' +
    'sys.exit(ctypes.get_errno() if libc.mount(a, b, None, 4096, None) else 0)';
  onTestFinished(() => void spawnSync('umount', ['-l', to]));
  execFileSync('python3', ['-c', script, from, to]);
}

/** Names of the programs. */
function childrenOf({ process: { pid } }: Daemon): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.filter(Boolean).map((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim());
}

function indexFiles({ dataDirectory }: TestEnv): string[] {
  return readdirSync(dataDirectory).filter((name) => /^index-\d+\.db$/.test(name));
}

function gapsOf(env: TestEnv, root: string) {
  const { stdout } = env.run('find-textd', 'status', '--json');
  const status: Status | undefined = stdout === '' ? undefined : JSON.parse(stdout);
  return status?.freshness.find(({ path }) => path === root)?.gaps ?? [];
}
