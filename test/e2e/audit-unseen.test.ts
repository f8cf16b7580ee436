/** What audit does not show is found all the same: by comparing everything with the disk once in a while, here every three seconds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyOf } from '../../indexer/audit/plugin/audit-config.js';
import { AUDIT_TEST_MS, auditctl, whyNoAudit } from '../helpers/audit-machine.js';
import { Operations, sh, startDaemon, startWorld, untilIndexEqualsDisk } from '../helpers/audit-world.js';
import { Auditd } from '../helpers/auditd.js';
import { TestEnv } from '../helpers/test-env.js';

const OFTEN = 'compareMinutes = 0.05';
const whyNot = whyNoAudit();

describe.skipIf(whyNot)(`find-textd run --source audit${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it(
    'finds what io_uring, file handles and names outside have changed',
    async () => {
      const env = new TestEnv();
      const auditd = await Auditd.start([env.tree]);
      const operations = await Operations.prepare(env, 'unseen');
      const daemon = await startDaemon(env, auditd, OFTEN);
      await operations.run();
      await untilIndexEqualsDisk(env);
      expect(env.found('writtenoutside')).toEqual(['unseen/twin']);
      expect(env.found('writtenbyhandle')).toEqual(['unseen/handle']);
      expect(daemon.stderr()).toBe('');
    },
    AUDIT_TEST_MS,
  );

  it(
    'finds what is on a file system that was mounted later, and what is written there',
    async () => {
      const { env } = await startWorld({ prepare: 'mkdir vol', settings: OFTEN });
      onTestFinished(() => void spawnSync('umount', ['-l', env.path('vol')]));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', env.path('vol')]);
      sh('echo mountedword > vol/a.txt', env.tree);
      await env.untilFound('mountedword', ['vol/a.txt']);
      sh('echo laterword > vol/b.txt; rm vol/a.txt', env.tree);
      await env.untilFound('laterword', ['vol/b.txt']);
      await env.untilFound('mountedword', []);
    },
    AUDIT_TEST_MS,
  );

  it(
    'finds what comes out of a folder that a rule excludes, and what goes in',
    async () => {
      const env = new TestEnv();
      const auditd = await Auditd.start([env.tree]);
      sh('mkdir quiet; echo hushed > quiet/a.txt; echo loud > b.txt', env.tree);
      auditctl('-A', 'never,exit', '-F', `dir=${env.path('quiet')}`, '-F', `key=${keyOf(Buffer.from(env.tree))}`);
      await startDaemon(env, auditd, OFTEN);
      sh('mv quiet/a.txt a.txt; mv b.txt quiet/b.txt; echo seen > c.txt', env.tree);
      await env.untilFound('seen', ['c.txt']);
      await env.untilFound('hushed', ['a.txt']);
      await env.untilFound('loud', ['quiet/b.txt']);
      expect(auditd.logText(env.tree)).not.toContain('"rename"');
      await untilIndexEqualsDisk(env);
    },
    AUDIT_TEST_MS,
  );
});
