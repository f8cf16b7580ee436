/** The promise of the product with the audit source: a real auditd, the real plugin, the real programs. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNoAudit } from '../helpers/audit-machine.js';
import { Auditd } from '../helpers/auditd.js';
import { type Daemon, TestEnv } from '../helpers/test-env.js';

const whyNot = whyNoAudit();

/** A daemon that learns of changes in its tree from `auditd`. */
async function startDaemon(env: TestEnv, auditd: Auditd): Promise<Daemon> {
  const folder = join(env.home, 'config', 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${auditd.configFile}"\n`);
  return env.startDaemon([env.tree, '--source', 'audit']);
}

function sh(script: string, cwd: string): void {
  execFileSync('sh', ['-ec', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

describe.skipIf(whyNot)(`find-textd run --source audit${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it('finds what was written', async () => {
    const env = new TestEnv();
    const auditd = await Auditd.start([env.tree]);
    await startDaemon(env, auditd);
    sh('echo smoke > a.txt', env.tree);
    await env.untilFound('smoke', ['a.txt']);
    expect(env.status().troubles).toEqual([]);
  });
});
