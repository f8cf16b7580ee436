/** While the daemon is paused nothing is worked on, nothing is lost, and everybody who asks is told. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TestEnv, until } from '../helpers/test-env.js';

const CHANGED = 100;
const FIND_TEXTD = fileURLToPath(new URL('../../dist/find-textd.js', import.meta.url));

async function started(): Promise<TestEnv> {
  const env = new TestEnv();
  writeFileSync(env.path('before.txt'), 'oldword');
  await env.startDaemon();
  await env.untilSettled();
  return env;
}

function change(env: TestEnv): string[] {
  const names = Array.from({ length: CHANGED }, (_, n) => `f${n}.txt`);
  for (const name of names) writeFileSync(env.path(name), 'newword');
  return names;
}

/** Starts `find-textd inhibit ...`; it prints `held` when the command runs. */
function inhibit(env: TestEnv, script: string): ChildProcess & { readonly ended: Promise<number | string> } {
  const child = spawn(process.execPath, [FIND_TEXTD, 'inhibit', 'sh', '-c', script], { env: env.env, stdio: 'ignore' });
  const ended = new Promise<number | string>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal ?? '')),
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return Object.assign(child, { ended });
}

describe('find-textd pause', () => {
  it('lets changes wait, says so everywhere, and resume finds them', async () => {
    const env = await started();
    expect(env.run('find-textd', 'pause', '--for', '2h')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^find-textd: paused until [-\d: ]+\n$/),
    });
    const names = change(env);
    await env.untilQueued(CHANGED);
    expect(env.status()).toMatchObject({ rest: { kind: 'user' }, queued: CHANGED });
    const { stdout } = env.run('find-textd', 'status');
    expect(stdout).toMatch(/^paused {4}until [-\d: ]+$/m);
    expect(stdout).toContain('complete  no: 100 changes wait until the pause ends');
    const search = env.run('find-text', '-l', 'oldword');
    expect(search).toMatchObject({ status: 0, stdout: `${env.path('before.txt')}\n` });
    expect(search.stderr).toMatch(/^find-text: paused until [-\d: ]+ with 100 changes waiting\n$/);
    expect(env.found('newword')).toEqual([]);
    expect(env.run('find-textd', 'resume').stderr).toBe('find-textd: the pause has ended\n');
    expect(env.status().rest).toBeNull();
    await env.untilFound('newword', names);
    await env.untilSettled();
    expect(env.run('find-text', '-l', 'oldword').stderr).toBe('');
  });

  it('holds for a daemon that is started or started again, and ends it in no way', async () => {
    const env = new TestEnv();
    expect(env.run('find-textd', 'pause').stderr).toContain('no daemon runs now, one that is started waits');
    const names = change(env);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const daemon = env.spawnDaemon([env.tree, '--source', 'inotify']);
      await until('the daemon says that it waits', () => daemon.stderr().includes('paused until `find-textd resume`'));
      await until('there is an index', () => env.run('find-textd', 'status').status === 0);
      await until('status knows', () => env.status().rest !== null);
      expect(env.status()).toMatchObject({ isComplete: false, index: { documents: 0 } });
      expect(await daemon.end(signal)).toBe(signal === 'SIGTERM' ? 0 : signal);
    }
    expect(env.status()).toMatchObject({ daemon: { isRunning: false }, rest: { kind: 'user', untilMs: null } });
    const daemon = env.spawnDaemon([env.tree, '--source', 'inotify']);
    await until('the daemon runs', () => env.status().daemon.isRunning);
    env.run('find-textd', 'resume');
    await env.untilFound('newword', names);
    expect(daemon.stderr()).toContain('the pause has ended');
  });

  it('ends by itself, and says what it did when it is asked twice or for nonsense', async () => {
    const env = await started();
    expect(env.run('find-textd', 'resume')).toMatchObject({ status: 0, stderr: 'find-textd: there was no pause\n' });
    const bad = env.run('find-textd', 'pause', '--for', 'ever');
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringContaining('as in 90s, 30m, 2h or 1d') });
    expect(env.status().rest).toBeNull();
    env.run('find-textd', 'pause');
    expect(env.run('find-textd', 'pause', '--for', '1s').stderr).toContain('(before: until `find-textd resume`)');
    await env.untilFound('newword', change(env));
    expect(env.status().rest).toBeNull();
  });
});

describe('a wish from elsewhere', () => {
  /** As cron, su and ssh leave it: without the runtime folder of the session. */
  const elsewhere = (env: TestEnv, ...args: string[]) => {
    const { XDG_RUNTIME_DIR, ...rest } = env.env;
    return spawnSync(process.execPath, [FIND_TEXTD, ...args], { env: rest, cwd: '/', encoding: 'utf8' });
  };

  it('reaches the daemon of the index, and so do resume, inhibit and status', async () => {
    const env = await started();
    expect(elsewhere(env, 'pause')).toMatchObject({
      status: 0,
      stderr: 'find-textd: paused until `find-textd resume`\n',
    });
    expect(env.status().rest).toEqual({ kind: 'user', untilMs: null });
    const names = change(env);
    await env.untilQueued(CHANGED);
    expect(elsewhere(env, 'status').stdout).toContain('complete  no: 100 changes wait until the pause ends');
    expect(elsewhere(env, 'resume')).toMatchObject({ status: 0, stderr: 'find-textd: the pause has ended\n' });
    await env.untilFound('newword', names);
    expect(elsewhere(env, 'inhibit', process.execPath, FIND_TEXTD, 'status').stdout).toMatch(/^paused {4}by /m);
  });

  it('fails when no daemon answers, says of which index, and waits for one that does', async () => {
    const env = await started();
    env.env.XDG_DATA_HOME = join(env.home, 'other');
    const nobody = env.run('find-textd', 'pause');
    expect(nobody).toMatchObject({ status: 1, stderr: expect.stringContaining(join(env.home, 'other/find-text')) });
    env.env.XDG_DATA_HOME = join(env.home, 'data');
    expect(env.status().rest).toBeNull();
    const pid = Number(env.status().daemon.pid);
    process.kill(pid, 'SIGSTOP');
    const stopped = env.run('find-textd', 'pause');
    expect(stopped).toMatchObject({ status: 1, stderr: expect.stringContaining('has not answered') });
    process.kill(pid, 'SIGCONT');
    await until('the daemon rests', () => env.status().rest?.kind === 'user');
  });
});

describe('what the daemon has used', () => {
  it('is in status, and the daemon and its extractors give way', async () => {
    const env = await started();
    const { pid } = env.status().daemon;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
    expect(children.length).toBeGreaterThan(0);
    for (const each of [Number(pid), ...children]) expect(getPriority(each)).toBe(Math.max(getPriority(), 10));
    await until('what it used is told', () => (env.status().spent?.writerCpuMs ?? 0) > 0);
    expect(env.status().spent).toMatchObject({ seconds: expect.any(Number), peakBytes: expect.any(Number) });
    expect(env.run('find-textd', 'status').stdout).toMatch(
      /^spent {5}[\d.]+ s of processor time in the last \d+ min \(main [\d.]+, writer [\d.]+, extractors [\d.]+\), disk/m,
    );
  });

  it('stays usable at a memory ceiling that is too low, which status tells', async () => {
    const env = new TestEnv();
    mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
    writeFileSync(join(env.home, 'config/find-text/config.toml'), '[budget]\nmemoryMiB = 50\ncpuPercent = 5\n');
    const names = change(env);
    await env.startDaemon();
    await env.untilFound('newword', names);
    await until('status tells of it', () => env.status().isMemoryTight);
    expect(env.run('find-textd', 'status').stdout).toMatch(/^memory {4}at its ceiling/m);
    writeFileSync(env.path('later.txt'), 'laterword');
    await env.untilFound('laterword', ['later.txt']);
  });
});

describe('find-textd inhibit', () => {
  it('pauses while the command runs, and ends with its status', async () => {
    const env = await started();
    const file = join(env.home, 'go-on');
    const child = inhibit(env, `while [ -d "${env.home}" ] && [ ! -e "${file}" ]; do sleep 0.05; done; exit 7`);
    await until('the daemon rests', () => env.status().rest?.kind === 'command');
    expect(env.run('find-textd', 'status').stdout).toMatch(
      new RegExp(`^paused {4}by sh -c while .* \\(process ${child.pid}\\)$`, 'm'),
    );
    const names = change(env);
    await env.untilQueued(CHANGED);
    expect(env.run('find-textd', 'resume').stderr).toContain('still paused by sh -c');
    writeFileSync(file, '');
    expect(await child.ended).toBe(7);
    expect(env.status().rest).toBeNull();
    await env.untilFound('newword', names);
  });

  it('ends the pause when it is killed', async () => {
    const env = await started();
    const child = inhibit(env, `while [ -e "${env.home}" ]; do sleep 0.1; done`);
    await until('the daemon rests', () => env.status().rest?.kind === 'command');
    const names = change(env);
    await env.untilQueued(CHANGED);
    child.kill('SIGKILL');
    await env.untilFound('newword', names);
    expect(env.status().rest).toBeNull();
  });

  it('passes a signal on', async () => {
    const env = await started();
    const file = join(env.home, 'signalled');
    const ready = join(env.home, 'ready');
    const script = `trap 'echo term > "${file}"; exit 5' TERM; echo > "${ready}"; while [ -d "${env.home}" ]; do sleep 0.05; done`;
    const child = inhibit(env, script);
    await until('the command runs', () => existsSync(ready));
    child.kill('SIGTERM');
    expect(await child.ended).toBe(5);
    expect(readFileSync(file, 'utf8')).toBe('term\n');
  });

  it('gives options to the command, and says what is wrong with it as a shell does', () => {
    const env = new TestEnv();
    expect(env.run('find-textd', 'inhibit', 'echo', '--json', '-x')).toMatchObject({
      status: 0,
      stdout: '--json -x\n',
    });
    expect(env.run('find-textd', 'inhibit', 'sh', '-c', 'kill -9 $$').status).toBe(137);
    const missing = env.run('find-textd', 'inhibit', 'no-such-program');
    expect(missing).toMatchObject({ status: 127, stderr: expect.stringContaining('there is no such program') });
    expect(env.run('find-textd', 'inhibit', env.tree)).toMatchObject({ status: 126 });
    expect(env.run('find-textd', 'inhibit').status).not.toBe(0);
  });
});
