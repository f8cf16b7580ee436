/** A change log is read by its owner, who may write to it: whatever stands in it, only the root is indexed, and the daemon goes on. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { sh, startWorld, untilIndexEqualsDisk } from '../helpers/audit-world.js';
import { until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();

function changeLine(path: string, more: object = {}): string {
  const who = { auid: null, uid: 0, pid: 1, ppid: 0, comm: 'x', exe: '/x' };
  const file = { inode: 4_000_000_001, dev: 'fe:00' };
  const all = { serial: 1, timestamp: 1_700_000_000, kind: 'create', path, ...file, ...more };
  return `${JSON.stringify({ ...all, certainty: 'exact', who, key: null })}\n`;
}

describe.skipIf(whyNot)(`an attacker's change log${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it(
    'leads nowhere outside the root, and hides nothing inside',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
      const beside = join(env.home, 'beside');
      mkdirSync(beside);
      const secret = join(beside, 'secret.txt');
      writeFileSync(secret, 'secretword');
      const slot = join(auditd.logDirectory(env.tree), 'changes.0.log');
      const lines = [
        changeLine(secret),
        changeLine(secret, { inode: undefined, dev: undefined }),
        changeLine(`${env.tree}/../beside/secret.txt`),
        changeLine(env.path('a.txt'), { kind: 'rename', to: secret }),
        `${JSON.stringify({ kind: 'log', generation: 1, root: beside })}\n`,
        `{"kind":"gap","reason":"overflow","since":${'9'.repeat(400)}}\n`,
        `${'['.repeat(100_000)}\n`,
        `\xff\x00\x1d\n`,
        changeLine(`${env.tree}/${'x'.repeat(20_000_000)}`),
      ];
      appendFileSync(slot, Buffer.from(lines.join(''), 'latin1'));
      await until('it says that lines were refused', () => daemon.stderr().includes('missed (unparsable)'));
      sh('echo honest > b.txt', env.tree);
      await env.untilFound('honest', ['b.txt']);
      await untilIndexEqualsDisk(env);
      expect(env.found('secretword')).toEqual([]);
    },
    AUDIT_TEST_MS,
  );

  it(
    'is not read behind a symlink, and replaced',
    async () => {
      const { env, auditd, daemon } = await startWorld({ prepare: 'echo first > a.txt' });
      const slot = join(auditd.logDirectory(env.tree), 'changes.0.log');
      const elsewhere = join(env.home, 'elsewhere.log');
      writeFileSync(elsewhere, readFileSync(slot, 'utf8') + changeLine(env.path('never.txt')));
      renameSync(slot, `${elsewhere}.old`);
      symlinkSync(elsewhere, slot);
      await until('the loss is told', () => /missed \((log-lost|plugin-start)\)/.test(daemon.stderr()));
      await until('the plugin has made a new one', () => {
        sh('echo knock > knock.txt', env.tree);
        return env.status().troubles.length === 0;
      });
      sh('echo again > b.txt', env.tree);
      await env.untilFound('again', ['b.txt']);
      expect(readFileSync(elsewhere, 'utf8')).not.toContain('knock.txt');
      await untilIndexEqualsDisk(env);
    },
    AUDIT_TEST_MS,
  );
});
