/** What may have been missed is known and shown, with the real programs. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Activity, machineMs } from '../../shared/activity.js';
import { type LockHolder, takeLock } from '../../shared/store/lock.js';
import { TestEnv, until } from '../helpers/test-env.js';

const DAEMON = fileURLToPath(new URL('../../dist/find-textd.js', import.meta.url));
const canLimit = spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0;

function fill(env: TestEnv): void {
  for (const folder of ['a', 'b', 'c', 'd']) {
    mkdirSync(env.path(folder));
    writeFileSync(env.path(folder, 'f.txt'), `word in ${folder}`);
  }
}

describe('the freshness of the index', () => {
  it('is known while a daemon runs, is told when it was killed, and is known again after the next start', async () => {
    const env = new TestEnv();
    fill(env);
    const begunMs = Date.now();
    const daemon = await env.startDaemon();
    const [root] = env.status().freshness;
    expect(root).toMatchObject({ path: env.tree, keptUntilMs: null, gaps: [], queued: 0 });
    expect(root?.completeSinceMs).toBeGreaterThanOrEqual(begunMs);
    expect(env.run('find-textd', 'status').stdout).toMatch(/^folders +\S+\/tree complete since \d\d:\d\d$/m);
    expect(env.run('find-text', 'word').stderr).toBe('');
    await daemon.end('SIGKILL');
    expect(env.run('find-text', '-l', 'word').stderr).toMatch(
      /^find-text: nothing keeps the index current since \d\d:\d\d: later changes are not known; start `find-textd run`\n$/,
    );
    expect(env.status()).toMatchObject({ isComplete: false, freshness: [{ keptUntilMs: expect.any(Number) }] });
    expect(env.run('find-textd', 'status').stdout).toMatch(/^folders +\S+\/tree was complete until \d\d:\d\d$/m);
    writeFileSync(env.path('late.txt'), 'word');
    await env.startDaemon();
    expect(env.found('word')).toContain('late.txt');
    expect(env.run('find-text', 'word').stderr).toBe('');
  });

  it('is not known while the daemon is stopped, as by Ctrl-Z', async () => {
    const env = new TestEnv();
    fill(env);
    const { process: child } = await env.startDaemon();
    child.kill('SIGSTOP');
    writeFileSync(env.path('late.txt'), 'word lateword');
    expect(env.run('find-text', '-l', 'word').stderr).toMatch(
      new RegExp(`^find-text: find-textd stands still since [\\d:]+: later .* \`kill -CONT ${child.pid}\`\n$`),
    );
    expect(env.status()).toMatchObject({
      daemon: { isRunning: true, silence: 'stopped' },
      isComplete: false,
      freshness: [{ keptUntilMs: expect.any(Number) }],
    });
    const text = env.run('find-textd', 'status').stdout;
    expect(text).toMatch(/^daemon +stopped: changes are not seen/m);
    expect(text).toMatch(/^complete +unknown/m);
    child.kill('SIGCONT');
    await env.untilFound('lateword', ['late.txt']);
    await env.untilSettled();
    expect(env.run('find-text', 'word').stderr).toBe('');
  });

  it('is not known when the daemon has given no sign of life for minutes', async () => {
    const env = new TestEnv();
    fill(env);
    await env.startDaemon();
    const activity = JSON.parse(readFileSync(join(env.home, 'run/find-text/activity.json'), 'utf8')) as Activity;
    // The daemon goes on to tell where it told before.
    const elsewhere = join(env.home, 'elsewhere');
    mkdirSync(elsewhere);
    const holder = join(env.dataDirectory, 'daemon.json');
    const { runtimeDirectory: _its, ...facts } = JSON.parse(readFileSync(holder, 'utf8')) as LockHolder;
    writeFileSync(holder, JSON.stringify({ ...facts, runtimeDirectory: elsewhere }));
    const tell = (agoMs: number) =>
      writeFileSync(join(elsewhere, 'activity.json'), JSON.stringify({ ...activity, atMs: machineMs() - agoMs }));
    tell(140_000);
    expect(env.status().isComplete).toBe(true);
    expect(env.run('find-text', 'word').stderr).toBe('');
    tell(160_000);
    expect(env.status()).toMatchObject({ isComplete: false, daemon: { silence: 'hanging' } });
    expect(env.run('find-textd', 'status').stdout).toMatch(/^daemon +hanging, without a sign of life/m);
    expect(env.run('find-text', 'word').stderr).toMatch(/^find-text: find-textd has given no sign of life since /);
  });

  it('is not known while a daemon starts, and is told as ended as soon as one is asked to end', async () => {
    const env = new TestEnv();
    fill(env);
    await (await env.startDaemon()).end('SIGTERM');
    expect(readFileSync(join(env.dataDirectory, 'daemon.json'), 'utf8')).not.toContain('startTicks');
    const lock = takeLock(env.dataDirectory, 'daemon', 'find-textd run');
    const told = () => env.run('find-text', 'word').stderr;
    expect(told()).toBe('find-text: find-textd is starting: it does not know yet what has changed since it last ran\n');
    const { daemon, isComplete, freshness } = env.status();
    expect({ daemon, isComplete }).toMatchObject({ daemon: { pid: process.pid, isStarting: true }, isComplete: false });
    expect(freshness).toMatchObject([{ keptUntilMs: expect.any(Number) }]);
    const text = env.run('find-textd', 'status').stdout;
    expect(text).toMatch(/^daemon +running .*from nowhere yet$/m);
    expect(text).toMatch(/^complete +not known yet: the daemon is starting$/m);
    lock.leave();
    expect(told()).toContain('nothing keeps the index current since');
    expect(env.status()).toMatchObject({ daemon: { isRunning: true }, isComplete: false });
    lock.release();
    for (const holder of ['null', '7', '{', '{"startTicks":1}', '{"pid":"x","startTicks":{}}']) {
      writeFileSync(join(env.dataDirectory, 'daemon.json'), holder);
      expect(told(), holder).toContain('nothing keeps the index current since');
    }
  });

  it('shows no hit that is gone, and marks one that has changed, also when no daemon runs', async () => {
    const env = new TestEnv();
    fill(env);
    await (await env.startDaemon()).end('SIGTERM');
    rmSync(env.path('a/f.txt'));
    writeFileSync(env.path('b/f.txt'), 'word has changed');
    expect(env.found('word')).toEqual(['b/f.txt', 'c/f.txt', 'd/f.txt']);
    const lines = env
      .run('find-text', '--json', 'word')
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ stale }) => stale).map(({ path }) => path)).toEqual([env.path('b/f.txt')]);
    expect(lines).toHaveLength(3);
  });

  it.skipIf(!canLimit)('is not complete while folders have no watch [needs user namespaces]', async () => {
    const env = new TestEnv();
    fill(env);
    const script = 'echo 2 >/proc/sys/user/max_inotify_watches; exec "$@"';
    const command = [process.execPath, DAEMON, 'run', env.tree, '--source', 'inotify'];
    const daemon = spawn('unshare', ['--user', '--map-root-user', 'sh', '-c', script, 'sh', ...command], {
      env: env.env,
    });
    onTestFinished(() => void daemon.kill('SIGKILL'));
    let stdout = '';
    daemon.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await until('the daemon is ready', () => stdout.startsWith('ready'));
    const { isComplete, freshness, state } = env.status();
    expect(isComplete).toBe(false);
    expect(state?.unwatchedFolders).toBe(3);
    expect(freshness).toMatchObject([{ completeSinceMs: null, gaps: [{ reason: 'not watched', scope: env.tree }] }]);
    expect(env.found('word')).toHaveLength(4);
    expect(env.run('find-text', 'word').stderr).toContain(
      'because the limit of inotify watches is reached; folders without a watch are compared with the disk once a minute',
    );
  });
});
