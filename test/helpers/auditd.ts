/**
 * A real auditd with the real plugin, for tests as root: a configuration of its own, one rule per tree, and everything put back
 * when the test is over. Operations that it has to see must run in processes started after it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { rulesText } from '../../indexer/audit/install/rules-text.js';
import {
  type AuditConfig,
  encodeAuditConfig,
  keyOf,
  logDirectoryOf,
  type ReadWatch,
  readKeyOf,
  type WatchedRoot,
} from '../../indexer/audit/plugin/audit-config.js';
import { type PluginStatus, readPluginStatus } from '../../indexer/audit/plugin/plugin-status.js';
import { identifyProcess, isAlive } from '../../shared/process-identity.js';
import { auditctl, auditState, type Borrowed, borrow, giveBack, note, runFolder } from './audit-machine.js';
import { until } from './test-env.js';

export interface AuditdOptions {
  /** Of auditd's queue to its plugins, in records. */
  readonly queueDepth?: number;
  /** The built plugin, where it is not that of this checkout. */
  readonly plugin?: string;
  /** Readers of the trees are asked for. */
  readonly reads?: Omit<ReadWatch, 'folders'>;
}

const PLUGIN = fileURLToPath(new URL('../../dist/find-text-audit.js', import.meta.url));
const NOBODY = { uid: 65534, gid: 65534 };
const BACKLOG = 8192;
const NEVER_KEY = 'find-text-never';
const NETLINK_AUDIT = '9';

export class Auditd {
  readonly #config: AuditConfig;
  #process: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  /** Resolves when changes in the trees are seen; ends with the test. */
  static async start(trees: readonly string[], options: AuditdOptions = {}): Promise<Auditd> {
    const roots = trees.map((tree) => toRoot(tree, options.reads));
    const folder = runFolder();
    chmodSync(folder, 0o755);
    const borrowed = await borrow({
      folder,
      keys: [...roots.flatMap((root) => [root.key, readKeyOf(root)]), NEVER_KEY],
    });
    const auditd = new Auditd(borrowed, roots);
    onTestFinished(() => auditd.#giveBack());
    auditd.#writeFiles(options);
    auditctl('-b', String(BACKLOG));
    await auditd.startDaemon();
    for (const tree of trees) {
      auditd.addRule(tree, options.reads);
      await until('the gap of its start is told', () => auditd.logText(tree).includes('"daemon-start"'));
    }
    return auditd;
  }

  private constructor(
    readonly borrowed: Borrowed,
    roots: readonly WatchedRoot[],
  ) {
    const { folder } = borrowed;
    this.#config = {
      logDirectory: join(folder, 'logs'),
      statusFile: join(folder, 'status.json'),
      runAs: NOBODY,
      maxLogBytes: 4 << 20,
      maxLogs: 4,
      roots,
      leaveOut: { paths: [], actors: [] },
    };
  }

  get configFile(): string {
    return join(this.borrowed.folder, 'audit.json');
  }

  get status(): PluginStatus | undefined {
    return readPluginStatus(this.#config.statusFile);
  }

  logDirectory(tree: string): string {
    return logDirectoryOf(this.#config, toRoot(tree));
  }

  /** All slots, in no certain order. */
  logText(tree: string): string {
    const directory = this.logDirectory(tree);
    return readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'utf8'))
      .join('');
  }

  addRule(tree: string, reads?: AuditdOptions['reads']): void {
    if (reads) return this.#addRulesOf(tree, reads);
    changeRule('-a', tree);
  }

  /** As they are installed. */
  #addRulesOf(tree: string, reads: Omit<ReadWatch, 'folders'>): void {
    const root = toRoot(tree, reads);
    const file = join(this.borrowed.folder, 'reads.rules');
    writeFileSync(file, rulesText({ roots: [root], never: [], backlog: undefined }));
    auditctl('-R', file);
  }

  /** For the folder that stands there now. */
  reloadRule(tree: string): void {
    changeRule('-d', tree);
    changeRule('-a', tree);
  }

  async startDaemon(): Promise<void> {
    const before = this.status?.startedMs;
    const child = spawn('auditd', ['-n', '-c', this.borrowed.folder], { stdio: 'ignore' });
    this.#process = child;
    this.#ended = new Promise((resolve) => child.on('exit', resolve));
    note({ ...this.borrowed, auditdPid: child.pid as number });
    await until('auditd and its plugin run', () => {
      if (child.exitCode !== null) throw new Error(`auditd ended with code ${child.exitCode}`);
      const { status } = this;
      return auditState().pid === child.pid && status?.isRunning === true && status.startedMs !== before;
    });
  }

  async stopDaemon(): Promise<void> {
    this.#process?.kill('SIGTERM');
    await this.#ended;
  }

  /** To auditd itself, which is behind while it is stopped. */
  signalDaemon(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Bytes of records that the kernel has sent, and auditd has not taken. */
  get untaken(): number {
    const sockets = readFileSync('/proc/net/netlink', 'latin1').split('\n');
    const fields = sockets.map((line) => line.trim().split(/\s+/));
    const own = fields.find(([, protocol, pid]) => protocol === NETLINK_AUDIT && pid === String(this.#process?.pid));
    return Number(own?.[4] ?? 0);
  }

  /** To the plugin that auditd has started. */
  signalPlugin(signal: NodeJS.Signals): void {
    process.kill(this.pluginPid, signal);
  }

  /**
   * Resolves when it is dead: before, what auditd writes to it is lost without auditd noticing, and auditd, which starts it again at
   * the first write that fails, does not before the next event.
   */
  async killPlugin(): Promise<void> {
    const plugin = identifyProcess(this.pluginPid);
    this.signalPlugin('SIGKILL');
    await until('the plugin is dead', () => plugin === undefined || !isAlive(plugin));
  }

  get pluginPid(): number {
    const pid = childrenOf(this.#process?.pid).at(0);
    if (pid === undefined) throw new Error('auditd has no plugin');
    return pid;
  }

  async #giveBack(): Promise<void> {
    this.signalDaemon('SIGCONT');
    for (const pid of childrenOf(this.#process?.pid)) process.kill(pid, 'SIGCONT');
    await this.stopDaemon();
    giveBack();
  }

  #writeFiles({ queueDepth = 20_000, plugin = PLUGIN }: AuditdOptions): void {
    const { folder } = this.borrowed;
    const program = join(folder, 'find-text-audit.cjs');
    const plugins = join(folder, 'plugins.d');
    copyFileSync(plugin, program);
    mkdirSync(plugins, { mode: 0o750 });
    writeFileSync(this.configFile, encodeAuditConfig(this.#config), { mode: 0o644 });
    writeFileSync(join(folder, 'auditd.conf'), auditdConf(plugins, queueDepth), { mode: 0o640 });
    writeFileSync(join(plugins, 'find-text.conf'), pluginConf(`${program} ${this.configFile}`), { mode: 0o640 });
  }
}

function toRoot(tree: string, reads?: AuditdOptions['reads']): WatchedRoot {
  const path = Buffer.from(tree);
  const wishes = reads && { reads: { ...reads, folders: [path] } };
  return { path, owner: { uid: 0, gid: 0 }, key: keyOf(path), ...wishes };
}

function auditdConf(plugins: string, queueDepth: number): string {
  return [
    'local_events = yes',
    'write_logs = no',
    'log_format = ENRICHED',
    'priority_boost = 4',
    'name_format = NONE',
    'space_left = 2',
    'admin_space_left = 1',
    'space_left_action = IGNORE',
    'admin_space_left_action = IGNORE',
    'disk_full_action = IGNORE',
    'disk_error_action = IGNORE',
    `q_depth = ${queueDepth}`,
    'overflow_action = IGNORE',
    'max_restarts = 10',
    `plugin_dir = ${plugins}`,
    'end_of_event_timeout = 2',
    '',
  ].join('\n');
}

function pluginConf(args: string): string {
  return [
    'active = yes',
    'direction = out',
    `path = ${process.execPath}`,
    'type = always',
    `args = ${args}`,
    'format = string',
    '',
  ].join('\n');
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const isChild = (name: string) => {
    try {
      return /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'latin1'))?.[1] === String(pid);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isChild(name))
    .map(Number);
}

function changeRule(action: '-a' | '-d', tree: string): void {
  auditctl(action, 'always,exit', '-F', `dir=${tree}`, '-F', 'perm=wa', '-F', `key=${keyOf(Buffer.from(tree))}`);
}
