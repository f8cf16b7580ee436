/** What goes wrong on real machines: each ends in a clear message or a failure that `status` shows, and nothing is lost. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlitePackage } from '../../shared/store/native-sqlite.mjs';
import { tempFolder } from '../helpers/temp.js';
import { TestEnv, until } from '../helpers/test-env.js';

const FIND_TEXTD = fileURLToPath(new URL('../../dist/find-textd.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Writes until the disk takes no more. */
function fillDisk(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (const chunk of [1 << 16, 1 << 12]) {
      try {
        for (;;) writeSync(fd, Buffer.alloc(chunk));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
}

describe('find-textd run', () => {
  it.each([['bogus'], ['run', '--source', 'x'], ['status', '--foo'], ['inhibit']])(
    'says which words of the command line it does not understand: %s %s',
    (...words) => {
      const run = new TestEnv().run('find-textd', ...words);
      expect(run).toMatchObject({ status: 2, stdout: '' });
      const command = words.length > 1 || words[0] === 'inhibit' ? `${words[0]} ` : '';
      expect(run.stderr).toMatch(new RegExp(`^find-textd: .*\\n {2}\`find-textd ${command}--help\``));
    },
  );

  it('refuses a root that does not exist', () => {
    const env = new TestEnv();
    const run = env.run('find-textd', 'run', env.path('nowhere'));
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain(`index ${env.path('nowhere')}: it does not exist\n  name a folder`);
  });

  it('refuses a root that is a file', () => {
    const env = new TestEnv();
    writeFileSync(env.path('file'), 'x');
    expect(env.run('find-textd', 'run', env.path('file')).stderr).toContain('it is a file');
  });

  it('says once which ignore list does not hold as a whole', async () => {
    const env = new TestEnv();
    mkdirSync(env.path('.git'));
    writeFileSync(env.path('.gitignore'), `*.log\n${'*a'.repeat(5000)}\n`);
    writeFileSync(env.path('a.log'), 'left out by the pattern that holds');
    const daemon = await env.startDaemon();
    writeFileSync(env.path('more.txt'), 'more');
    await env.untilFound('more', ['more.txt']);
    expect(daemon.stderr().match(/read the ignore list .*\.gitignore: 1 patterns? .*not hold/g)).toHaveLength(1);
    expect(env.found('pattern holds')).toEqual([]);
  });

  it('refuses to start beside another daemon, and names it', async () => {
    const env = new TestEnv();
    const daemon = await env.startDaemon();
    const second = env.run('find-textd', 'run', env.tree);
    expect(second.status).toBe(2);
    expect(second.stderr).toContain(`(process ${daemon.process.pid}) is already at work`);
  });

  it('refuses a configuration it does not understand, naming the option', () => {
    const env = new TestEnv();
    mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
    writeFileSync(join(env.home, 'config/find-text/config.toml'), '[queue]\nsettleMs = "soon"\n');
    const run = env.run('find-textd', 'run', env.tree);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('`queue.settleMs` is "soon", expected a number from 0 to 60000 (ms)');
  });

  it('says what to do when no folder is named', () => {
    expect(new TestEnv().run('find-textd', 'run').stderr).toContain('find-textd run ~/Documents');
  });

  it('keeps the index for its owner alone', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'private');
    await env.startDaemon();
    expect(statSync(env.dataDirectory).mode & 0o777).toBe(0o700);
    const modes = readdirSync(env.dataDirectory).map((name) => statSync(join(env.dataDirectory, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('is not held up by FIFOs, sockets, link loops, empty and huge files', async () => {
    const env = new TestEnv();
    execFileSync('mkfifo', [env.path('fifo.txt')]);
    execFileSync('ln', ['-s', '.', env.path('loop')]);
    execFileSync('ln', ['-s', 'circle2', env.path('circle1')]);
    execFileSync('ln', ['-s', 'circle1', env.path('circle2')]);
    writeFileSync(env.path('empty.txt'), '');
    writeFileSync(env.path('huge.log'), 'beginning of it');
    truncateSync(env.path('huge.log'), 10 * 2 ** 30);
    writeFileSync(env.path('plain.txt'), 'normal');
    writeFileSync(env.path('broken.doc'), Buffer.from('d0cf11e0a1b11ae1', 'hex'));
    const daemon = await env.startDaemon();
    expect(env.found('normal')).toEqual(['plain.txt']);
    expect(env.found('name:empty')).toEqual(['empty.txt']);
    expect(env.found('name:huge')).toEqual(['huge.log']);
    expect(env.found('name:fifo')).toEqual([]);
    expect(env.status().index.documents).toBe(4);
    const failed = () => env.status().failures.newest.map(({ path }) => path);
    expect(env.run('find-textd', 'retry', env.path('broken.doc')).stderr).toContain(
      'tried again now: 1 file or folder',
    );
    expect(env.run('find-textd', 'retry', env.path('plain.txt')).stderr).toContain('has failed');
    expect(await daemon.end('SIGTERM')).toBe(0);
    expect(env.run('find-textd', 'retry').stderr).toContain('tried again when find-textd runs: 1 file or folder');
    expect(failed()).toEqual([env.path('broken.doc')]);
  });

  it('finds a file that grows while it is read as it is in the end', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    const fd = openSync(env.path('growing.log'), 'a');
    for (let n = 0; n < 200; n++) {
      writeSync(fd, `line${n} ${'filler '.repeat(2000)}\n`);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await env.untilFound('line199', ['growing.log']);
  });

  it.skipIf(!isRoot)('waits for a full disk to have room again, and loses nothing [needs root]', async () => {
    const disk = tempFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const env = new TestEnv(disk);
    writeFileSync(env.path('first.txt'), 'firstword');
    const daemon = await env.startDaemon();
    fillDisk(join(disk, 'filler'));
    for (let n = 0; n < 300; n++)
      writeFileSync(env.path(`n${n}.txt`), `commonword ${randomBytes(3000).toString('hex')} last${n}`);
    await until('the daemon says that the disk is full', () => daemon.stderr().includes('full'));
    expect(env.found('firstword')).toEqual(['first.txt']);
    rmSync(join(disk, 'filler'));
    await env.untilSettled();
    expect(env.found('commonword')).toHaveLength(300);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it.skipIf(!isRoot)('ends on SIGTERM although the disk is full, and says so [needs root]', async () => {
    const disk = tempFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const env = new TestEnv(disk);
    const daemon = await env.startDaemon();
    fillDisk(join(disk, 'filler'));
    for (let n = 0; n < 300; n++)
      writeFileSync(env.path(`n${n}.txt`), `commonword ${randomBytes(3000).toString('hex')}`);
    await until('the daemon says that the disk is full', () => daemon.stderr().includes('full'));
    expect(await daemon.end('SIGTERM')).toBe(2);
    expect(daemon.stderr()).toMatch(/full\n {2}free some space/);
    // What the end of the first one has given back.
    fillDisk(join(disk, 'more'));
    const next = env.spawnDaemon([env.tree, '--source', 'inotify']);
    await until('the next one waits', () =>
      /full.*waiting until it has room|full.*goes on by itself/.test(next.stderr()),
    );
    rmSync(join(disk, 'filler'));
    rmSync(join(disk, 'more'));
    await until('the next one is ready', () => next.stdout().startsWith('ready'));
    expect(env.found('commonword')).toHaveLength(300);
  });

  it('sets a damaged index aside, says so, and builds a new one', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'survivor');
    await (await env.startDaemon()).end('SIGTERM');
    const { file } = env.status().index;
    writeFileSync(file, Buffer.alloc(64 << 10, 7));
    rmSync(`${file}-wal`, { force: true });
    const daemon = await env.startDaemon();
    expect(daemon.stderr()).toMatch(/is kept as .*damaged, a new index is built/);
    expect(env.found('survivor')).toEqual(['a.txt']);
  });

  it('refuses an index of a newer version and names both versions', async () => {
    const env = new TestEnv();
    await (await env.startDaemon()).end('SIGTERM');
    const { file } = env.status().index;
    rmSync(`${file}.seal`);
    execFileSync(
      process.execPath,
      [
        '-e',
        `const D = require('${sqlitePackage()}'); const d = new D(process.argv[1]); d.pragma('user_version = 99')`,
        file,
      ],
      { cwd: new URL('../..', import.meta.url).pathname },
    );
    const run = env.run('find-textd', 'run', env.tree);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/it has version 99, this find-text knows versions up to \d+/);
  });
});

describe('find-textd status', () => {
  it('says what to run when there is no index', () => {
    const run = new TestEnv().run('find-textd', 'status');
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('find-textd run DIR');
  });

  it('ends quietly when whoever reads it has seen enough', async () => {
    const env = new TestEnv();
    await env.startDaemon();
    const shell = (command: string) =>
      spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { env: env.env, encoding: 'utf8' });
    const closed = `{ exec node '${FIND_TEXTD}' status; } 2>&1 >&3 3>&- | cat`;
    const { stdout, stderr } = shell(`exec 3> >(exec true); wait $!; ${closed}`);
    expect([stdout, stderr]).toEqual(['', '']);
  });
});
