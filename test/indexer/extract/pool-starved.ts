/** Extracts a file when only a few descriptors are left, and again when there are enough. Started by pool.test.ts. */
import { closeSync, openSync } from 'node:fs';
import { ExtractorPool } from '../../../indexer/extract/pool.js';

const [workerPath = '', file = '', left = '0'] = process.argv.slice(2);
const pool = new ExtractorPool({ workerPath, workers: 1 });
const held: number[] = [];

async function tell(): Promise<void> {
  const [outcome] = await pool.extract([{ path: Buffer.from(file) }]);
  const text = outcome?.kind === 'failed' ? `${outcome.code} ${outcome.isTransient}` : outcome?.kind;
  lines.push(String(text));
}

const lines: string[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {
  for (const fd of held.splice(0, Number(left))) closeSync(fd);
}
await tell();
for (const fd of held.splice(0)) closeSync(fd);
await tell();
await pool.close();
process.stdout.write(`${lines.join('\n')}\n`);
