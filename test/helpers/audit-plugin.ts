/** The plugin as auditd starts it (socket pair, empty environment, nothing to print to), fed by the test instead of auditd. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type AuditConfig,
  encodeAuditConfig,
  keyOf,
  logDirectoryOf,
  type WatchedRoot,
} from '../../indexer/audit/plugin/audit-config.js';
import { type PluginStatus, readPluginStatus } from '../../indexer/audit/plugin/plugin-status.js';
import { bundle } from './bundle.js';
import { tempFolder } from './temp.js';
import { until } from './test-env.js';

export const SELF = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
/** Nobody has it. */
export const PLUGIN_ACCOUNT = { uid: 65_529, gid: 65_529 };

let program: string | undefined;

export class PluginEnv {
  readonly folder = tempFolder();
  readonly configFile = join(this.folder, 'audit.json');
  readonly statusFile = join(this.folder, 'run/status.json');
  readonly logDirectory = join(this.folder, 'log');
  config: AuditConfig;

  /** @param names  of the folders to watch, each with its owner; by default one of the test's own user. */
  constructor(owners: Readonly<Record<string, { uid: number; gid: number }>> = { tree: SELF }) {
    chmodSync(this.folder, 0o755);
    const roots = Object.entries(owners).map(([name, owner]) => this.#root(name, owner));
    this.config = {
      logDirectory: this.logDirectory,
      statusFile: this.statusFile,
      runAs: PLUGIN_ACCOUNT,
      maxLogBytes: 1 << 20,
      maxLogs: 4,
      roots,
      leaveOut: { paths: [], actors: [] },
    };
    this.writeConfig();
  }

  writeConfig(changes: Partial<AuditConfig> = {}): void {
    this.config = { ...this.config, ...changes };
    writeFileSync(this.configFile, encodeAuditConfig(this.config), { mode: 0o644 });
  }

  /** The path of a watched folder, or of something in it. */
  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  root(name = 'tree'): WatchedRoot {
    const path = this.path(name);
    return this.config.roots.find((root) => root.path.toString() === path) as WatchedRoot;
  }

  directory(name = 'tree'): string {
    return logDirectoryOf(this.config, this.root(name));
  }

  /** All lines of a log, oldest first, without headers. */
  log(name = 'tree'): Record<string, unknown>[] {
    const slots = readdirSync(this.directory(name)).map((slot) =>
      readFileSync(join(this.directory(name), slot), 'utf8'),
    );
    const filled = slots.filter((text) => text !== '').map((text) => text.split('\n').slice(0, -1));
    const parsed = filled.map((texts) => texts.map(lenient));
    return parsed.sort(([a], [b]) => Number(a?.generation) - Number(b?.generation)).flatMap((all) => all.slice(1));
  }

  /** Names of changed files, reasons of gaps. */
  told(name = 'tree'): string[] {
    return this.log(name).map(({ kind, reason, path }) =>
      kind === 'gap' ? `${reason}` : String(path).replace(/.*\//, ''),
    );
  }

  status(): PluginStatus | undefined {
    return readPluginStatus(this.statusFile);
  }

  /** Resolves when the plugin has opened its logs. */
  async start(): Promise<PluginProcess> {
    const process = this.spawn();
    await until('the plugin runs', () => this.status()?.pid === process.child.pid);
    return process;
  }

  spawn(): PluginProcess {
    return new PluginProcess(this.configFile);
  }

  /** With a Node that changes the user of no running process, as that of Debian 13. Resolves when its child writes. */
  async startHandedOver(): Promise<PluginProcess> {
    const refusal = join(this.folder, 'refuse.cjs');
    writeFileSync(refusal, NODE_THAT_REFUSES);
    const process = new PluginProcess(this.configFile, ['--require', refusal]);
    await until('a child of the plugin runs', () => parentOf(this.status()?.pid) === process.child.pid);
    return process;
  }

  #root(name: string, owner: { uid: number; gid: number }): WatchedRoot {
    const path = Buffer.from(this.path(name));
    mkdirSync(path);
    return { path, owner, key: keyOf(path) };
  }
}

const NODE_THAT_REFUSES = `
for (const call of ['setgroups', 'setgid', 'setuid']) {
  process[call] = () => {
    throw Object.assign(new Error(call + '() disabled: io_uring may be enabled'), { code: 'ERR_INVALID_STATE' });
  };
}
`;

function parentOf(pid: number | undefined): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** A full disk cuts a line. */
function lenient(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { kind: 'broken' };
  }
}

/** An installed plugin can be read by everybody. */
function bundleForAll(): string {
  const file = bundle('indexer/audit/plugin/main.ts');
  chmodSync(dirname(file), 0o755);
  return file;
}

export class PluginProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stderr = '';

  constructor(configFile: string, nodeOptions: readonly string[] = []) {
    program ??= bundleForAll();
    this.child = spawn(process.execPath, [...nodeOptions, program, configFile], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.child.stdin?.on('error', () => {});
    this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve(signal ?? code)));
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  feed(bytes: Buffer | string): void {
    this.child.stdin?.write(bytes);
  }

  end(): Promise<number | NodeJS.Signals | null> {
    this.child.stdin?.end();
    return this.ended;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** A field of /proc/PID/status, such as `Uid` or `VmHWM`. */
  proc(field: string): string {
    const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return (new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '').trim();
  }
}
