/** `audit install` and `uninstall` on a machine of their own (below a folder), but with a real auditd and the real kernel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditPaths } from '../../indexer/audit/install/audit-paths.js';
import { auditRules } from '../../indexer/audit/install/audit-rules.js';
import { auditStatus } from '../../indexer/audit/install/audit-status.js';
import { findTools } from '../../indexer/audit/install/facts.js';
import { auditInstall, type InstallOptions, type SetupParts } from '../../indexer/audit/install/install.js';
import { runCommand } from '../../indexer/audit/install/run-command.js';
import { auditUninstall } from '../../indexer/audit/install/uninstall.js';
import { keyOf } from '../../indexer/audit/plugin/audit-config.js';
import { locate } from '../../shared/locations.js';
import {
  AUDIT_TEST_MS,
  auditctl,
  auditState,
  type Borrowed,
  borrow,
  giveBack,
  note,
  runFolder,
  whyNoAudit,
} from '../helpers/audit-machine.js';
import { until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const ALICE = { uid: 12_345, gid: 12_345 };

class Machine {
  readonly parts: SetupParts;
  stdout = '';
  #auditd: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  static async borrow(...names: string[]): Promise<Machine> {
    const folder = runFolder();
    const keys = [...names.map((name) => keyOf(Buffer.from(join(folder, name)))), 'find-text-never'];
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

function auditdConf(plugins: string): string {
  const actions = ['space_left', 'admin_space_left', 'disk_full', 'disk_error'].map(
    (what) => `${what}_action = IGNORE`,
  );
  const space = ['space_left = 2', 'admin_space_left = 1', ...actions];
  const rest = ['write_logs = no', 'log_format = ENRICHED', 'q_depth = 2000', `plugin_dir = ${plugins}`];
  return ['local_events = yes', ...space, ...rest, ''].join('\n');
}

describe.skipIf(whyNot)(
  `find-textd audit install${whyNot ? ` (not here: ${whyNot})` : ''}`,
  { timeout: AUDIT_TEST_MS },
  () => {
    it('shows what it does, does it, proves it, does it again without harm, and leaves nothing behind', async () => {
      const machine = await Machine.borrow('tree', 'my other tree');
      const before = machine.files();
      // The kernel counts since it was booted.
      const { lost } = auditState();
      await machine.startAuditd();

      await machine.install(['tree', 'my other tree'], { dryRun: true });
      expect(machine.stdout).toContain(machine.parts.paths.rulesFile);
      expect(machine.files()).toEqual(before);
      expect(machine.loadedRules()).toEqual([]);

      await machine.install(['tree', 'my other tree']);
      expect(machine.stdout).toMatch(/\/tree: every kind of change was in the change log after \d+ ms/);
      expect(machine.stdout).toMatch(/\/my other tree: every kind of change was in the change log after \d+ ms/);
      const rules = machine.loadedRules();
      expect(
        rules.map((rule) =>
          rule
            .replace(/ -S all/, '')
            .split(' ')
            .slice(0, 2)
            .join(' '),
        ),
      ).toEqual([expect.stringMatching(/^-w .*my$/), expect.stringMatching(/^-w .*tree$/)]);
      expect(readdirSync(machine.at('tree'))).toEqual([]);

      const installed = machine.files();
      await machine.install([]);
      expect(machine.stdout).toContain('every kind of change was in the change log');
      expect(machine.loadedRules()).toEqual(rules);
      const stable = (files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).filter(([name]) => !/^var\/log\/|^run\//.test(name)));
      expect(stable(machine.files())).toEqual(stable(installed));

      expect(machine.rules()).toContain(`-F dir=${machine.at('my\\ other\\ tree')} -F perm=wa`);
      expect(machine.status()).toMatch(/the plugin runs .* 0 dropped/);
      expect(machine.status()).toMatch(new RegExp(`auditing is on, auditd is process \\d+, ${lost} records lost`));

      await machine.uninstall();
      expect(machine.loadedRules()).toEqual([]);
      const { run, ...left } = machine.files();
      expect(run).toMatch(/^40755 /);
      expect(left).toEqual(before);
    });

    it('gives the log to the owner of the folder, and adds a second one to the first', async () => {
      const machine = await Machine.borrow('tree', 'alice');
      runCommand(['/bin/chown', '12345:12345', machine.at('alice')]);
      await machine.startAuditd();
      await machine.install(['tree']);
      await machine.install(['alice']);
      const logs = readdirSync(machine.parts.paths.logDirectory).sort();
      expect(logs.map((name) => name.split('-')[0])).toEqual(['0', '12345']);
      const log = machine.at('var/log/find-text', logs[1] as string, 'changes.0.log');
      expect(statSync(log)).toMatchObject(ALICE);
      expect(machine.status().match(/watched for user/g)).toHaveLength(2);
      expect(machine.stdout).toContain('watched for user 12345');
      await machine.uninstall();
    });

    it('says which kinds of change do not arrive, where another rule leaves them out', async () => {
      const machine = await Machine.borrow('tree');
      await machine.startAuditd();
      const where = ['-F', `dir=${machine.at('tree')}`, '-k', 'other-never'];
      for (const call of ['chmod', 'truncate', 'rename'])
        auditctl('-a', 'never,exit', '-F', 'arch=b64', '-S', call, ...where);
      onTestFinished(() => void auditctl('-D', '-k', 'other-never'));
      const failure = machine.install(['tree']);
      await expect(failure).rejects.toThrow(
        'changing permissions (chmod), cutting off (truncate), renaming did not arrive',
      );
      await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('a rule that comes before ours') });
      await machine.uninstall();
    });

    it('says that auditd does not run, and leaves the kernel as it was', async () => {
      const machine = await Machine.borrow('tree');
      const { enabled, backlog_limit } = auditState();
      await expect(machine.install(['tree'])).rejects.toMatchObject({
        hint: expect.stringContaining('auditd does not run'),
      });
      expect(auditState().enabled).toBe(1);
      await machine.uninstall();
      expect(auditState()).toMatchObject({ enabled, backlog_limit });
      expect(machine.loadedRules()).toEqual([]);
    });

    it('says that a rule which switches auditing off is in the way', async () => {
      const machine = await Machine.borrow('tree');
      writeFileSync(machine.at('etc/audit/rules.d/10-none.rules'), '-a never,task\n');
      await expect(machine.install(['tree'])).rejects.toThrow('never,task');
      expect(machine.loadedRules()).toEqual([]);
    });

    it('says that the plugin has not been started when auditd has another folder of plugins', async () => {
      const machine = await Machine.borrow('tree');
      mkdirSync(machine.at('elsewhere'));
      writeFileSync(machine.at('etc/audit/auditd.conf'), auditdConf(machine.at('elsewhere')), { mode: 0o640 });
      await machine.startAuditd();
      await expect(machine.install(['tree'])).rejects.toMatchObject({
        hint: expect.stringContaining('auditd has not started the plugin'),
      });
      await machine.uninstall();
    });
  },
);
