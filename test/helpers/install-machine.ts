/** A machine of its own below a folder, for `audit install` and `uninstall`, but with a real auditd and the real kernel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { auditPaths } from '../../indexer/audit/install/audit-paths.js';
import { auditRules } from '../../indexer/audit/install/audit-rules.js';
import { auditStatus } from '../../indexer/audit/install/audit-status.js';
import { findTools } from '../../indexer/audit/install/facts.js';
import { auditInstall, type InstallOptions, type SetupParts } from '../../indexer/audit/install/install.js';
import { runCommand } from '../../indexer/audit/install/run-command.js';
import { auditUninstall } from '../../indexer/audit/install/uninstall.js';
import { keyOf, readKeyOf } from '../../indexer/audit/plugin/audit-config.js';
import { locate } from '../../shared/locations.js';
import { auditctl, auditState, type Borrowed, borrow, giveBack, note, runFolder } from './audit-machine.js';
import { until } from './test-env.js';

export class Machine {
  readonly parts: SetupParts;
  stdout = '';
  #auditd: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  static async borrow(...names: string[]): Promise<Machine> {
    const folder = runFolder();
    const own = names.map((name) => keyOf(Buffer.from(join(folder, name))));
    const keys = [...own, ...own.map((key) => readKeyOf({ key })), 'find-text-never'];
    const machine = new Machine(await borrow({ folder, keys }), names);
    onTestFinished(async () => {
      await machine.stopAuditd();
      giveBack();
    });
    return machine;
  }

  private constructor(
    readonly borrowed: Borrowed,
    names: readonly string[],
  ) {
    chmodSync(borrowed.folder, 0o755);
    for (const folder of ['etc/audit/plugins.d', 'etc/audit/rules.d', 'var/log', 'usr/local/lib', ...names])
      mkdirSync(this.at(folder), { recursive: true });
    for (const file of ['passwd', 'group']) copyFileSync(join('/etc', file), this.at('etc', file));
    writeFileSync(this.at('etc/audit/auditd.conf'), auditdConf(this.at('etc/audit/plugins.d')), { mode: 0o640 });
    this.parts = {
      paths: auditPaths(borrowed.folder),
      // The real service of this machine is not to be touched.
      tools: { ...findTools(), systemctl: undefined, service: undefined, augenrules: undefined },
      run: runCommand,
      program: fileURLToPath(new URL('../../dist/find-text-audit.js', import.meta.url)),
    };
  }

  at(...parts: string[]): string {
    return join(this.borrowed.folder, ...parts);
  }

  /** Of the owner of `tree`. */
  get configFile(): string {
    return locate({ HOME: this.at('tree/home') }).configFile;
  }

  async startAuditd(): Promise<void> {
    const child = spawn('auditd', ['-n', '-c', this.at('etc/audit')], { stdio: 'ignore' });
    this.#auditd = child;
    this.#ended = new Promise((resolve) => child.on('exit', resolve));
    note({ ...this.borrowed, auditdPid: child.pid as number });
    await until('auditd runs', () => auditState().pid === child.pid);
  }

  async stopAuditd(): Promise<void> {
    this.#auditd?.kill('SIGTERM');
    await this.#ended;
  }

  install(names: readonly string[], options: InstallOptions = {}): Promise<void> {
    return auditInstall(
      this.#context(),
      names.map((name) => this.at(name)),
      options,
      this.parts,
    );
  }

  uninstall(): Promise<void> {
    return auditUninstall(this.#context(), {}, this.parts);
  }

  rules(): string {
    auditRules(this.#context(), this.parts);
    return this.stdout;
  }

  status(): string {
    auditStatus(this.#context(), this.parts);
    return this.stdout;
  }

  /** Every file with its mode and content, but for what auditd itself writes. */
  files(): Record<string, string> {
    const names = readdirSync(this.borrowed.folder, { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(
      names.map((name) => {
        const stat = statSync(this.at(name));
        const content = stat.isFile() ? readFileSync(this.at(name), 'utf8') : '';
        return [name, `${stat.mode.toString(8)} ${content}`];
      }),
    );
  }

  loadedRules(): string[] {
    return auditctl('-l')
      .split('\n')
      .filter((line) => line.includes('find-text-'));
  }

  #context() {
    this.stdout = '';
    const write = (text: string) => {
      this.stdout += text;
      return true;
    };
    return { locations: locate({ HOME: this.at('tree/home') }), stdout: { write } };
  }
}

export function auditdConf(plugins: string): string {
  const actions = ['space_left', 'admin_space_left', 'disk_full', 'disk_error'].map(
    (what) => `${what}_action = IGNORE`,
  );
  const space = ['space_left = 2', 'admin_space_left = 1', ...actions];
  const rest = ['write_logs = no', 'log_format = ENRICHED', 'q_depth = 2000', `plugin_dir = ${plugins}`];
  return ['local_events = yes', ...space, ...rest, ''].join('\n');
}
