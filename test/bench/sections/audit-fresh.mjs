/**
 * Freshness as in fresh.mjs, with the audit source: from close() in another process through the kernel, auditd, the plugin, its
 * change log and the daemon to the first hit. Needs root and auditd.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startAuditd, withAudit } from '../lib/auditd.mjs';
import { startDaemon } from '../lib/daemon.mjs';
import { copyOfM, measure, report } from './fresh.mjs';

const TARGETS = { p50: 150, p95: 400 };

/** A process that was started before auditing was first switched on would not be seen. Times are of the kernel's clock. */
const WRITER = `
const { closeSync, openSync, writeSync } = require('node:fs');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { path, text } = JSON.parse(line);
  const fd = openSync(path, 'w');
  writeSync(fd, text);
  closeSync(fd);
  console.log(String(process.hrtime.bigint()));
});`;

export async function run({ product, corpora, scratch }) {
  const result = await withAudit(scratch, async (audit) => {
    const { copy, env } = copyOfM(corpora, join(scratch, 'audit-fresh'));
    const auditd = await startAuditd(audit, copy);
    auditd.addRule();
    configure(env, auditd);
    const daemon = await startDaemon(product, copy, env, 'audit');
    const writer = startWriter();
    const measured = await measure({ product, daemon, copy, env, writeFile: writer.writeFile });
    writer.stop();
    await auditd.stop();
    return report(measured, TARGETS);
  });
  return typeof result === 'string' ? { checks: [], notes: [`not measured: ${result}`] } : result;
}

function configure(env, { config }) {
  const folder = join(env.XDG_CONFIG_HOME, 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${config}"\n`);
}

function startWriter() {
  const child = spawn(process.execPath, ['-e', WRITER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    stop: () => child.stdin.end(),
    writeFile: async (path, text) => {
      child.stdin.write(`${JSON.stringify({ path, text })}\n`);
      const { value } = await answers.next();
      const agoNs = process.hrtime.bigint() - BigInt(value);
      return performance.now() - Number(agoNs) / 1e6;
    },
  };
}
