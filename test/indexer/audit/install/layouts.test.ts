/** Installing on machines as distributions set them up, each below a folder of its own; commands are recorded, not run. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, writePlanned } from '../../../../indexer/audit/install/apply-plan.js';
import { auditPaths } from '../../../../indexer/audit/install/audit-paths.js';
import { gatherFacts, type Tools } from '../../../../indexer/audit/install/facts.js';
import { auditInstall, type SetupParts } from '../../../../indexer/audit/install/install.js';
import { foldersOf, type Plan, planInstall } from '../../../../indexer/audit/install/plan.js';
import { auditUninstall } from '../../../../indexer/audit/install/uninstall.js';
import { loadAuditConfig } from '../../../../indexer/audit/plugin/load-audit-config.js';
import { locate } from '../../../../shared/locations.js';
import { tempFolder } from '../../../helpers/temp.js';

const isRoot = process.getuid?.() === 0;

interface Layout {
  readonly auditctl: string;
  readonly plugins: string;
  /** As the package has them. */
  readonly files: Readonly<Record<string, string>>;
  readonly hasSystemd: boolean;
  readonly deniesJit: boolean;
  /** What an installation adds, beside the configuration and the rules. */
  readonly adds: readonly string[];
}

const AUDITD_CONF = 'log_format = ENRICHED\nq_depth = 2000\n';
const PLUGIN_CONF = 'etc/audit/plugins.d/find-text.conf';
const DROP_IN = 'etc/systemd/system/auditd.service.d/find-text.conf';

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'Debian 12': {
    auditctl: 'usr/sbin/auditctl',
    plugins: 'etc/audit/plugins.d',
    files: {
      'etc/audit/auditd.conf': AUDITD_CONF,
      'etc/audit/rules.d/audit.rules': '-D\n-b 8192\n--backlog_wait_time 60000\n-f 1\n',
      'etc/audit/plugins.d/syslog.conf': 'active = no\n',
    },
    hasSystemd: true,
    deniesJit: true,
    adds: [PLUGIN_CONF, DROP_IN],
  },
  'Ubuntu 20.04, with audit 2': {
    auditctl: 'sbin/auditctl',
    plugins: 'etc/audisp/plugins.d',
    files: {
      'etc/audit/auditd.conf': 'log_format = RAW\n',
      'etc/audit/rules.d/audit.rules': '-D\n-b 8192\n',
      'etc/audisp/plugins.d/syslog.conf': 'active = no\n',
    },
    hasSystemd: true,
    deniesJit: false,
    adds: ['etc/audisp/plugins.d/find-text.conf'],
  },
  Fedora: {
    auditctl: 'usr/bin/auditctl',
    plugins: 'etc/audit/plugins.d',
    files: {
      'etc/audit/auditd.conf': 'q_depth = 2000\nplugin_dir = /etc/audit/plugins.d\n',
      'etc/audit/rules.d/audit.rules': '-D\n-b 8192\n-f 1\n',
    },
    hasSystemd: true,
    deniesJit: true,
    adds: [PLUGIN_CONF, DROP_IN],
  },
  'Arch, without rules': {
    auditctl: 'usr/bin/auditctl',
    plugins: 'etc/audit/plugins.d',
    files: { 'etc/audit/auditd.conf': 'q_depth = 50000\n', 'etc/audit/rules.d/.keep': '' },
    hasSystemd: true,
    deniesJit: true,
    adds: [PLUGIN_CONF, DROP_IN],
  },
  'a machine without systemd': {
    auditctl: 'sbin/auditctl',
    plugins: 'etc/audit/plugins.d',
    files: { 'etc/audit/auditd.conf': AUDITD_CONF, 'etc/audit/rules.d/audit.rules': '-D\n' },
    hasSystemd: false,
    deniesJit: false,
    adds: [PLUGIN_CONF],
  },
};

/** In the first line of a script: not below a temporary folder, whose name may be too long for that, or have spaces. */
const INTERPRETER = realpathSync('/bin/sh');

class Machine {
  readonly base = tempFolder();
  readonly ran: string[] = [];
  /** What auditctl says. */
  kernel = 'enabled 1\npid 0\n';
  loaded: string[] = [];
  readonly parts: SetupParts;
  stdout = '';

  constructor({ auditctl, plugins, files, hasSystemd, deniesJit }: Layout) {
    chmodSync(this.base, 0o755);
    for (const folder of [plugins, 'usr/local/lib', 'var/log', 'run', 'tree', 'etc/systemd/system'])
      this.#folder(folder);
    const all = { ...files, 'etc/passwd': 'root:x:0:0::/root:/bin/sh\n', 'etc/group': 'root:x:0:\n' };
    for (const [name, content] of Object.entries(all)) this.#file(name, content, 0o640);
    const tools: Tools = {
      auditctl: this.#file(auditctl, '', 0o755),
      systemctl: hasSystemd ? this.#file('usr/bin/systemctl', '', 0o755) : undefined,
      service: undefined,
      augenrules: undefined,
      node: INTERPRETER,
    };
    const program = this.#file('checkout/find-text-audit.js', '#!/usr/bin/env node\nplugin\n', 0o644);
    this.parts = {
      paths: auditPaths(this.base),
      tools,
      program,
      run: (argv) => {
        this.ran.push(argv.join(' ').replaceAll(`${this.base}/`, ''));
        const isShow = argv.includes('--property=MemoryDenyWriteExecute');
        return {
          isOk: true,
          output: isShow ? `MemoryDenyWriteExecute=${deniesJit ? 'yes' : 'no'}` : this.#answer(argv),
        };
      },
    };
  }

  /** A restart loads the rules files: what was loaded by hand is gone. */
  #answer(argv: readonly string[]): string {
    if (argv.includes('-s')) return this.kernel;
    if (argv.includes('-l')) return this.loaded.join('\n');
    if (argv.includes('start')) this.loaded = [];
    return '';
  }

  plan(): Plan {
    const { paths, tools, run, program } = this.parts;
    const roots = [{ path: Buffer.from(join(this.base, 'tree')), owner: { uid: 1000, gid: 1000 } }];
    const ownFolders = [{ path: join(this.base, 'tree/.local'), owner: { uid: 1000, gid: 1000 } }];
    return planInstall(gatherFacts(paths, tools, run), { roots, ownFolders, program: readFileSync(program) });
  }

  /** @returns what was not so already. */
  write(plan: Plan): string[] {
    for (const folder of foldersOf(plan)) makeFolder(folder);
    return plan.files.filter((file) => writePlanned(file)).map(({ path }) => path);
  }

  dryRun(): Promise<void> {
    return auditInstall(this.#context(), [join(this.base, 'tree')], { dryRun: true }, this.parts);
  }

  uninstall(dryRun = false): Promise<void> {
    return auditUninstall(this.#context(), { dryRun }, this.parts);
  }

  /** Every file and folder with its mode, every file with its content. */
  snapshot(): Record<string, string> {
    const names = readdirSync(this.base, { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(
      names.map((name) => {
        const stat = lstatSync(join(this.base, name));
        return [name, `${stat.mode.toString(8)} ${stat.isFile() ? readFileSync(join(this.base, name), 'utf8') : ''}`];
      }),
    );
  }

  #context() {
    const write = (text: string) => {
      this.stdout += text;
      return true;
    };
    return { locations: locate({ HOME: join(this.base, 'tree') }), stdout: { write } };
  }

  #folder(name: string): void {
    mkdirSync(join(this.base, name), { recursive: true, mode: 0o755 });
  }

  #file(name: string, content: string, mode: number): string {
    this.#folder(dirname(name));
    const path = join(this.base, name);
    writeFileSync(path, content, { mode });
    return path;
  }
}

describe.each(Object.entries(LAYOUTS))('on %s', (_name, layout) => {
  it('writes what is needed where it is looked for, and nothing else', () => {
    const machine = new Machine(layout);
    const before = machine.snapshot();
    const plan = machine.plan();
    expect(plan.refusals).toEqual([]);
    machine.write(plan);
    const after = machine.snapshot();
    const added = Object.keys(after).filter((name) => !(name in before) && after[name]?.startsWith('100'));
    const always = ['etc/audit/rules.d/70-find-text.rules', 'etc/find-text/audit.json', 'etc/find-text/before.json'];
    expect(added).toEqual([...always, ...layout.adds, 'usr/local/lib/find-text/find-text-audit'].sort());
    const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
    const hasLargeQueue = layout.files['etc/audit/auditd.conf']?.includes('50000');
    expect(changed).toEqual(hasLargeQueue ? [] : ['etc/audit/auditd.conf']);
    expect(after['usr/local/lib/find-text/find-text-audit']).toBe(`100755 #!${INTERPRETER}\nplugin\n`);
    expect(loadAuditConfig(machine.parts.paths.configFile).roots.map(({ owner }) => owner.uid)).toEqual([1000]);
  });

  it('writes nothing the second time', () => {
    const machine = new Machine(layout);
    machine.write(machine.plan());
    const once = machine.snapshot();
    expect(machine.write(machine.plan())).toEqual([]);
    expect(machine.snapshot()).toEqual(once);
  });

  it('only shows it with --dry-run, as anybody', async () => {
    const machine = new Machine(layout);
    const before = machine.snapshot();
    await machine.dryRun();
    expect(machine.snapshot()).toEqual(before);
    expect(machine.ran.filter((command) => !/auditctl -s$|systemctl show/.test(command))).toEqual([]);
    for (const name of layout.adds) expect(machine.stdout).toContain(`write ${join(machine.base, name)}`);
  });

  it.runIf(isRoot)('leaves nothing behind', async () => {
    const machine = new Machine(layout);
    const before = machine.snapshot();
    machine.write(machine.plan());
    const installed = machine.snapshot();
    mkdirSync(join(machine.base, 'var/log/find-text/1000-abc'), { recursive: true });
    writeFileSync(join(machine.base, 'var/log/find-text/1000-abc/changes.0.log'), '');
    await machine.uninstall(true);
    expect(machine.snapshot()).toMatchObject(installed);
    await machine.uninstall();
    expect(machine.snapshot()).toEqual(before);
    expect(machine.ran).toContain(`${layout.auditctl} -D -k find-text-`);
    await machine.uninstall();
    expect(machine.snapshot()).toEqual(before);
  });
});

describe.runIf(isRoot)('an uninstallation', () => {
  const DEBIAN = LAYOUTS['Debian 12'] as Layout;
  const numbers = (enabled: number, pid: number, limit: number) =>
    `enabled ${enabled}\npid ${pid}\nbacklog_limit ${limit}\n`;

  /** The machine as it is after an installation that found it so. */
  function installed(kernel: string): Machine {
    const machine = new Machine(DEBIAN);
    machine.kernel = kernel;
    machine.write(machine.plan());
    machine.kernel = numbers(1, 0, 8192);
    return machine;
  }

  it('switches auditing off and sets the limit back where they were so before', async () => {
    const machine = installed(numbers(0, 0, 64));
    await machine.uninstall(true);
    expect(machine.stdout).toMatch(/auditctl -b 64 .*as it was before\nrun .*auditctl -e 0 /);
    expect(machine.ran.join()).not.toContain('-e 0');
    await machine.uninstall();
    expect(machine.ran.slice(-2)).toEqual(['usr/sbin/auditctl -b 64', 'usr/sbin/auditctl -e 0']);
  });

  it('leaves alone what was so, what somebody has changed since, and what is locked', async () => {
    for (const now of [numbers(1, 0, 8192), numbers(1, 0, 16_384), numbers(2, 0, 64)]) {
      const machine = installed(now.startsWith('enabled 2') ? numbers(0, 0, 64) : numbers(1, 0, 8192));
      machine.kernel = now;
      await machine.uninstall();
      expect(machine.ran.filter((command) => /auditctl -[be] /.test(command))).toEqual([]);
    }
  });

  it('ends auditd where it did not run before', async () => {
    const auditd = spawn('sleep', ['60']);
    const ended = new Promise((resolve) => auditd.on('exit', (_code, signal) => resolve(signal)));
    const machine = installed(numbers(0, 0, 64));
    machine.kernel = numbers(1, auditd.pid as number, 8192);
    await machine.uninstall();
    expect(machine.stdout).toContain('stop auditd, which did not run before');
    expect(await ended).toBe('SIGTERM');
    expect(machine.ran.join()).not.toContain('start auditd');
  });

  it('loads the rules again that a restart has dropped, not ours', async () => {
    const auditd = spawn('sleep', ['60']);
    const machine = installed(numbers(1, 7, 8192));
    machine.kernel = numbers(1, auditd.pid as number, 8192);
    machine.loaded = ['-w /etc/passwd -p wa -k by-hand', '-w /x -p wa -k find-text-aa'];
    await machine.uninstall();
    expect(machine.ran).toContain('usr/bin/systemctl start auditd.service');
    expect(machine.ran).toContain('usr/sbin/auditctl -w /etc/passwd -p wa -k by-hand');
    expect(machine.ran.join()).not.toContain('/x -p wa');
  });

  it.each([['-D\n-b 8192\n# by augenrules\n'], [undefined]])('puts the merged rules back as %j', async (merged) => {
    const machine = new Machine(DEBIAN);
    const file = join(machine.base, 'etc/audit/audit.rules');
    if (merged !== undefined) writeFileSync(file, merged, { mode: 0o640 });
    machine.write(machine.plan());
    writeFileSync(file, '-D\n-a always,exit -F dir=/x -F key=find-text-aa\n', { mode: 0o640 });
    await machine.uninstall();
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(merged);
  });
});

it('puts nothing of root’s where others could change it', () => {
  const machine = new Machine(LAYOUTS['Debian 12'] as Layout);
  for (const name of ['usr', 'opt']) {
    mkdirSync(join(machine.base, name), { recursive: true });
    chmodSync(join(machine.base, name), 0o777);
  }
  const plan = machine.plan();
  expect(plan.refusals.join()).toContain(`${join(machine.base, 'usr')} may be written to by others (mode 0777)`);
  expect(plan.files).toEqual([]);
});
