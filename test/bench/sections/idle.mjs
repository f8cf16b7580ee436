/** A daemon that has indexed M and has nothing to do: what it takes of the processor in five minutes, and the memory it keeps. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { openSearch } from '../lib/product.mjs';
import { sleep } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';
import { copyOfM } from './fresh.mjs';

/** Extractors end, and memory goes back, within a minute after work. */
const REST_MS = 75_000;
const IDLE_MS = 300_000;
const LIMIT_MS = 10_000;
const WORD = 'qzidleword';

export async function run({ product, corpora, scratch }) {
  const { copy, env } = copyOfM(corpora, join(scratch, 'idle'));
  const daemon = await startDaemon(product, copy, env);
  daemon.stopSampling();
  await waitUntilIdle(daemon);
  await sleep(REST_MS);
  const before = daemon.cpuS();
  const startMs = performance.now();
  await sleep(IDLE_MS);
  const cpuS = daemon.cpuS() - before;
  const share = cpuS / ((performance.now() - startMs) / 1000);
  const memory = memoryOf(daemon.child.pid);
  writeFileSync(join(copy, 'idle.txt'), WORD);
  const isFound = await untilFound(openSearch(product, product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text'))));
  const account = await daemon.stop();
  return {
    figures: [
      figure('CPU over five minutes, of one processor', share * 100, { unit: '%', target: 0.1 }),
      figure('resident memory', memory.VmRSS, { unit: 'MB', target: 120, aim: 90 }),
      figure('of which files, mostly of Node itself', memory.RssFile, { unit: 'MB' }),
    ],
    checks: [
      { name: 'a file saved afterwards is found', isOk: isFound },
      { name: 'the daemon ended with status 0 after SIGTERM', isOk: account.code === 0, detail: `${account.code}` },
    ],
    raw: { cpuS },
  };
}

/** In megabytes. */
function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  const read = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6;
  return { VmRSS: read('VmRSS'), RssFile: read('RssFile') };
}

async function untilFound(search) {
  const limitMs = performance.now() + LIMIT_MS;
  while (search.search(WORD, 1).length === 0 && performance.now() < limitMs) await sleep(10);
  const isFound = search.search(WORD, 1).length === 1;
  search.close();
  return isFound;
}
