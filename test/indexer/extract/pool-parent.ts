/** A parent with two children, one idle, one in an endless loop; prints their pids and waits to be killed. Started by pool.test.ts. */
import { ExtractorPool } from '../../../indexer/extract/pool.js';

const [workerPath = '', good = '', endless = ''] = process.argv.slice(2);
const pool = new ExtractorPool({ workerPath, workers: 2 });
await pool.extract([{ path: Buffer.from(good) }, { path: Buffer.from(good) }]);
void pool.extract([{ path: Buffer.from(endless) }]);
setTimeout(() => process.stdout.write(`${JSON.stringify(pool.pids)}\n`), 200);
setInterval(() => {}, 1000);
