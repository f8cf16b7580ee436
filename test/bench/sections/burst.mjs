/**
 * 100,000 files appear in a watched tree in one burst, written by four processes, while a user goes on: searches with the index open,
 * calls find-text, and saves a file now and then. Before it the same on the idle machine, and while the same files are written where
 * nobody watches: what the writers alone cost. It ends when every file is found.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ownWord, textOf } from '../lib/burst-text.mjs';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { ourQuery, QUERIES } from '../lib/queries.mjs';
import { percentile, sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

/** Files in one folder: like a package with many small folders, up to one huge folder, which is there before. */
const WRITERS = { burstone: 8, bursttwo: 60, burstthree: 1000, burstfour: 25_000 };
const FILES_EACH = 25_000;
const FILES = FILES_EACH * Object.keys(WRITERS).length;
const IDLE_MS = 12_000;
const PAUSE_MS = 25;
const CLI_EVERY_MS = 700;
const SAVE_EVERY_MS = 900;
const LIMIT_MS = 150_000;
const CHECKED = 200;

export async function run({ product, corpora, scratch }) {
  const tree = join(scratch, 'burst/tree');
  for (const folder of ['notes', 'burstfour/d0']) mkdirSync(join(tree, 'work', folder), { recursive: true });
  execFileSync('cp', ['-a', '--reflink=auto', corpora.M.folder, join(tree, 'M')]);
  const env = privateEnv(join(scratch, 'burst/xdg'));
  const daemon = await startDaemon(product, tree, env);
  await waitUntilIdle(daemon);
  const indexMb = daemon.peaks();
  const file = product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text'));
  const user = new User(product, env, file, join(tree, 'work/notes'));
  const idle = await user.during(sleep(IDLE_MS));
  const beside = await user.during(writeAll(join(scratch, 'burst/beside')));
  await waitUntilIdle(daemon);
  daemon.resetPeaks();
  const cpuBefore = daemon.cpuS();
  const startMs = performance.now();
  let writtenMs = 0;
  const busy = await user.during(
    (async () => {
      await writeAll(join(tree, 'work'));
      writtenMs = performance.now() - startMs;
      await untilFound(product, file, corpora.M.files + FILES + user.saved, startMs);
    })(),
  );
  const foundMs = performance.now() - startMs;
  const burst = {
    writtenS: writtenMs / 1000,
    foundS: foundMs / 1000,
    cpuS: daemon.cpuS() - cpuBefore,
    ...daemon.peaks(),
  };
  await waitUntilIdle(daemon);
  const answers = check(product, env, tree);
  await user.close();
  const account = await daemon.stop();
  return report({ idle, beside, busy, burst, indexMb, account, answers });
}

async function writeAll(folder) {
  const writers = Object.entries(WRITERS);
  await Promise.all(writers.map(([word, perFolder]) => write(join(folder, word), perFolder, word)));
}

async function write(folder, perFolder, word) {
  const script = join(import.meta.dirname, '../lib/burst-writer.mjs');
  const child = spawn(process.execPath, [script, folder, String(FILES_EACH), String(perFolder), word], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`writing ${folder}: status ${code}`);
}

async function untilFound({ openForReading }, file, wanted, startMs) {
  const db = openForReading(file);
  const count = db.prepare('SELECT count(*) FROM doc').pluck();
  while (count.get() < wanted && performance.now() - startMs < LIMIT_MS) await sleep(250);
  db.close();
}

/** Searches, calls the program and saves files, each in its own rhythm. */
class User {
  saved = 0;
  #searches = [];
  #found = new Map();
  #worker;

  constructor(product, env, file, folder) {
    this.product = product;
    this.env = env;
    this.folder = folder;
    const texts = QUERIES.map(ourQuery);
    const workerData = { bundle: product.bundle, file, texts, pauseMs: PAUSE_MS };
    this.#worker = new Worker(new URL('../lib/search-loop.mjs', import.meta.url), { workerData });
    this.#worker.on('message', (message) =>
      message.found ? this.#found.set(message.found, message.atMs) : this.#searches.push(message),
    );
    this.#worker.on('error', (error) => {
      throw error;
    });
  }

  /** @returns what the user saw until `period` resolved. */
  async during(period) {
    let isOver = false;
    const end = period.finally(() => {
      isOver = true;
    });
    this.#searches = [];
    const [cli, saves] = await Promise.all([
      this.#repeat(
        () => isOver,
        CLI_EVERY_MS,
        (n) => this.#call(n),
      ),
      this.#repeat(
        () => isOver,
        SAVE_EVERY_MS,
        () => this.#save(),
      ),
      end,
    ]);
    await sleep(1000);
    const late = performance.timeOrigin + performance.now();
    return {
      searchMs: this.#searches.map(({ tookMs }) => tookMs),
      cliMs: cli,
      savedMs: saves.map(({ word, atMs }) => (this.#found.get(word) ?? late) - atMs),
      lost: saves.filter(({ word }) => !this.#found.has(word)).length,
    };
  }

  async close() {
    await this.#worker.terminate();
  }

  async #repeat(isOver, everyMs, action) {
    const results = [];
    for (let n = 0; !isOver(); n++) {
      const startMs = performance.now();
      results.push(await action(n));
      await sleep(Math.max(everyMs - (performance.now() - startMs), 0));
    }
    return results;
  }

  async #call(n) {
    const [program, ...args] = this.product.findText;
    const startMs = performance.now();
    const child = spawn(program, [...args, ourQuery(QUERIES[n % QUERIES.length])], { env: this.env, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`find-text: status ${code}`);
    return performance.now() - startMs;
  }

  async #save() {
    const word = ownWord('saved', this.saved++);
    writeFileSync(join(this.folder, `${word}.txt`), `Something about ${word}\n`);
    const atMs = performance.timeOrigin + performance.now();
    this.#worker.postMessage(word);
    return { word, atMs };
  }
}

/** The real program finds every file of the burst by its common word, and some by the word only they have. */
function check({ findText }, env, tree) {
  const [program, ...args] = findText;
  const find = (word) =>
    execFileSync(program, [...args, '-l', '-n', '0', word], { env, encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .filter(Boolean);
  const counts = Object.keys(WRITERS).map((word) => find(word).length);
  const words = Object.entries(WRITERS);
  const wrong = Array.from({ length: CHECKED }, (_, at) => at).filter((at) => {
    const [word, perFolder] = words[at % words.length];
    const n = Math.floor((at * FILES_EACH) / CHECKED);
    const expected = join(tree, 'work', word, `d${Math.floor(n / perFolder)}`, `f${n}.txt`);
    return textOf(word, n).length < 100 || find(`"${ownWord(word, n)}"`).join() !== expected;
  });
  return { counts, wrong };
}

function report({ idle, beside, busy, burst, indexMb, account, answers }) {
  const p95 = (values) => percentile(values, 0.95);
  const saved = spread(busy.savedMs);
  const kinds = { 'search, index open': 'searchMs', 'find-text': 'cliMs', 'a saved file is found': 'savedMs' };
  const rows = Object.entries(kinds).flatMap(([name, key]) =>
    Object.entries({ idle, 'only written': beside, burst: busy }).map(([when, { [key]: values }]) => [
      ...[name, when, values.length, percentile(values, 0.5), p95(values), p95(values) / p95(idle[key])],
    ]),
  );
  return {
    figures: [
      figure('search p95, burst / idle', p95(busy.searchMs) / p95(idle.searchMs), { target: 2 }),
      figure('find-text p95, burst / idle', p95(busy.cliMs) / p95(idle.cliMs), { target: 2 }),
      figure('a file saved meanwhile is found, p50', saved.p50, { unit: 'ms', target: 1000 }),
      figure('a file saved meanwhile is found, slowest', saved.max, { unit: 'ms' }),
      figure('peak memory in the burst, sum of RSS', burst.rssMb, { unit: 'MB', target: 400 }),
      figure('peak memory in the burst, sum of PSS', burst.pssMb, { unit: 'MB', target: 400 }),
      figure('the files are written after', burst.writtenS, { unit: 's' }),
      figure('all are found after', burst.foundS, { unit: 's' }),
      figure('CPU of the daemon and its children', burst.cpuS, { unit: 's' }),
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
        isOk: idle.lost + beside.lost + busy.lost === 0,
        detail: `${busy.lost} of ${busy.savedMs.length} not`,
      },
      {
        name: 'the daemon ended with status 0 after SIGTERM',
        isOk: account.code === 0,
        detail: `${account.signal ?? account.code}`,
      },
    ],
    raw: { idle: spreads(idle), beside: spreads(beside), busy: spreads(busy), burst, indexMb },
  };
}

function spreads({ searchMs, cliMs, savedMs }) {
  return { search: spread(searchMs), cli: spread(cliMs), saved: spread(savedMs) };
}
