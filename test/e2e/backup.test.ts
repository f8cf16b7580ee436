/** `find-textd backup` with the real program: what a person reads, and what a script gets. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BackupLine } from '../../indexer/commands/backup.js';
import { TestEnv } from '../helpers/test-env.js';

const CHANGED_MS = Date.UTC(2026, 10, 20, 12);
const BEFORE = '2026-11-25';

function configure(env: TestEnv, toml: string): void {
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true, mode: 0o700 });
  writeFileSync(join(env.home, 'config/find-text/config.toml'), toml, { mode: 0o600 });
}

function write(file: string, text: string, atMs = CHANGED_MS): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, atMs / 1000, atMs / 1000);
}

function dated(env: TestEnv): void {
  configure(env, `[[backup]]\ntool = "folders"\npath = "${env.home}/backup/%Y-%m-%d"\nbelow = "${env.tree}"\n`);
  write(join(env.home, 'backup/2026-11-24/file'), 'from before');
  write(join(env.home, 'backup/2026-11-26/file'), 'from after');
}

describe('find-textd backup', () => {
  it('prints the copy from before the time, and a command that restores it', () => {
    const env = new TestEnv();
    dated(env);
    const { status, stdout, stderr } = env.run('find-textd', 'backup', env.path('file'), '--before', BEFORE);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(env.home, 'HOME')).toBe(
      [
        'HOME/tree/file',
        '  taken    2026-11-24 00:00:00, 2026-11-24 (folders)',
        '  copy     HOME/backup/2026-11-24/file',
        '  state    not known: the file has changed since; compare before you restore',
        '  restore  cp -aT --remove-destination --reflink=auto -- HOME/backup/2026-11-24/file HOME/tree/file',
        '',
      ].join('\n'),
    );
    const [, command = ''] = /restore {2}(.*)/.exec(stdout) ?? [];
    expect(spawnSync('bash', ['-c', command]).status).toBe(0);
    expect(readFileSync(env.path('file'), 'utf8')).toBe('from before');
  });

  it('knows the state when the file has not changed since', () => {
    const env = new TestEnv();
    dated(env);
    write(env.path('file'), 'from after');
    const { stdout } = env.run('find-textd', 'backup', env.path('file'));
    expect(stdout).toMatch(/taken {4}2026-11-26.*\n.*\n {2}state {4}as the file is now, by size and time\n/);
  });

  it('gives JSON, with every byte of a name', () => {
    const env = new TestEnv();
    dated(env);
    const name = "$(printf 'f\\377\\n.')";
    const { stdout, status } = env.shell(
      `n=${name}; touch "${env.home}/backup/2026-11-24/$n"; exec node "$FIND_TEXTD" backup "${env.tree}/$n" --json`,
    );
    const line = JSON.parse(stdout) as BackupLine;
    expect(status).toBe(0);
    expect(line.found).toMatchObject({ tool: 'folders', isStateBefore: null, link: null });
    expect(Buffer.from(line.found?.copyHex ?? '', 'hex').subarray(-4)).toEqual(Buffer.from([0x66, 0xff, 0x0a, 0x2e]));
    expect(line.found?.restore).toContain(`f\\xff\\x0a.'`);
  });

  it('says that there is none, by exit status 1, and how to name places', () => {
    const env = new TestEnv();
    const { status, stdout, stderr } = env.run('find-textd', 'backup', env.path('file'));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no backup is configured\n.*\[\[backup\]\]\n$/);
  });

  it('finds a git work tree, and snapshots above the file, by itself', () => {
    const env = new TestEnv();
    write(env.path('file'), 'committed');
    const git = (...args: string[]) =>
      spawnSync('git', ['-C', env.tree, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args]).status;
    expect([git('init', '-q'), git('add', '-A'), git('commit', '-qm', 'one')]).toEqual([0, 0, 0]);
    rmSync(env.path('file'));
    const ofGit = env.run('find-textd', 'backup', env.path('file'), '--before', '2100-01-01');
    expect(ofGit.stdout).toMatch(/\(git\)\n.*\n {2}restore {2}git -C /);
    expect(ofGit.stderr).toMatch(/found without configuration/);
    write(env.path('.snapshots/7/snapshot/file'), 'in a snapshot');
    utimesSync(env.path('.snapshots/7'), CHANGED_MS / 1000, CHANGED_MS / 1000);
    expect(env.run('find-textd', 'backup', env.path('file'), '--before', BEFORE).stdout).toMatch(/, 7 \(snapper\)\n/);
  });

  it('tells a mistake in the configuration with its line', () => {
    const env = new TestEnv();
    configure(env, '[[backup]]\ntool = "restic"\npassword = "hunter2"\n');
    const { status, stderr } = env.run('find-textd', 'backup', env.path('file'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/line 3, column 1: .*there is no key `password`/);
    expect(stderr).not.toContain('hunter2');
  });

  it('says which time it cannot read', () => {
    const { status, stderr } = new TestEnv().run('find-textd', 'backup', '/etc/motd', '--before', 'soon');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/read --before: 'soon' is no time/)]);
  });
});
