/**
 * `tar x` unpacks 100,000 files in a watched tree while a user goes on: searches with the index open, calls find-text, and saves a file
 * now and then. Before it the same on the idle machine, and while the archive is unpacked where nobody watches: what tar alone costs.
 * It ends when every file is found.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderBytes } from '../lib/anchors.mjs';
import { FILES_EACH, KINDS, makeArchive, ownWord, placeOf } from '../lib/burst-archive.mjs';
import { now, User } from '../lib/burst-user.mjs';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { percentile, sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const FILES = FILES_EACH * KINDS.length;
const IDLE_MS = 12_000;
/** So that there are enough searches beside it. */
const UNPACKED_BESIDE = 3;
const LIMIT_MS = 150_000;
const CHECKED = 200;
const MB = 1e6;

export async function run({ product, corpora, scratch }) {
  const archive = join(scratch, 'burst/files.tar');
  const tree = join(scratch, 'burst/tree');
  makeTree(tree, corpora.M);
  makeArchive(archive, join(scratch, 'burst/files'));
  const env = privateEnv(join(scratch, 'burst/xdg'));
  const daemon = await startDaemon(product, tree, env);
  await waitUntilIdle(daemon);
  const indexing = daemon.peaks();
  const file = product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text'));
  const user = new User(product, env, file, join(tree, 'work/notes'));
  const idle = await user.during(sleep(IDLE_MS));
  const beside = await user.during(unpackBeside(archive, join(scratch, 'burst/beside')));
  await waitUntilIdle(daemon);
  daemon.resetPeaks();
  const before = spent(daemon);
  const startMs = now();
  let unpackedMs = 0;
  const during = await user.during(
    (async () => {
      await unpack(archive, join(tree, 'work'));
      unpackedMs = now();
      await untilFound(product, file, () => corpora.M.files + FILES + user.saved);
    })(),
  );
  const after = spent(daemon);
  const burst = {
    unpackedS: (unpackedMs - startMs) / 1000,
    foundS: (now() - startMs) / 1000,
    cpuS: after.cpuS - before.cpuS,
    writtenMb: after.writtenMb - before.writtenMb,
    indexMb: folderBytes(dirname(file)) / MB,
    ...daemon.peaks(),
  };
  await waitUntilIdle(daemon);
  const answers = check(product, env, tree);
  await user.close();
  const account = await daemon.stop();
  const unpacking = until(during, unpackedMs);
  const periods = { idle, 'only unpacked': beside, burst: during, '… until it is unpacked': unpacking };
  return report({ periods, burst, indexing, account, answers });
}

/** One of the folders of the archive is there before: files in it are told one by one, those of new folders are found by listing these. */
function makeTree(tree, corpus) {
  for (const folder of ['notes', dirname(placeOf('burstfour', 0))]) {
    mkdirSync(join(tree, 'work', folder), { recursive: true });
  }
  execFileSync('cp', ['-a', '--reflink=auto', corpus.folder, join(tree, 'M')]);
}

async function unpackBeside(archive, folder) {
  for (let n = 0; n < UNPACKED_BESIDE; n++) await unpack(archive, join(folder, `${n}`));
}

async function unpack(archive, folder) {
  mkdirSync(folder, { recursive: true });
  const [code] = await once(spawn('tar', ['-xf', archive, '-C', folder], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`unpack below ${folder}: status ${code}`);
}

async function untilFound({ openForReading }, file, wanted) {
  const endMs = now() + LIMIT_MS;
  const db = openForReading(file);
  const count = db.prepare('SELECT count(*) FROM file').pluck();
  while (count.get() < wanted() && now() < endMs) await sleep(250);
  db.close();
}

/** By the daemon so far; extractors write nothing to disks. */
function spent({ child, cpuS }) {
  const [, bytes] = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${child.pid}/io`, 'utf8'));
  return { cpuS: cpuS(), writtenMb: Number(bytes) / MB };
}

function until(period, endMs) {
  const begun = Object.entries(period).map(([kind, all]) => [kind, all.filter(({ atMs }) => atMs < endMs)]);
  return Object.fromEntries(begun);
}

/** The real program finds every file of the burst by its common word, and some by the word only they have. */
function check({ findText }, env, tree) {
  const [program, ...args] = findText;
  const find = (word) =>
    execFileSync(program, [...args, '-l', '-n', '0', word], { env, encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .filter(Boolean);
  const counts = KINDS.map((word) => find(word).length);
  const wrong = Array.from({ length: CHECKED }, (_, at) => at).filter((at) => {
    const word = KINDS[at % KINDS.length];
    const n = Math.floor((at * FILES_EACH) / CHECKED);
    return find(`"${ownWord(word, n)}"`).join() !== join(tree, 'work', placeOf(word, n));
  });
  return { counts, wrong };
}

function report({ periods, burst, indexing, account, answers }) {
  const { idle, burst: during } = periods;
  const ratio = (kind, period) => p95(period[kind]) / p95(idle[kind]);
  const saved = spread(times(during.saves));
  const saves = Object.values(periods).flatMap(({ saves }) => saves);
  const lost = saves.filter(({ isLost }) => isLost).length;
  const names = { searches: 'search, index open', calls: 'find-text', saves: 'a saved file is found' };
  const rows = Object.entries(names).flatMap(([kind, name]) =>
    Object.entries(periods).map(([when, period]) => {
      const { n, p50, p95 } = spread(times(period[kind]));
      return [name, when, n, p50, p95, ratio(kind, period)];
    }),
  );
  return {
    figures: [
      figure('search p95, burst / idle', ratio('searches', during), { target: 2 }),
      figure('find-text p95, burst / idle', ratio('calls', during), { target: 2 }),
      figure('a file saved meanwhile is found, p50', saved.p50, { unit: 'ms', target: 1000 }),
      figure('a file saved meanwhile is found, slowest', saved.max, { unit: 'ms' }),
      figure('peak memory in the burst, sum of RSS', burst.rssMb, { unit: 'MB', target: 400 }),
      figure('peak memory in the burst, sum of PSS', burst.pssMb, { unit: 'MB', target: 400 }),
      figure('the archive is unpacked after', burst.unpackedS, { unit: 's' }),
      figure('all are found after', burst.foundS, { unit: 's' }),
      figure('CPU of the daemon and its children', burst.cpuS, { unit: 's' }),
      figure('written to disk, of the size of the index', burst.writtenMb / burst.indexMb, { target: 8 }),
    ],
    tables: [{ header: ['', '', 'n', 'p50 ms', 'p95 ms', 'p95 / idle'], rows }],
    checks: [
      {
        name: 'every file of the burst is found',
        isOk: answers.counts.every((count) => count === FILES_EACH),
        detail: answers.counts.join(' + '),
      },
      {
        name: 'each by the word only it has',
        isOk: answers.wrong.length === 0,
        detail: `${CHECKED - answers.wrong.length} of ${CHECKED}`,
      },
      {
        name: 'every file saved meanwhile was found',
        isOk: lost === 0,
        detail: `${lost} of ${saves.length} not`,
      },
      {
        name: 'the daemon ended with status 0 after SIGTERM',
        isOk: account.code === 0,
        detail: `${account.signal ?? account.code}`,
      },
    ],
    raw: { ...periodSpreads(periods), burst, indexing },
  };
}

function periodSpreads(periods) {
  const spreads = (period) => Object.entries(period).map(([kind, all]) => [kind, spread(times(all))]);
  return Object.fromEntries(
    Object.entries(periods).map(([when, period]) => [when, Object.fromEntries(spreads(period))]),
  );
}

function times(all) {
  return all.map(({ tookMs }) => tookMs);
}

function p95(all) {
  return percentile(times(all), 0.95);
}
