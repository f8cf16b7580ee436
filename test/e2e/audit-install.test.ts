/** `audit install` and `uninstall` on a machine of their own (below a folder), but with a real auditd and the real kernel. */
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../indexer/audit/install/run-command.js';
import { readsAsked } from '../../indexer/commands/audit/reads-asked.js';
import type { FindingName } from '../../indexer/commands/doctor/finding.js';
import { AUDIT_TEST_MS, auditctl, auditState, note, whyNoAudit } from '../helpers/audit-machine.js';
import { DoctorPlace } from '../helpers/doctor-world.js';
import { auditdConf, Machine } from '../helpers/install-machine.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const TASK_NEVER = '-a task,never';
const ALICE = { uid: 12_345, gid: 12_345 };

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

    it('sets rules for reads where a rule of the owner asks for them, proves them, and takes them back', async () => {
      const machine = await Machine.borrow('tree');
      await machine.startAuditd();
      const options = { readsOf: readsAsked };
      await machine.install(['tree'], options);
      const without = machine.loadedRules();
      mkdirSync(dirname(machine.configFile), { recursive: true });
      const rule = '[[notify]]\nname = "readers"\npaths = ["."]\nevents = ["opened", "denied"]\nto = []\n';
      writeFileSync(machine.configFile, `${rule}ignore = [{ exe = "/usr/bin/perl" }]\n`);
      await machine.install([], options);
      expect(machine.stdout).toContain('-F perm=r -F exe=/usr/bin/perl');
      expect(machine.stdout).toMatch(/\/tree: every kind of change was in the change log after \d+ ms/);
      expect(machine.stdout).toMatch(
        /\/tree: every kind of read that is asked for was in the change log after \d+ ms$/m,
      );
      const loaded = machine.loadedRules().map((each) => /perm=\w+|-p \w+/.exec(each)?.[0]);
      expect(loaded).toHaveLength(without.length + 4);
      writeFileSync(machine.configFile, '');
      await machine.install([], options);
      expect(machine.loadedRules()).toEqual(without);
      mkdirSync(machine.at('tree/secret'));
      writeFileSync(machine.configFile, rule.replace('"."', '"./secret"'));
      await machine.install([], options);
      const proven = `${machine.at('tree/secret')}: every kind of read that is asked for was in the change log after`;
      expect(machine.stdout).toContain(proven);
      expect(readdirSync(machine.at('tree/secret'))).toEqual([]);
      const where = ['-F', `dir=${machine.at('tree/secret')}`, '-k', 'other-never'];
      auditctl('-A', 'never,exit', ...where, '-F', 'perm=rwa', '-F', 'exit=-EACCES');
      onTestFinished(() => void auditctl('-D', '-k', 'other-never'));
      await expect(machine.install([], options)).rejects.toThrow('being denied (EACCES) did not arrive from');
      auditctl('-D', '-k', 'other-never');
      await machine.uninstall();
      expect(machine.loadedRules()).toEqual([]);
    });

    it('is looked through by find-textd doctor: what is wrong is found, and what is printed mends it', async () => {
      const machine = await Machine.borrow('tree');
      await machine.startAuditd();
      await machine.install(['tree']);
      const { paths } = machine.parts;
      const program = machine.at('usr/local/lib/find-text/find-text-audit');
      const rules = readFileSync(paths.rulesFile);
      const { backlog_wait_time: waitTime } = auditState();
      onTestFinished(() => void auditctl('--backlog_wait_time', String(waitTime)));
      const world = new DoctorPlace(tempFolder(), {});
      world.change({ audit: machine.parts });
      const spoilt: readonly (readonly [FindingName, () => void])[] = [
        ['auditing off', () => auditctl('-e', '0')],
        ['backlog small', () => auditctl('-b', '64')],
        ['records dropped', () => auditctl('--backlog_wait_time', '0')],
        ['records lost', loseRecords],
        ['rule missing', () => auditctl('-D', '-k', 'find-text-')],
        ['task never', () => switchOff(machine.at('etc/audit/rules.d/10.rules'))],
        ['plugin file open', () => chmodSync(program, 0o775)],
        ['plugin file of another user', () => chownSync(program, 12_345, 0)],
      ];
      for (const [name, spoil] of spoilt) {
        expect(await world.find(name), name).toBeUndefined();
        spoil();
        world.run((await world.find(name))?.repair ?? `false ${name}`);
        expect(await world.find(name), name).toBeUndefined();
      }
      rmSync(paths.rulesFile);
      // It would install on the machine itself.
      expect((await world.find('plugin file missing'))?.repair).toBe('find-textd audit install');
      writeFileSync(paths.rulesFile, rules, { mode: 0o640 });
      await machine.stopAuditd();
      await until('it is silent', async () => (await world.find('plugin silent')) !== undefined);
      world.run((await world.find('auditd stopped'))?.repair ?? 'false');
      await until('it runs', () => auditState().pid !== 0);
      const auditdPid = auditState().pid as number;
      note({ ...machine.borrowed, auditdPid });
      await until('its plugin runs', async () => (await world.find('plugin silent')) === undefined);
      expect(await world.find('auditd stopped')).toBeUndefined();
      process.kill(auditdPid, 'SIGTERM');
      await until('it has ended', () => auditState().pid === 0);
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

/** Every new process, now and after the next boot. */
function switchOff(rulesFile: string): void {
  writeFileSync(rulesFile, `${TASK_NEVER}\n`);
  auditctl(...TASK_NEVER.split(' '));
}

/** Messages beyond a limit of one in a second. */
function loseRecords(): void {
  auditctl('-r', '1');
  for (let count = 0; count < 5; count++) auditctl('-m', 'find-text');
  auditctl('-r', '0');
}
