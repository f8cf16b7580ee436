/** Real backups by real programs: the newest copy before the change is named, and its command, run as printed, restores it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BackupFinder, type FoundBackup, type StateBefore } from '../../../indexer/backup/backup-finder.js';
import { type BackupPlace, parseBackupPlace } from '../../../indexer/backup/places.js';
import { tempFolder } from '../../helpers/temp.js';

const PASSWORD = 'correct horse battery';
const HARD_NAMES: readonly (readonly [what: string, name: Buffer])[] = [
  ['plain', Buffer.from('plain.txt')],
  ['with globs', Buffer.from('a[1]*?{x}\\.txt')],
  ['with quotes', Buffer.from(`it's "so" $HOME \`id\`.txt`)],
  ['with a line feed at the end', Buffer.from('two\nlines\n')],
  ['that is not UTF-8', Buffer.from([0x62, 0xff, 0x0a, 0xe9, 0x31])],
];

interface World {
  readonly top: string;
  readonly tree: string;
  readonly env: NodeJS.ProcessEnv;
  readonly finder: BackupFinder;
}

interface Kind {
  readonly program: string;
  /** Prepares the repository. */
  readonly init: (world: World) => void;
  readonly backup: (world: World, number: number) => void;
  readonly place: (world: World) => BackupPlace;
  readonly hasTimes: boolean;
}

const KINDS: Readonly<Record<string, Kind>> = {
  restic: {
    program: 'restic',
    init: (world) => run(world, 'restic', '-r', repository(world), 'init'),
    backup: (world) => run(world, 'restic', '-r', repository(world), 'backup', world.tree),
    place: (world) =>
      parseBackupPlace({ tool: 'restic', repository: repository(world), passwordFile: passwordFile(world) }),
    hasTimes: true,
  },
  borg: {
    program: 'borg',
    init: (world) => run(world, 'borg', 'init', '--encryption', 'repokey', repository(world)),
    backup: (world, number) => run(world, 'borg', 'create', `${repository(world)}::number-${number}`, world.tree),
    place: (world) =>
      parseBackupPlace({ tool: 'borg', repository: repository(world), passwordFile: passwordFile(world) }),
    hasTimes: true,
  },
  git: {
    program: 'git',
    init: (world) => run(world, 'git', '-C', world.tree, 'init', '-q'),
    backup: (world, number) => {
      run(world, 'git', '-C', world.tree, 'add', '-A');
      run(world, 'git', '-C', world.tree, 'commit', '-q', '-m', `number ${number}`);
    },
    place: ({ tree }) => parseBackupPlace({ tool: 'git', path: tree }),
    hasTimes: false,
  },
};

function world(): World {
  const top = tempFolder();
  const tree = join(top, 'tree');
  mkdirSync(join(tree, 'folder'), { recursive: true });
  writeFileSync(join(top, 'password'), PASSWORD, { mode: 0o600 });
  const env = {
    PATH: process.env.PATH,
    HOME: join(top, 'home'),
    RESTIC_PASSWORD: PASSWORD,
    BORG_PASSPHRASE: PASSWORD,
    BORG_BASE_DIR: join(top, 'borg-base'),
    RESTIC_CACHE_DIR: join(top, 'restic-cache'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  };
  mkdirSync(env.HOME);
  process.env.RESTIC_CACHE_DIR = env.RESTIC_CACHE_DIR;
  return { top, tree, env, finder: new BackupFinder(join(top, 'cache'), { placeMs: 120_000, totalMs: 120_000 }) };
}

function repository({ top }: World): string {
  return join(top, "the repository's");
}

function passwordFile({ top }: World): string {
  return join(top, 'password');
}

function run({ env, top }: World, ...[program = '', ...args]: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { env, cwd: top, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** As a person would paste it. */
function paste({ env, top }: World, command: string): void {
  const { status, stderr } = spawnSync('bash', ['-c', command], { env, cwd: top, encoding: 'utf8' });
  expect(stderr).not.toMatch(/cannot|fatal|error/i);
  expect(status).toBe(0);
}

function whyNot({ program }: Kind): string | undefined {
  return spawnSync(program, ['--version']).error ? `needs ${program}` : undefined;
}

function fileIn({ tree }: World, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${tree}/folder/`), name]);
}

function stateOf(path: Buffer): StateBefore & { size: number; mtimeMs: number } {
  const { size, mtimeMs } = lstatSync(path);
  return { size, mtimeMs };
}

async function find(world: World, path: Buffer, place: BackupPlace, look: { beforeMs: number; state?: StateBefore }) {
  const answer = await world.finder.newest({ path, beforeMs: look.beforeMs }, look.state ?? {}, [place]);
  if ('none' in answer) throw new Error(answer.none);
  return answer as FoundBackup;
}

/** The clocks of backups count whole seconds, some of them. */
async function nextSecond(): Promise<number> {
  const second = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === second) await new Promise((resolve) => setTimeout(resolve, 20));
  return Date.now();
}

describe.each(Object.entries(KINDS))('a backup by %s', (tool, kind) => {
  const why = whyNot(kind);
  const test = it.skipIf(why !== undefined);
  const needs = why ? ` (${why})` : '';

  test(`names the newest copy before a change, of any name, and restores it${needs}`, async () => {
    const here = world();
    kind.init(here);
    for (const [, name] of HARD_NAMES) writeFileSync(fileIn(here, name), 'the oldest');
    kind.backup(here, 1);
    await nextSecond();
    for (const [what, name] of HARD_NAMES) {
      writeFileSync(fileIn(here, name), `the state before ${what}`);
      chmodSync(fileIn(here, name), 0o640);
    }
    kind.backup(here, 2);
    const beforeMs = await nextSecond();
    const states = HARD_NAMES.map(([, name]) => stateOf(fileIn(here, name)));
    for (const [, name] of HARD_NAMES)
      writeFileSync(fileIn(here, name), 'the change, which is longer than what was there');
    kind.backup(here, 3);
    for (const [at, [what, name]] of HARD_NAMES.entries()) {
      const path = fileIn(here, name);
      const found = await find(here, path, kind.place(here), { beforeMs, state: states[at] as StateBefore });
      expect([found.tool, found.isStateBefore]).toEqual([tool, kind.hasTimes ? true : null]);
      expect(found.snapshotMs).toBeLessThan(beforeMs);
      expect(found.restore).not.toMatch(/\n/);
      paste(here, found.restore);
      expect(readFileSync(path, 'utf8')).toBe(`the state before ${what}`);
      if (kind.hasTimes) expect(lstatSync(path).mode & 0o777).toBe(0o640);
    }
  });

  test(`restores a file whose folder has gone as well${needs}`, async () => {
    const here = world();
    kind.init(here);
    const path = fileIn(here, Buffer.from('gone.txt'));
    writeFileSync(path, 'what was there');
    kind.backup(here, 1);
    const beforeMs = await nextSecond();
    rmSync(join(here.tree, 'folder'), { recursive: true });
    const found = await find(here, path, kind.place(here), { beforeMs });
    expect(found.isStateBefore).toBe(null);
    paste(here, found.restore);
    expect(readFileSync(path, 'utf8')).toBe('what was there');
  });

  test(`writes through no symlink, and leaves the folders above as they are${needs}`, async () => {
    const here = world();
    kind.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'what was there');
    chmodSync(join(here.tree, 'folder'), 0o750);
    kind.backup(here, 1);
    const beforeMs = await nextSecond();
    chmodSync(join(here.tree, 'folder'), 0o700);
    writeFileSync(join(here.top, 'elsewhere'), 'not to be touched');
    unlinkSync(path);
    symlinkSync(join(here.top, 'elsewhere'), path);
    paste(here, (await find(here, path, kind.place(here), { beforeMs })).restore);
    expect(readFileSync(join(here.top, 'elsewhere'), 'utf8')).toBe('not to be touched');
    expect(lstatSync(path).isFile() && readFileSync(path, 'utf8')).toBe('what was there');
    expect(statSync(join(here.tree, 'folder')).mode & 0o777).toBe(0o700);
  });

  test(`says when a file is in none${needs}`, async () => {
    const here = world();
    kind.init(here);
    writeFileSync(join(here.tree, 'other'), '');
    kind.backup(here, 1);
    const wanted = { path: fileIn(here, Buffer.from('never')), beforeMs: await nextSecond() };
    expect(await here.finder.newest(wanted, {}, [kind.place(here)])).toEqual({
      none: 'it is in none of the newest backups from before',
    });
  });
});

describe.each(['restic', 'borg'])('a repository of %s', (tool) => {
  const kind = KINDS[tool] as Kind;
  const why = whyNot(kind);
  const test = it.skipIf(why !== undefined);
  const needs = why ? ` (${why})` : '';

  test(`is looked at while another program holds its lock${needs}`, async () => {
    const here = world();
    kind.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'what was there');
    kind.backup(here, 1);
    const beforeMs = await nextSecond();
    const args =
      tool === 'borg'
        ? ['with-lock', repository(here), 'sh', '-c', 'echo locked >&2; exec cat']
        : ['-r', repository(here), 'backup', '--stdin', '--json'];
    const holder = spawn(tool, args, { env: here.env, cwd: here.top, stdio: ['pipe', 'ignore', 'pipe'] });
    onTestFinished(async () => {
      holder.stdin.end();
      if (holder.exitCode === null) await once(holder, 'exit');
    });
    if (tool === 'borg') await once(holder.stderr, 'data');
    else await until(() => run(here, 'sh', '-c', `ls '${here.top}'/*/locks`) !== '');
    const found = await find(here, path, kind.place(here), { beforeMs, state: stateOf(path) });
    expect([found.tool, found.isStateBefore]).toEqual([tool, true]);
    expect(holder.exitCode).toBe(null);
  });

  test(`with another password gives a reason that tells neither${needs}`, async () => {
    const here = world();
    kind.init(here);
    writeFileSync(passwordFile(here), 'a wrong secret');
    const wanted = { path: fileIn(here, Buffer.from('file')), beforeMs: Date.now() };
    const answer = await here.finder.newest(wanted, {}, [kind.place(here)]);
    expect(answer).toEqual({ none: expect.stringMatching(/password|passphrase/i) });
    expect(JSON.stringify(answer)).not.toMatch(/a wrong secret|correct horse/);
  });

  test(`takes its password from the environment, too, and the command names the variable only${needs}`, async () => {
    const here = world();
    kind.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'what was there');
    kind.backup(here, 1);
    process.env.BACKUP_TEST_PASSWORD = PASSWORD;
    onTestFinished(() => void delete process.env.BACKUP_TEST_PASSWORD);
    const place = parseBackupPlace({ tool, repository: repository(here), passwordEnv: 'BACKUP_TEST_PASSWORD' });
    const { restore } = await find(here, path, place, { beforeMs: await nextSecond() });
    expect(restore).not.toContain(PASSWORD);
    rmSync(path);
    paste(
      { ...here, env: { ...here.env, RESTIC_PASSWORD: '', BORG_PASSPHRASE: '', BACKUP_TEST_PASSWORD: PASSWORD } },
      restore,
    );
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    [0o644, 'other users can read it'],
    [0o640, 'its group can read it'],
  ] as const)(`refuses a password file of the mode %o${needs}`, async (mode, why) => {
    const here = world();
    chmodSync(passwordFile(here), mode);
    // Root's file may be readable by a group of the one who reads it: that of nobody here.
    if (process.getuid?.() === 0) chownSync(passwordFile(here), 0, 54_321);
    const wanted = { path: fileIn(here, Buffer.from('file')), beforeMs: Date.now() };
    const { none = '' } = (await here.finder.newest(wanted, {}, [kind.place(here)])) as { none?: string };
    expect(none).toContain(why);
    expect(none).toContain('`chmod 600 ');
  });
});

describe('a backup by restic', () => {
  const why = whyNot(KINDS.restic as Kind);
  const needs = why ? ` (${why})` : '';

  it.skipIf(why !== undefined).each([
    ['tree/folder', ['backup', 'tree/folder']],
    ['.', ['backup', '.']],
  ])(`of the folder %s, named without its path, is found as well${needs}`, async (folder, args) => {
    const here = world();
    KINDS.restic?.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'what was there');
    const cwd = folder === '.' ? join(here.tree, 'folder') : here.top;
    expect(spawnSync('restic', ['-r', repository(here), ...args], { env: here.env, cwd }).status).toBe(0);
    const found = await find(here, path, KINDS.restic?.place(here) as BackupPlace, {
      beforeMs: await nextSecond(),
      state: stateOf(path),
    });
    expect(found.isStateBefore).toBe(true);
    writeFileSync(path, 'changed');
    paste(here, found.restore);
    expect(readFileSync(path, 'utf8')).toBe('what was there');
  });
});

describe('a git work tree', () => {
  const why = whyNot(KINDS.git as Kind);

  it.skipIf(why !== undefined)('runs nothing that its own configuration names', async () => {
    const here = world();
    KINDS.git?.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'what was there');
    KINDS.git?.backup(here, 1);
    const trap = join(here.top, 'trap');
    const sprung = join(here.top, 'sprung');
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> '${sprung}'\n`, { mode: 0o755 });
    const settings = [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'gpg.program',
      'core.askPass',
      'core.alternateRefsCommand',
      'credential.helper',
    ];
    for (const name of settings) run(here, 'git', '-C', here.tree, 'config', name, trap);
    for (const [name, value] of [
      ['log.showSignature', 'true'],
      ['core.hooksPath', here.top],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.url', `ext::${trap}`],
      ['remote.origin.promisor', 'true'],
    ])
      run(here, 'git', '-C', here.tree, 'config', name as string, value as string);
    const { restore } = await find(here, path, KINDS.git?.place(here) as BackupPlace, { beforeMs: await nextSecond() });
    expect(restore).toContain('--source=');
    expect(existsSync(sprung)).toBe(false);
  });

  it.skipIf(why !== undefined)('proves the state before by content', async () => {
    const here = world();
    KINDS.git?.init(here);
    const path = fileIn(here, Buffer.from('file'));
    writeFileSync(path, 'one');
    KINDS.git?.backup(here, 1);
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    const beforeMs = await nextSecond();
    const sha256 = (text: string) => run(here, 'sh', '-c', `printf %s ${text} | sha256sum`).slice(0, 64);
    const place = KINDS.git?.place(here) as BackupPlace;
    const ofOne = await find(here, path, place, { beforeMs, state: { size: 3, sha256: sha256('one') } });
    const ofTwo = await find(here, path, place, { beforeMs, state: { size: 3, sha256: sha256('two') } });
    expect([ofOne.isStateBefore, ofTwo.isStateBefore]).toEqual([true, false]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
