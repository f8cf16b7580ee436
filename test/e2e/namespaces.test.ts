/** Searches in another PID namespace than the daemon's, as in a container: its number means nothing there, its lock does. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Activity, machineMs } from '../../shared/activity.js';
import { writeTroubles } from '../../shared/troubles.js';
import { TestEnv } from '../helpers/test-env.js';

const PROGRAMS = fileURLToPath(new URL('../../dist/', import.meta.url));
const APART = ['--user', '--map-root-user', '--pid', '--fork', '--mount', '--mount-proc'];
const canPart = spawnSync('unshare', [...APART, 'true']).status === 0;

interface Apart {
  /** Shell commands before the program runs, in a mount namespace of its own. */
  readonly before?: string;
}

function apart(env: TestEnv, program: string, args: readonly string[], { before = ':' }: Apart = {}) {
  const command = [process.execPath, join(PROGRAMS, `${program}.js`), ...args];
  const script = `${before} && exec "$@"`;
  const run = spawnSync('unshare', [...APART, 'sh', '-c', script, 'sh', ...command], {
    env: env.env,
    encoding: 'utf8',
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

const told = (env: TestEnv, given?: Apart) => apart(env, 'find-text', ['-l', 'word'], given);
const runFolder = (env: TestEnv) => join(env.home, 'run/find-text');

async function started() {
  const env = new TestEnv();
  writeFileSync(env.path('a.txt'), 'word');
  const daemon = await env.startDaemon();
  await env.untilSettled();
  return { env, daemon };
}

function setBack(env: TestEnv, agoMs: number): void {
  const file = join(runFolder(env), 'activity.json');
  const activity = JSON.parse(readFileSync(file, 'utf8')) as Activity;
  writeFileSync(file, JSON.stringify({ ...activity, atMs: machineMs() - agoMs }));
}

describe.skipIf(!canPart)('in another PID namespace [needs user namespaces]', () => {
  it('the verdict is the same while the daemon lives, and when it has ended or was killed', async () => {
    const { env, daemon } = await started();
    const all = { status: 0, stdout: `${env.path('a.txt')}\n`, stderr: '' };
    expect(told(env)).toEqual(all);
    const status = apart(env, 'find-textd', ['status', '--json']);
    const { pid } = daemon.process;
    expect(JSON.parse(status.stdout)).toMatchObject({
      isComplete: true,
      daemon: { isRunning: true, pid, isElsewhere: true },
    });
    expect(apart(env, 'find-textd', ['status']).stdout).toContain(`running (process ${pid} of another PID namespace)`);
    await daemon.end('SIGKILL');
    const ended = 'nothing keeps the index current since';
    expect(told(env).stderr).toContain(ended);
    const next = await env.startDaemon();
    await env.untilSettled();
    expect(told(env)).toEqual(all);
    await next.end('SIGTERM');
    expect(told(env).stderr).toContain(ended);
  });

  it('a pause and what is wrong are told', async () => {
    const { env } = await started();
    writeTroubles(runFolder(env), [{ kind: 'disk', text: 'it is full', sinceMs: 1 }]);
    expect(told(env).stderr).toMatch(/^find-text: changes are held back since .*: it is full\n$/);
    writeTroubles(runFolder(env), []);
    expect(apart(env, 'find-textd', ['pause']).status).toBe(0);
    writeFileSync(env.path('b.txt'), 'word');
    await env.untilQueued(1);
    expect(told(env).stderr).toBe('find-text: paused until `find-textd resume` with 1 change waiting\n');
  });

  it('a daemon that holds its lock and gives no sign of life is told', async () => {
    const { env, daemon } = await started();
    daemon.process.kill('SIGSTOP');
    setBack(env, 140_000);
    expect(told(env).stderr).toBe('');
    setBack(env, 160_000);
    expect(told(env).stderr).toMatch(/^find-text: find-textd has given no sign of life since /);
    expect(apart(env, 'find-textd', ['status']).stdout).toMatch(/^daemon +hanging.* of another PID namespace/m);
  });

  it('where the runtime folder is not seen, the index folder tells the same', async () => {
    const { env, daemon } = await started();
    const hidden = { before: `mount -t tmpfs tmpfs '${join(env.home, 'run')}'` };
    expect(told(env, hidden).stderr).toBe('');
    writeTroubles(env.dataDirectory, [{ kind: 'disk', text: 'it is full', sinceMs: 1 }]);
    expect(told(env, hidden).stderr).toContain('changes are held back');
    writeTroubles(env.dataDirectory, []);
    daemon.process.kill('SIGSTOP');
    const longAgo = new Date(Date.now() - 160_000);
    utimesSync(join(env.dataDirectory, 'daemon.json'), longAgo, longAgo);
    expect(told(env, hidden).stderr).toContain('find-textd has given no sign of life since');
  });

  it('the index folder may be read-only there', async () => {
    const { env } = await started();
    const data = `'${env.dataDirectory}'`;
    const readOnly = { before: `mount --bind ${data} ${data} && mount -o remount,bind,ro ${data}` };
    expect(told(env, readOnly)).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(apart(env, 'find-textd', ['status', '--json'], readOnly).stdout)).toMatchObject({
      isComplete: true,
    });
    rmSync(env.path('a.txt'));
    await env.untilFound('word', []);
  });
});
