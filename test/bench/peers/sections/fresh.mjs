/**
 * A new file, from its close() until a whole command finds it. An engine that watches nothing is run again by hand: the time
 * of that run. Each has its own copy of S.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, spread } from '../../lib/stats.mjs';
import { pathsOf } from '../command.mjs';
import { withIndexed } from '../indexed.mjs';
import { untilIdle } from '../service.mjs';

const FILES = 12;
const POLL_MS = 20;
const LIMIT_MS = 60_000;
const BUDGET_MS = 150_000;
const PAUSE_MS = [300, 1500];
const AGAIN = 3;

export async function fresh(context) {
  const source = context.corpora.find(({ size }) => size === 'S') ?? context.corpora[0];
  const results = {};
  for (const engine of context.engines.filter(({ hasNoIndex }) => !hasNoIndex)) {
    context.say(`  ${engine.name}`);
    const folder = join(context.work, 'fresh');
    cpSync(source.folder, folder, { recursive: true });
    mkdirSync(join(folder, 'new'));
    results[engine.name] = await withIndexed(engine, folder, context, (session) =>
      engine.isWatching ? watched(session, folder, context) : again(session, folder, context),
    ).catch((error) => ({ error: error.message }));
    rmSync(folder, { recursive: true });
  }
  return results;
}

async function watched(session, folder, { limitMs }) {
  const { service, quietMs } = await session.watch();
  await untilIdle(service, { quietMs, limitMs });
  service.stopSampling();
  const endMs = performance.now() + BUDGET_MS;
  const samples = [];
  while (samples.length < FILES && performance.now() < endMs) samples.push(await oneFile(session, folder));
  const found = samples.filter((ms) => ms !== undefined);
  return { files: samples.length, found: found.length, ...(found.length > 0 && spread(found)) };
}

async function again(session, folder, { limitMs }) {
  const samples = [];
  for (let at = 0; at < AGAIN; at++) {
    const { word, path } = writeNote(folder);
    const startMs = performance.now();
    await session.index(limitMs);
    const isFound = has(session, word, path);
    samples.push(isFound ? performance.now() - startMs : undefined);
  }
  const found = samples.filter((ms) => ms !== undefined);
  return { isByHand: true, files: AGAIN, found: found.length, ...(found.length > 0 && spread(found)) };
}

async function oneFile(session, folder) {
  await sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
  const { word, path } = writeNote(folder);
  const startMs = performance.now();
  while (performance.now() - startMs < LIMIT_MS) {
    if (has(session, word, path)) return performance.now() - startMs;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** Its name begins with the word as well, for who knows names only. */
function writeNote(folder) {
  const letters = Array.from({ length: 12 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26)));
  const word = `qz${letters.join('')}`;
  const path = join(folder, 'new', `${word}.txt`);
  writeFileSync(path, `A short note about ${word} and other things.\n`.repeat(3));
  return { word, path };
}

function has(session, word, path) {
  return pathsOf(session.first(word, 5), []).includes(path);
}
