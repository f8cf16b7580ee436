/**
 * Is the daemon's event loop, which reads the changes, free while it indexes 20,000 files? The daemon measures it itself
 * (perf_hooks) and writes the result to FIND_TEXT_LOOP_REPORT when it ends.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { figure } from '../lib/table.mjs';

export async function run({ product, corpora, scratch }) {
  const file = join(scratch, 'loop.json');
  const env = { ...privateEnv(join(scratch, 'loop')), FIND_TEXT_LOOP_REPORT: file };
  const daemon = await startDaemon(product, corpora.M.folder, env);
  const account = await daemon.stop();
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const { documents } = product.indexFacts(product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text')));
  return {
    figures: [
      figure('longest block', report.maxMs, { unit: 'ms', target: 50 }),
      figure('p99', report.p99Ms, { unit: 'ms' }),
      figure('CPU of `find-textd run`, crawl to ready', account.cpuS, { unit: 's' }),
      figure('peak memory, sum of RSS', account.peakRssMb, { unit: 'MB' }),
      figure('wall time', account.wallS, { unit: 's' }),
    ],
    checks: [
      { name: `${corpora.M.files} documents`, isOk: documents === corpora.M.files, detail: String(documents) },
      {
        name: 'the daemon ended with status 0 after SIGTERM',
        isOk: account.code === 0,
        detail: `${account.signal ?? account.code}`,
      },
    ],
    raw: report,
  };
}
