/** A daemon that learns of changes from a real auditd with the real plugin, and what its index should be. Needs root. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { openForReading } from '../../shared/store/open.js';
import { Auditd, type AuditdOptions } from './auditd.js';
import { snapshot } from './snapshot.js';
import { type Daemon, TestEnv, until } from './test-env.js';

export interface World {
  readonly env: TestEnv;
  readonly auditd: Auditd;
  readonly daemon: Daemon;
}

export interface WorldOptions extends AuditdOptions {
  /** A shell script that runs in the tree before the daemon starts. */
  readonly prepare?: string;
  /** Lines below [audit] in the daemon's configuration. */
  readonly settings?: string;
}

export async function startWorld({ prepare, settings, ...options }: WorldOptions = {}): Promise<World> {
  const env = new TestEnv();
  const auditd = await Auditd.start([env.tree], options);
  if (prepare) sh(prepare, env.tree);
  return { env, auditd, daemon: await startDaemon(env, auditd, settings) };
}

/** A daemon that learns of changes in its tree from `auditd`. */
export function startDaemon(env: TestEnv, auditd: Auditd, settings = ''): Promise<Daemon> {
  const folder = join(env.home, 'config', 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${auditd.configFile}"\n${settings}\n`);
  return env.startDaemon([env.tree, '--source', 'audit']);
}

/** In a process of its own: one older than auditd may not be seen. */
export function sh(script: string, cwd: string): void {
  execFileSync('sh', ['-ec', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

const OPERATIONS = fileURLToPath(new URL('../audit-operations/operations.py', import.meta.url));

/** What programs do to files: prepared before the daemon starts, done afterwards. */
export class Operations {
  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {}

  static async prepare({ home, tree }: TestEnv, ...families: readonly string[]): Promise<Operations> {
    const beside = join(home, 'beside');
    mkdirSync(beside);
    const child = spawn('python3', [OPERATIONS, tree, beside, ...families], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return new Operations(child);
  }

  async run(): Promise<void> {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.stdin.end('\n');
    expect(await ended).toBe(0);
  }
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
export async function untilIndexEqualsDisk(env: TestEnv): Promise<void> {
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

export async function untilTrouble(env: TestEnv, words: RegExp): Promise<void> {
  await until(`status tells of ${words}`, () => {
    const { troubles, isComplete } = env.status();
    return !isComplete && troubles.some((trouble) => words.test(trouble));
  });
}
