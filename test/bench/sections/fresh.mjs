/**
 * Freshness: a daemon watches a copy of M and is idle; a new file with a word of its own is written, and from its close()
 * on a search in this process, with the index open, is repeated every 5 ms until that file is its first hit.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { openSearch, privateEnv } from '../lib/product.mjs';
import { evenly, sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const FILES = 80;
const POLL_MS = 5;
const LIMIT_MS = 10_000;
/** Between two files, so that they do not keep step with a timer of the daemon. */
const PAUSE_MS = [150, 450];

export async function run({ product, corpora, scratch }) {
  const { copy, env } = copyOfM(corpora, join(scratch, 'fresh'));
  const daemon = await startDaemon(product, copy, env);
  return report(await measure({ product, daemon, copy, env, writeFile }), { p50: 80, p95: 200 });
}

/** Folders of their own for a daemon that watches a copy of M. */
export function copyOfM(corpora, folder) {
  const copy = join(folder, 'M');
  const env = privateEnv(join(folder, 'xdg'));
  execFileSync('cp', ['-a', '--reflink=auto', corpora.M.folder, copy]);
  return { copy, env };
}

/**
 * @param writeFile  (path, text) → when it was closed, of performance.now().
 * Ends the daemon.
 */
export async function measure({ product, daemon, copy, env, writeFile }) {
  daemon.stopSampling();
  await waitUntilIdle(daemon);
  const search = openSearch(product, product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text')));
  const samples = [];
  for (const folder of evenly(foldersBelow(copy), FILES)) samples.push(await oneFile(folder, search, writeFile));
  search.close();
  return { samples, account: await daemon.stop() };
}

async function oneFile(folder, search, writeFile) {
  await sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
  const word = `qz${randomBytes(8)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'[digit])}`;
  const path = join(folder, `note-${word.slice(2, 8)}.txt`);
  const startMs = await writeFile(path, `A short note about ${word} and other things.\n`.repeat(3));
  let polls = 0;
  while (performance.now() - startMs < LIMIT_MS) {
    polls++;
    const [hit] = search.search(word, 1);
    if (hit && Buffer.from(hit.path).toString() === path) return { ms: performance.now() - startMs, polls };
    await sleep(POLL_MS);
  }
  return { ms: undefined, polls };
}

function writeFile(path, text) {
  const fd = openSync(path, 'w');
  writeSync(fd, text);
  closeSync(fd);
  return performance.now();
}

/** @param targets  in ms. */
export function report({ samples, account }, targets) {
  const found = samples.map(({ ms }) => ms).filter((ms) => ms !== undefined);
  const times = spread(found);
  const lost = samples.length - found.length;
  return {
    figures: [
      figure('p50', times.p50, { unit: 'ms', target: targets.p50 }),
      figure('p95', times.p95, { unit: 'ms', target: targets.p95 }),
      figure('fastest', times.min, { unit: 'ms' }),
      figure('slowest', times.max, { unit: 'ms' }),
    ],
    checks: [
      { name: 'every new file was found', isOk: lost === 0, detail: `${found.length} of ${samples.length}` },
      {
        name: 'the daemon ended with status 0 after SIGTERM',
        isOk: account.code === 0,
        detail: `${account.signal ?? account.code}`,
      },
    ],
    raw: { samples, daemonCpuS: account.cpuS },
  };
}

function foldersBelow(root) {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
