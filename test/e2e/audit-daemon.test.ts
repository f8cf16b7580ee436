/** The promise of the product with the audit source: a real auditd, the real plugin, the real programs. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openForReading } from '../../shared/store/open.js';
import { whyNoAudit } from '../helpers/audit-machine.js';
import { Auditd, type AuditdOptions } from '../helpers/auditd.js';
import { snapshot } from '../helpers/snapshot.js';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

const OPERATIONS = fileURLToPath(new URL('../audit-operations/operations.py', import.meta.url));
const PATIENCE_MS = 120_000;
const whyNot = whyNoAudit();

interface World {
  readonly env: TestEnv;
  readonly auditd: Auditd;
  readonly daemon: Daemon;
}

async function startWorld(prepare = '', options?: AuditdOptions): Promise<World> {
  const env = new TestEnv();
  const auditd = await Auditd.start([env.tree], options);
  if (prepare) sh(prepare, env.tree);
  return { env, auditd, daemon: await startDaemon(env, auditd) };
}

/** A daemon that learns of changes in its tree from `auditd`. */
function startDaemon(env: TestEnv, auditd: Auditd): Promise<Daemon> {
  const folder = join(env.home, 'config', 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${auditd.configFile}"\n`);
  return env.startDaemon([env.tree, '--source', 'audit']);
}

/** In a process of its own: one older than auditd may not be seen. */
function sh(script: string, cwd: string): void {
  execFileSync('sh', ['-ec', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What is in one index and not, or otherwise, in the other; paths as JSON. */
function differences(env: TestEnv, fresh: TestEnv): string[] {
  const [live, disk] = [env, fresh].map((each) => {
    const db = openForReading(each.status().index.file);
    const seen = [...snapshot(db)].map(
      ([path, document]) => `${JSON.stringify(path.toString())} ${JSON.stringify(document)}`,
    );
    db.close();
    return new Set(seen);
  }) as [Set<string>, Set<string>];
  const only = (a: Set<string>, b: Set<string>, sign: string) =>
    [...a].filter((x) => !b.has(x)).map((x) => `${sign} ${x}`);
  return [...only(live, disk, 'live'), ...only(disk, live, 'disk')].sort();
}

/** Waits until the index is complete, as `status` says, and equals one made anew. */
async function untilIndexEqualsDisk(env: TestEnv): Promise<void> {
  const fresh = new TestEnv();
  expect(fresh.run('find-textd', 'rebuild', env.tree)).toMatchObject({ status: 0 });
  await until(
    () => `nothing differs:\n${differences(env, fresh).join('\n')}`,
    () => {
      const { isComplete, queued } = env.status();
      return isComplete && queued === 0 && differences(env, fresh).length === 0;
    },
  );
}

async function untilTrouble(env: TestEnv, words: RegExp): Promise<void> {
  await until(`status tells of ${words}`, () => {
    const { troubles, isComplete } = env.status();
    return !isComplete && troubles.some((trouble) => words.test(trouble));
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', resolve));
}

describe.skipIf(whyNot)(`find-textd run --source audit${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it(
    'ends with the index of a fresh crawl after everything that programs do to files',
    async () => {
      const env = new TestEnv();
      const auditd = await Auditd.start([env.tree]);
      const beside = join(env.home, 'beside');
      mkdirSync(beside);
      const operations = spawn('python3', [OPERATIONS, env.tree, beside], { stdio: ['pipe', 'pipe', 'inherit'] });
      await new Promise((resolve) => operations.stdout.once('data', resolve));
      const daemon = await startDaemon(env, auditd);
      operations.stdin.end('\n');
      expect(await ended(operations)).toBe(0);
      await untilIndexEqualsDisk(env);
      expect(daemon.stderr()).toBe('');
    },
    PATIENCE_MS,
  );

  it(
    'sees each change by itself: nothing is found by comparing with the disk',
    async () => {
      const { env, auditd, daemon } = await startWorld(
        'mkdir -p old/deep d; echo wanderer > old/deep/f; echo doomed > d/x',
      );
      sh(
        `mv old new; rm -r d; mkdir t; printf 'far away' > ../far; tar cf ../far.tar -C .. far; tar xf ../far.tar -C t
         printf latinname > "$(printf 'caf\\351.txt')"; (exec 3>> late.log; sleep 1.5; echo tardy >&3)`,
        env.tree,
      );
      await env.untilFound('wanderer', ['new/deep/f']);
      await env.untilFound('doomed', []);
      await env.untilFound('"far away"', ['t/far']);
      await env.untilFound('tardy', ['late.log']);
      expect(env.run('find-text', '--json', 'latinname').stdout).toContain('636166e92e747874"');
      await untilIndexEqualsDisk(env);
      expect(daemon.stderr()).toBe('');
      expect(auditd.status).toMatchObject({ dropped: 0, failures: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it was after a stop, a kill, and a restart of auditd',
    async () => {
      const { env, auditd, daemon } = await startWorld('echo first > a.txt');
      expect(await daemon.end('SIGTERM')).toBe(0);
      sh('echo second > b.txt; rm a.txt', env.tree);
      expect(env.status().isComplete).toBe(false);
      const second = await startDaemon(env, auditd);
      await env.untilFound('second', ['b.txt']);
      await second.end('SIGKILL');
      sh('mv b.txt c.txt', env.tree);
      const third = await startDaemon(env, auditd);
      await env.untilFound('second', ['c.txt']);
      expect(third.stderr()).toBe('');

      await auditd.stopDaemon();
      await untilTrouble(env, /silent/);
      sh('echo unseen > d.txt', env.tree);
      await auditd.startDaemon();
      sh('echo seen > e.txt', env.tree);
      await env.untilFound('unseen', ['d.txt']);
      await env.untilFound('seen', ['e.txt']);
      await untilIndexEqualsDisk(env);
    },
    PATIENCE_MS,
  );

  it(
    'compares with the disk after the plugin was killed, and after its log was deleted',
    async () => {
      const { env, auditd, daemon } = await startWorld('echo first > a.txt');
      auditd.signalPlugin('SIGKILL');
      sh('echo lost > b.txt; echo found > c.txt', env.tree);
      await until('the gap is told', () => /missed \(plugin-start\)/.test(daemon.stderr()));
      await env.untilFound('lost', ['b.txt']);
      await untilIndexEqualsDisk(env);

      rmSync(auditd.logDirectory(env.tree), { recursive: true });
      await untilTrouble(env, /change log is gone/);
      sh('echo loggone > d.txt', env.tree);
      await until('auditd has started the plugin again', () => {
        sh('echo knock > knock.txt', env.tree);
        return auditd.status?.isRunning === true && env.status().troubles.length === 0;
      });
      await env.untilFound('loggone', ['d.txt']);
      await untilIndexEqualsDisk(env);
    },
    PATIENCE_MS,
  );

  it(
    'says that a folder made anew is not watched, and is right all the same',
    async () => {
      const { env, auditd, daemon } = await startWorld('echo first > a.txt');
      sh(`rm -r tree; mkdir tree; echo again > tree/b.txt`, env.home);
      await untilTrouble(env, /rule is gone/);
      await env.untilFound('again', ['b.txt']);
      sh('echo unwatched > c.txt', env.tree);
      await env.untilFound('unwatched', ['c.txt']);
      await daemon.end('SIGTERM');
      await startDaemon(env, auditd);
      await untilTrouble(env, /rule is gone/);
      auditd.addRule(env.tree);
      await until('the trouble has ended', () => env.status().troubles.length === 0);
      sh('echo watched > d.txt', env.tree);
      await env.untilFound('watched', ['d.txt']);
      await untilIndexEqualsDisk(env);
    },
    PATIENCE_MS,
  );

  it(
    'hears of what auditd dropped while the plugin stood still',
    async () => {
      const { env, auditd, daemon } = await startWorld('echo first > a.txt', { queueDepth: 50 });
      auditd.signalPlugin('SIGSTOP');
      sh('for n in $(seq 400); do echo flood$n > f$n.txt; done', env.tree);
      await untilTrouble(env, /silent/);
      auditd.signalPlugin('SIGCONT');
      await until('the overflow is told', () => /missed \((overflow|partial-event)\)/.test(daemon.stderr()));
      await env.untilFound('flood399', ['f399.txt']);
      await untilIndexEqualsDisk(env);
    },
    PATIENCE_MS,
  );
});
