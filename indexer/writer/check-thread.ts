/**
 * Entry of a thread that checks a whole index file with SQLite's own means, beside the work, and posts what is wrong
 * with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { guard, openForReading } from '../../shared/store/open.js';

const MAX_PROBLEMS = 3;

const file = workerData as string;
const problems = guard(`check the index ${file}`, () => {
  const db = openForReading(file);
  try {
    const rows = db.pragma(`integrity_check(${MAX_PROBLEMS})`) as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  } finally {
    db.close();
  }
});
parentPort?.postMessage(problems);
