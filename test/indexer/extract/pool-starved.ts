/**
 * Extracts a file when only a few descriptors are left, or when this user has too many on their way to other programs;
 * and again when there are enough. Started by pool.test.ts.
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExtractorPool } from '../../../indexer/extract/pool.js';
import { closeDescriptor, sendDescriptors, socketPair } from '../../../indexer/system/libc.js';

/** Other programs of this user may have too many on their way just then: that alone is waited for. */
const BY_OTHERS = /programs of this user hand each other too many open files/;
const PATIENCE_MS = 120_000;
const PAUSE_MS = 50;

const [workerPath = '', file = '', left = '0'] = process.argv.slice(2);
const pool = new ExtractorPool({ workerPath, workers: 1 });

async function extracted(): Promise<string> {
  const [outcome] = await pool.extract([{ path: Buffer.from(file) }]);
  return outcome?.kind === 'failed' ? `${outcome.code} ${outcome.isTransient} ${outcome.message}` : `${outcome?.kind}`;
}

/** @returns what closes those that were opened. */
function openAllBut(count: number): () => void {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    for (const fd of held.splice(0, count)) closeSync(fd);
  }
  return () => held.forEach((fd) => void closeSync(fd));
}

/** @returns what takes them back. */
function sendAll(): () => void {
  const ends = socketPair();
  const fd = openSync('/dev/null', 'r');
  try {
    for (;;) sendDescriptors(ends[0], Array(10).fill(fd));
  } catch {
    closeSync(fd);
  }
  return () => ends.forEach((end) => void closeDescriptor(end));
}

const free = left === 'sent' ? sendAll() : openAllBut(Number(left));
const starved = await extracted();
free();
const limitMs = performance.now() + PATIENCE_MS;
let later = await extracted();
while (BY_OTHERS.test(later) && performance.now() < limitMs) {
  await sleep(PAUSE_MS);
  later = await extracted();
}
await pool.close();
process.stdout.write(`${starved}\n${later}\n`);
