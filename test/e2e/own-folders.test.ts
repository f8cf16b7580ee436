/** Folders and files of find-text's own that other users could reach into, or that are none: a message, and nothing is written through them. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOBODY } from '../helpers/nobody.js';
import { TestEnv, until } from '../helpers/test-env.js';

const asRoot = it.skipIf(process.getuid?.() !== 0);
const VARIABLES = ['XDG_DATA_HOME', 'XDG_RUNTIME_DIR'] as const;

function expectRefused(env: TestEnv, why: string, ...args: string[]): void {
  const { status, stdout, stderr } = env.run('find-textd', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(why);
  expect(stderr.split('\n')).toHaveLength(3);
}

/** A folder in which another user has made find-text's folder, with symlinks to a file of root. */
function trap(env: TestEnv): { readonly folder: string; readonly precious: string } {
  const [folder, precious] = [join(env.home, 'theirs'), join(env.home, 'precious')];
  mkdirSync(join(folder, 'find-text'), { recursive: true });
  writeFileSync(precious, 'precious');
  for (const name of ['troubles.json', 'activity.json', 'current', 'daemon.json', 'roots.json', 'daemon.lock'])
    symlinkSync(precious, join(folder, 'find-text', name));
  for (const path of [join(folder, 'find-text'), folder]) chownSync(path, NOBODY.uid, NOBODY.gid);
  return { folder, precious };
}

describe('find-textd', () => {
  it.each(VARIABLES)('ends with a message when nothing can be made where %s says', (variable) => {
    const env = new TestEnv();
    env.env[variable] = '/proc';
    expectRefused(env, '/proc/find-text cannot be made', 'run', env.tree);
  });

  asRoot.each(VARIABLES)('writes nothing through the folder of another user that %s names', (variable) => {
    const env = new TestEnv();
    const { folder, precious } = trap(env);
    env.env[variable] = folder;
    expectRefused(env, `${folder} belongs to nobody, not to root`, 'run', env.tree);
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  asRoot('makes nothing in a home of another user, as `su` keeps it, be it to pause, rebuild or ask', () => {
    const env = new TestEnv();
    const { folder, precious } = trap(env);
    env.env.XDG_DATA_HOME = folder;
    const before = readdirSync(join(folder, 'find-text'));
    const commands = [['pause'], ['resume'], ['inhibit', 'true'], ['rebuild', env.tree], ['status']];
    for (const args of commands) expectRefused(env, `${folder} belongs to nobody, not to root`, ...args);
    const search = env.run('find-text', 'word');
    expect(search).toMatchObject({ status: 2, stderr: expect.stringContaining('belongs to nobody, not to root') });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(readdirSync(join(folder, 'find-text'))).toEqual(before);
  });

  asRoot('does not take the configuration of another user', () => {
    const env = new TestEnv();
    const folder = join(env.home, 'config/find-text');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), 'roots = ["/etc"]\n');
    chownSync(join(folder, 'config.toml'), NOBODY.uid, NOBODY.gid);
    expectRefused(env, 'config.toml belongs to nobody, not to root', 'run', env.tree);
  });

  it('refuses an index folder that all can write to, and takes one behind a symlink of one’s own', async () => {
    const env = new TestEnv();
    mkdirSync(env.dataDirectory, { recursive: true });
    chmodSync(env.dataDirectory, 0o777);
    expectRefused(env, `other users can write to ${env.dataDirectory}`, 'run', env.tree);
    chmodSync(env.dataDirectory, 0o700);
    renameSync(env.dataDirectory, join(env.home, 'disk'));
    symlinkSync(join(env.home, 'disk'), env.dataDirectory);
    writeFileSync(env.path('a.txt'), 'alpha');
    await env.startDaemon();
    expect(env.found('alpha')).toEqual(['a.txt']);
  });

  it.each(['current', 'daemon.lock', 'daemon.json', 'roots.json', 'pause.json'])(
    'neither waits for a FIFO nor follows a symlink in the place of %s',
    async (name) => {
      const env = new TestEnv();
      writeFileSync(env.path('a.txt'), 'alpha');
      await (await env.startDaemon()).end('SIGTERM');
      const [file, elsewhere] = [join(env.dataDirectory, name), join(env.home, 'elsewhere')];
      for (const make of [() => execFileSync('mkfifo', [file]), () => symlinkSync(elsewhere, file)]) {
        rmSync(file, { force: true });
        make();
        const daemon = env.spawnDaemon([env.tree, '--source', 'inotify']);
        await until('it is ready or has ended', () => daemon.process.exitCode !== null || daemon.stdout() !== '');
        if (daemon.process.exitCode !== null) expect(daemon.stderr()).toMatch(/it is (not a plain file|a symlink)/);
        await daemon.end('SIGTERM');
        expect(readdirSync(dirname(elsewhere))).not.toContain('elsewhere');
      }
    },
  );

  it.each<[string, (file: string) => unknown]>([
    ['a FIFO', (file) => execFileSync('mkfifo', [file])],
    ['a symlink to what never ends', (file) => symlinkSync('/dev/zero', file)],
    ['a folder', (file) => mkdirSync(file)],
  ])('the index that is %s is told by every program', async (_, make) => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'alpha');
    await (await env.startDaemon()).end('SIGTERM');
    const file = join(env.dataDirectory, 'index-000001.db');
    rmSync(file);
    make(file);
    const programs = [
      env.run('find-text', 'alpha'),
      ...[['status'], ['run', env.tree]].map((args) => env.run('find-textd', ...args)),
    ];
    for (const { status, stderr } of programs) {
      expect([status, stderr]).toEqual([2, expect.stringMatching(/: it is (not a plain file|a symlink)\n/)]);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });

  it('says what is wrong with a configuration that is a FIFO', () => {
    const env = new TestEnv();
    mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
    execFileSync('mkfifo', [join(env.home, 'config/find-text/config.toml')]);
    expectRefused(env, 'it is not a plain file', 'run', env.tree);
  });
});
