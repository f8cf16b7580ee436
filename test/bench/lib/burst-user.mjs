/**
 * The user of the burst section: searches with the index open, calls find-text and saves files, each in its own rhythm, and notes how
 * long each took. Times are in milliseconds, `atMs` since 1970.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ownWord } from './burst-archive.mjs';
import { ourQuery, QUERIES } from './queries.mjs';
import { sleep } from './stats.mjs';

const PAUSE_MS = 25;
const CALL_EVERY_MS = 175;
const SAVE_EVERY_MS = 900;
/** For so long after a period what was saved in it may still be found. */
const LATE_MS = 1000;

export const now = () => performance.timeOrigin + performance.now();

export class User {
  saved = 0;
  #searches = [];
  #found = new Map();
  #worker;

  /** @param file  the index; @param folder  where files are saved */
  constructor(product, env, file, folder) {
    this.product = product;
    this.env = env;
    this.folder = folder;
    const workerData = { bundle: product.bundle, file, texts: QUERIES.map(ourQuery), pauseMs: PAUSE_MS };
    this.#worker = new Worker(new URL('search-loop.mjs', import.meta.url), { workerData });
    this.#worker.on('message', (message) =>
      message.found ? this.#found.set(message.found, message.atMs) : this.#searches.push(message),
    );
    this.#worker.on('error', (error) => {
      throw error;
    });
  }

  /** @returns what the user saw until `period` resolved: { searches, calls, saves }, each [{ atMs, tookMs }]; a save that was lost `isLost`. */
  async during(period) {
    let isOver = false;
    const end = period.finally(() => {
      isOver = true;
    });
    this.#searches = [];
    const repeat = (everyMs, action) => repeatUntil(() => isOver, everyMs, action);
    const [calls, saved] = await Promise.all([
      repeat(CALL_EVERY_MS, (n) => this.#call(n)),
      repeat(SAVE_EVERY_MS, () => this.#save()),
      end,
    ]);
    const searches = this.#searches;
    await sleep(LATE_MS);
    const lateMs = now();
    const saves = saved.map(({ word, atMs }) => ({
      atMs,
      tookMs: (this.#found.get(word) ?? lateMs) - atMs,
      isLost: !this.#found.has(word),
    }));
    return { searches, calls, saves };
  }

  async close() {
    await this.#worker.terminate();
  }

  async #call(n) {
    const [program, ...args] = this.product.findText;
    const atMs = now();
    const child = spawn(program, [...args, ourQuery(QUERIES[n % QUERIES.length])], { env: this.env, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`find-text: status ${code}`);
    return { atMs, tookMs: now() - atMs };
  }

  async #save() {
    const word = ownWord('saved', this.saved++);
    writeFileSync(join(this.folder, `${word}.txt`), `Something about ${word}\n`);
    const atMs = now();
    this.#worker.postMessage(word);
    return { word, atMs };
  }
}

async function repeatUntil(isOver, everyMs, action) {
  const results = [];
  for (let n = 0; !isOver(); n++) {
    const startMs = now();
    results.push(await action(n));
    await sleep(Math.max(everyMs - (now() - startMs), 0));
  }
  return results;
}
