/** A parent with two children, one idle, one in an endless loop, which it tells by a file; prints their pids and waits to be killed. Started by pool.test.ts. */
import { existsSync, rmSync } from 'node:fs';
import { ExtractorPool } from '../../../indexer/extract/pool.js';

const [workerPath = '', good = '', endless = '', begun = ''] = process.argv.slice(2);
const pool = new ExtractorPool({ workerPath, workers: 2 });
await pool.extract([{ path: Buffer.from(good) }, { path: Buffer.from(good) }]);
void pool.extract([{ path: Buffer.from(endless) }]);
setInterval(() => {
  if (!existsSync(begun)) return;
  process.stdout.write(`${JSON.stringify(pool.pids)}\n`);
  rmSync(begun);
}, 5);
