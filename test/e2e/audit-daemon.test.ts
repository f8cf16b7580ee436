/** The promise of the product with the audit source: a real auditd, the real plugin, the real programs. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { Operations, sh, startDaemon, startWorld, untilIndexEqualsDisk, untilTrouble } from '../helpers/audit-world.js';
import { Auditd } from '../helpers/auditd.js';
import { TestEnv, until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const OVERFLOW = 'find-textd: changes may have been missed (overflow): comparing with the disk\n';

describe.skipIf(whyNot)(`find-textd run --source audit${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it(
    'ends with the index of a fresh crawl after everything that programs do to files',
    async () => {
      const env = new TestEnv();
      const auditd = await Auditd.start([env.tree]);
      const operations = await Operations.prepare(env);
      const daemon = await startDaemon(env, auditd);
      await operations.run();
      await untilIndexEqualsDisk(env);
      const said = withoutProgress(daemon.stderr());
      expect(said.replaceAll(OVERFLOW, '')).toBe('');
      const { tree } = env;
      const log = auditd.logText(tree);
      // What the kernel dropped, as on a busy machine, is found by comparing, and named nowhere.
      for (const name of said === '' ? ['i386/new', 'i386/known', 'i386/gone', 'i386/moved', 'i386/dir'] : [])
        expect(log, name).toMatch(new RegExp(`"path":"${tree}/${name}",.*"certainty":"exact"`));
    },
    AUDIT_TEST_MS,
  );

  it(
    'sees what is written to a file that was open before the daemon was, also under its next name',
    async () => {
      const { env, daemon } = await startWorld({ prepare: 'echo first > a.log' });
      expect(await daemon.end('SIGTERM')).toBe(0);
      const script =
        'exec 3>> a.log; echo open; read x; echo second >&3; read x; mv a.log b.log; echo third >&3; read x';
      const writer = spawn('sh', ['-ec', script], { cwd: env.tree, stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => void writer.kill('SIGKILL'));
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      await env.startDaemon([env.tree, '--source', 'audit']);
      writer.stdin.write('\n');
      await env.untilFound('second', ['a.log']);
      writer.stdin.write('\n');
      await env.untilFound('third', ['b.log']);
      writer.stdin.end('\n');
    },
    AUDIT_TEST_MS,
  );

  it(
    'begins while there is no plugin, as when auditd is restarted: blind, and it says so, until there is one',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
      expect(await daemon.end('SIGTERM')).toBe(0);
      await auditd.stopDaemon();
      await env.startDaemon([env.tree, '--source', 'audit']);
      await untilTrouble(env, /the audit plugin is silent/);
      expect(env.status().freshness[0]?.gaps).toMatchObject([{ reason: 'audit blind' }]);
      sh('echo unseen > b.txt', env.tree);
      await auditd.startDaemon();
      await env.untilSettled();
      expect(env.found('first OR unseen')).toEqual(['a.txt', 'b.txt']);
      sh('echo seen > c.txt', env.tree);
      await env.untilFound('seen', ['c.txt']);
    },
    AUDIT_TEST_MS,
  );

  it(
    'sees each change by itself: nothing is found by comparing with the disk',
    async () => {
      const { env, auditd, daemon } = await startWorld({
        prepare: 'mkdir -p old/deep d; echo wanderer > old/deep/f; echo doomed > d/x',
      });
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
    AUDIT_TEST_MS,
  );

  it(
    'goes on where it was after a stop, a kill, and a restart of auditd',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
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
    AUDIT_TEST_MS,
  );

  it(
    'compares with the disk after the plugin was killed, and after its log was deleted',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
      await auditd.killPlugin();
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
    AUDIT_TEST_MS,
  );

  it(
    'says that a folder made anew is not watched, and is right all the same',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
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
    AUDIT_TEST_MS,
  );

  it(
    'says that a folder which takes the place of another is not watched, and is right all the same',
    async () => {
      const { env, auditd } = await startWorld({ prepare: 'echo first > a.txt' });
      sh('mkdir new; echo second > new/b.txt; mv tree old; mv new tree', env.home);
      await untilTrouble(env, /stays with the folder that stood there before/);
      await env.untilFound('first OR second', ['b.txt']);
      sh('echo unwatched > c.txt', env.tree);
      await env.untilFound('unwatched', ['c.txt']);
      auditd.reloadRule(env.tree);
      await until('the trouble has ended', () => env.status().troubles.length === 0);
      sh('echo watched > d.txt', env.tree);
      await env.untilFound('watched', ['d.txt']);
      await untilIndexEqualsDisk(env);
    },
    AUDIT_TEST_MS,
  );

  it(
    'hears of what auditd dropped while the plugin stood still',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt', queueDepth: 50 });
      auditd.signalPlugin('SIGSTOP');
      sh('for n in $(seq 400); do echo flood$n > f$n.txt; done', env.tree);
      await untilTrouble(env, /silent/);
      auditd.signalPlugin('SIGCONT');
      await until('the overflow is told', () => /missed \((overflow|partial-event)\)/.test(daemon.stderr()));
      await env.untilFound('flood399', ['f399.txt']);
      await untilIndexEqualsDisk(env);
    },
    AUDIT_TEST_MS,
  );
});

/** A start that takes long says how far it is. */
function withoutProgress(text: string): string {
  return text.replaceAll(/^\[[#-]*\] .*\n/gm, '');
}
