/** `find-textd events` with the real programs: each thing that happens is told once, whoever is killed, and forgotten when it should be. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventLine } from '../../indexer/commands/events.js';
import { TestEnv, until } from '../helpers/test-env.js';

function eventsOf(env: TestEnv, ...args: string[]): EventLine[] {
  const { status, stdout, stderr } = env.run('find-textd', 'events', '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventLine);
}

/** `inotify create a.txt` */
function linesOf(env: TestEnv, ...args: string[]): string[] {
  return eventsOf(env, ...args).map(({ origin, kind, path, to }) => {
    const names = [path, ...(to === undefined ? [] : [to])].map((each) => each.replace(`${env.tree}/`, ''));
    return `${origin} ${kind} ${names.join(' > ')}`;
  });
}

function inEach(env: TestEnv, word: string): string[] {
  return readdirSync(env.dataDirectory).filter((name) => readFileSync(join(env.dataDirectory, name)).includes(word));
}

/** In one piece. A file that is made and then written to is two events when it was looked at in between. */
function place(env: TestEnv, name: string | Buffer): void {
  const made = join(env.home, 'made');
  writeFileSync(made, 'x');
  renameSync(made, typeof name === 'string' ? env.path(name) : name);
}

function someFiles(env: TestEnv): void {
  mkdirSync(env.path('sub/deep'), { recursive: true });
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'sub/d.txt', 'sub/deep/e.txt']) writeFileSync(env.path(name), name);
}

const changes: readonly (readonly [string, (env: TestEnv) => void, seen: string[], found: string[]])[] = [
  ['a new file', (env) => place(env, 'new.txt'), ['create new.txt'], ['create new.txt']],
  [
    'a rewritten file',
    (env) => writeFileSync(env.path('a.txt'), 'longer than before'),
    ['write a.txt'],
    ['write a.txt'],
  ],
  ['other rights', (env) => chmodSync(env.path('a.txt'), 0o600), ['attrib a.txt'], ['attrib a.txt']],
  ['a deleted file', (env) => rmSync(env.path('a.txt')), ['delete a.txt'], ['delete a.txt']],
  [
    'a renamed file',
    (env) => renameSync(env.path('a.txt'), env.path('sub/z.md')),
    ['rename a.txt > sub/z.md'],
    ['rename a.txt > sub/z.md'],
  ],
  [
    'a renamed folder',
    (env) => renameSync(env.path('sub'), env.path('moved')),
    ['rename sub > moved'],
    ['rename sub > moved'],
  ],
  [
    'a deleted folder',
    (env) => rmSync(env.path('sub'), { recursive: true }),
    ['delete sub/d.txt', 'delete sub/deep/e.txt', 'rmdir sub', 'rmdir sub/deep'],
    ['rmdir sub'],
  ],
];

describe('what happens to files', () => {
  it.each(changes)('is told by inotify: %s', async (_, change, seen) => {
    const env = new TestEnv();
    someFiles(env);
    await env.startDaemon();
    expect(linesOf(env)).toEqual([]);
    change(env);
    await until('it is told', () => linesOf(env).length >= seen.length);
    await env.untilSettled();
    // What is written in two pieces is told twice when the first one was looked at before the second came.
    expect([...new Set(linesOf(env))].sort()).toEqual(seen.map((line) => `inotify ${line}`));
  });

  it.each(changes)('while no daemon runs has exactly one event: %s', async (_, change, _seen, found) => {
    const env = new TestEnv();
    someFiles(env);
    const daemon = await env.startDaemon();
    await env.untilSettled();
    expect(await daemon.end('SIGKILL')).toBe('SIGKILL');
    change(env);
    const second = await env.startDaemon();
    await env.untilSettled();
    expect(linesOf(env)).toEqual(found.map((line) => `comparison ${line}`));
    expect(await second.end('SIGTERM')).toBe(0);
    await env.startDaemon();
    await env.untilSettled();
    expect(linesOf(env)).toHaveLength(found.length);
  });

  it('is neither lost nor told twice when the daemon is killed at any moment', async () => {
    const env = new TestEnv();
    const names: string[] = [];
    for (let round = 0; round < 5; round++) {
      const daemon = await env.startDaemon();
      if (round === 0) await env.untilSettled();
      for (let n = 0; n < 20; n++) {
        const name = `file-${round}-${n}.txt`;
        names.push(name);
        writeFileSync(env.path(name), name);
      }
      if (round > 0)
        await until('some are told', () => eventsOf(env).some(({ path }) => path.includes(`file-${round}-`)));
      await daemon.end('SIGKILL');
    }
    await env.startDaemon();
    await env.untilSettled();
    const created = eventsOf(env).filter(({ kind }) => kind === 'create');
    expect(created.map(({ path }) => path.replace(`${env.tree}/`, '')).sort()).toEqual([...names].sort());
    const all = eventsOf(env);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
});

describe('the events that are kept', () => {
  it('are none of what is left out, and go with what is forgotten', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('.find-textignore'), 'hidden-*\n');
    await env.startDaemon();
    writeFileSync(env.path('hidden-qzv.txt'), 'x');
    writeFileSync(env.path('secret-qzv.txt'), 'x');
    await until('it is told', () => linesOf(env).length > 0);
    rmSync(env.path('secret-qzv.txt'));
    await until('it is told', () => linesOf(env).includes('inotify delete secret-qzv.txt'));
    expect(linesOf(env).join()).not.toContain('hidden');
    expect(env.run('find-textd', 'forget', env.path('secret-qzv.txt')).stderr).toContain('forgotten');
    expect(linesOf(env)).toEqual([]);
    expect(inEach(env, 'secret-qzv')).toEqual([]);
  });

  it('are taken over by a rebuild, which finds no new ones', async () => {
    const env = new TestEnv();
    someFiles(env);
    const daemon = await env.startDaemon();
    place(env, 'new.txt');
    await until('it is told', () => linesOf(env).length > 0);
    await env.untilSettled();
    await daemon.end('SIGTERM');
    const before = eventsOf(env);
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    expect(eventsOf(env)).toEqual(before);
    rmSync(env.path('a.txt'));
    await env.startDaemon();
    await env.untilSettled();
    expect(linesOf(env)).toEqual(['inotify create new.txt', 'comparison delete a.txt']);
  });

  it('are told by status', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    expect(env.run('find-textd', 'status').stdout).toContain('events    none yet');
    place(env, 'a.txt');
    await until('it is told', () => env.status().events.count > 0);
    expect(env.status().events).toMatchObject({ keepDays: 400, maxBytes: 64 << 20, oldestMs: expect.any(Number) });
    expect(env.run('find-textd', 'status').stdout).toMatch(
      /^events {4}1 since .* 0\.\d of at most 64 MiB, kept for 400 days, with the names of deleted files/m,
    );
  });

  it('are found by a name that is not UTF-8, wherever it stands on the command line', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    const name = Buffer.concat([Buffer.from(`${env.tree}/`), Buffer.from([0xff, 0x2e, 0x74])]);
    place(env, name);
    await until('it is told', () => linesOf(env).length > 0);
    writeFileSync(env.path('other.txt'), 'x');
    await until('the other is told', () => linesOf(env).length > 1);
    const { stdout } = env.shell(
      `exec "${process.execPath}" "$FIND_TEXTD" events "${env.tree}/$(printf '\\377').t" --json`,
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as EventLine).pathHex),
    ).toEqual([name.toString('hex')]);
  });
});

describe('find-textd events --follow', () => {
  it('prints what happens, and ends in good order on Ctrl-C', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    const follower = env.spawn('events', '--follow');
    writeFileSync(env.path('one.txt'), 'x');
    await until('it is printed', () => follower.stdout().includes('one.txt'));
    writeFileSync(env.path('two.txt'), 'x');
    await until('it is printed', () => follower.stdout().includes('two.txt'));
    expect(await follower.end('SIGINT')).toBe(0);
    expect(follower.stderr()).toBe('');
  });

  it('ends in good order when its reader goes', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    writeFileSync(env.path('one.txt'), 'x');
    await until('it is told', () => linesOf(env).length > 0);
    const program = join(import.meta.dirname, '../../dist/find-textd.js');
    const child = spawn(process.execPath, [program, 'events', '--follow'], {
      env: env.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const ended = once(child, 'exit');
    for (let n = 0; child.exitCode === null && n < 1000; n++) {
      writeFileSync(env.path(`more-${n}.txt`), 'x');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await ended)[0]).toBe(0);
    expect(errors).toBe('');
  });
});
