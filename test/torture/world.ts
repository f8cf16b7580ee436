/**
 * The world of one torture run: a tree, a folder beside it, private XDG folders for the index under test and for the fresh one,
 * and the daemon. Ends the daemon however the run ends.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../indexer/commands/status.js';
import type { Auditd } from '../helpers/auditd.js';
import { freshFolder } from '../helpers/fresh-folder.js';
import { removeFolder } from '../helpers/remove-folder.js';
import { startAudit } from './audit.js';
import {
  childrenOf,
  hasInotify,
  isRoot,
  mountDisk,
  ownerFor,
  pause,
  signal,
  type User,
  withQueueLimit,
} from './machine.js';
import type { Programs } from './prepare.js';

export type Source = 'inotify' | 'audit';

const DISK_MB = 256;
const END_PATIENCE_MS = 20_000;

export class World {
  readonly folder = realpathSync(freshFolder(tmpdir(), 'find-text-torture'));
  readonly tree = join(this.folder, 'tree');
  readonly outside = join(this.folder, 'outside');
  readonly logs = join(this.folder, 'logs');
  readonly #daemonLog = join(this.logs, 'daemon.log');
  readonly user: User;
  /** Of all programs besides. */
  readonly env: NodeJS.ProcessEnv = {};
  #auditd: Auditd | undefined;
  #daemon: ChildProcess | undefined;
  #isEndWanted = false;
  /** What the daemon said when it ended by itself. */
  #failure: string | undefined;

  constructor(
    readonly programs: Programs,
    readonly source: Source,
  ) {
    this.user = ownerFor(source, programs.daemon);
    execFileSync('chmod', ['755', this.folder]);
    for (const folder of [this.tree, this.outside, this.logs, join(this.folder, 'live')]) mkdirSync(folder);
    mkdirSync(this.disk);
    if (isRoot) mountDisk(this.disk, DISK_MB, this.user);
    for (const folder of [this.tree, this.outside, this.logs, join(this.folder, 'live')]) this.giveAway(folder);
    writeFileSync(join(this.outside, 'never.txt'), 'neverindexed');
  }

  /** Where the index under test is: when root, a small disk of its own. */
  get disk(): string {
    return join(this.folder, 'live/data');
  }

  /** undefined when none runs. */
  get daemonPid(): number | undefined {
    const child = this.#daemon;
    return child && child.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  get auditd(): Auditd {
    if (!this.#auditd) throw new Error('no auditd was started');
    return this.#auditd;
  }

  /** To be called once, before the daemon is started. */
  async startSource(): Promise<void> {
    if (this.source !== 'audit') return;
    this.#auditd = await startAudit(this.tree, this.programs.plugin, join(this.folder, 'live/config'));
  }

  /** @throws Error when the daemon has ended without being told to. */
  requireHealth(): void {
    if (this.#failure !== undefined) throw new Error(this.#failure);
  }

  startDaemon(): void {
    const args = ['run', this.tree, '--source', this.source];
    const child = spawn(process.execPath, [this.programs.daemon, ...args], { ...this.#as('live'), stdio: 'pipe' });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said.push(chunk.toString());
        appendFileSync(this.#daemonLog, `${new Date().toISOString()} ${child.pid} ${chunk}`);
      });
    }
    child.on('exit', (code, name) => {
      appendFileSync(this.#daemonLog, `${new Date().toISOString()} ${child.pid} ended: ${code ?? name}\n`);
      if (this.#daemon === child && !this.#isEndWanted)
        this.#failure = `the daemon ended (${code ?? name}): ${said.join('')}`;
    });
    this.#daemon = child;
    this.#isEndWanted = false;
  }

  /** The daemon gets a short queue in the kernel, which overflows at once. */
  startDaemonWithShortQueue(events: number): Promise<void> {
    const start = () => {
      this.startDaemon();
      return this.daemonPid ?? 0;
    };
    return withQueueLimit(events, start, hasInotify);
  }

  async endDaemon(name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#daemon;
    if (child?.pid === undefined || this.daemonPid === undefined) return;
    this.#isEndWanted = true;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    signal(child.pid, name);
    const isInTime = await Promise.race([ended.then(() => true), pause(END_PATIENCE_MS).then(() => false)]);
    if (isInTime) return;
    signal(child.pid, 'SIGKILL');
    throw new Error(`the daemon did not end within ${END_PATIENCE_MS} ms of ${name}`);
  }

  killExtractors(): number {
    const pid = this.daemonPid;
    return pid === undefined ? 0 : childrenOf(pid).filter((child) => signal(child, 'SIGKILL')).length;
  }

  signalDaemon(name: NodeJS.Signals): boolean {
    const pid = this.daemonPid;
    return pid !== undefined && signal(pid, name);
  }

  rebuildLive(): Promise<string> {
    return this.#run('live', 'rebuild', this.tree);
  }

  /** @returns undefined while there is nothing to tell. */
  async status(): Promise<Status | undefined> {
    const text = await this.#run('live', 'status', '--json').catch(() => '');
    return text.startsWith('{') ? (JSON.parse(text) as Status) : undefined;
  }

  /** Builds a fresh index of the tree. @returns its file. */
  async buildFresh(): Promise<string> {
    const folder = join(this.folder, 'fresh');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    this.giveAway(folder);
    await this.#run('fresh', 'rebuild', this.tree);
    return (JSON.parse(await this.#run('fresh', 'status', '--json')) as Status).index.file;
  }

  /** Starts a worker; resolves when it has ended. */
  async runWorker(job: object): Promise<void> {
    const { code, output } = await end(
      spawn(process.execPath, [this.programs.worker, JSON.stringify(job)], { ...this.#as('live'), stdio: 'pipe' }),
    );
    if (code !== 0) throw new Error(`a worker failed: ${output}`);
  }

  /** Gives back to its owner what workers have closed, so that the tree does not freeze in the course of the rounds. */
  unlockTree(): void {
    this.command('chmod', '-R', 'u+rwX', this.tree, this.outside);
  }

  /** To who owns the tree. */
  giveAway(path: string): void {
    if (this.user) chownSync(path, this.user.uid, this.user.gid);
  }

  /** Runs a program as the owner of the tree: audit sees what processes do that began after it. */
  command(...[program, ...args]: readonly string[]): void {
    spawnSync(program as string, args, { stdio: 'ignore', cwd: this.folder, ...this.user });
  }

  remove(): void {
    for (const folder of [this.programs.folder, this.folder]) removeFolder(folder);
  }

  async #run(home: 'live' | 'fresh', ...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [this.programs.daemon, ...args], { ...this.#as(home), stdio: 'pipe' });
    const { code, output } = await end(child);
    if (code !== 0) throw new Error(`find-textd ${args.join(' ')} ended with ${code}: ${output}`);
    return output;
  }

  #as(home: 'live' | 'fresh') {
    const folder = join(this.folder, home);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_RUNTIME_DIR: join(folder, 'run'),
      ...this.env,
    };
    return { env, cwd: this.folder, ...this.user };
  }
}

async function end(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  return { code, output: code === 0 ? output : output + errors };
}
