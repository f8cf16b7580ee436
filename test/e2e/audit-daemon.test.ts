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
      console.log(daemon.stderr(), auditd.status);
    },
    PATIENCE_MS,
  );
});
