/**
 * 50,000 files in one burst beside ten rules of integrity monitoring, and without any rule: how much later all are
 * found, what it takes, what is told of it. Both daemons work on trees of their own, one after the other, in turn.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { sum } from '../lib/process-tree.mjs';
import { privateEnv } from '../lib/product.mjs';
import { median, sleep } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const FILES = 50_000;
const FOLDERS = 50;
const RULES = 10;
const FIRST = 10;
const PAIRS = 2;
/** A second digest comes five minutes after the first. */
const LIMIT_MS = 420_000;
const IDLE_MS = 60_000;
const POLL_MS = 50;
const CHANGES = FILES + FOLDERS;

/** By a process of its own, in turn in all folders. */
const WRITER = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  const [, tree, files, folders] = process.argv;
  for (let n = 0; n < files; n++) {
    const folder = tree + '/dir' + (n % folders);
    if (n < folders) mkdirSync(folder);
    writeFileSync(folder + '/f' + n + '.txt', ('words number ' + n + ' of a burst ').repeat(20));
  }`;

export async function run({ product, scratch }) {
  const runs = [];
  for (let pair = 0; pair < PAIRS; pair++)
    for (const rules of pair % 2 === 0 ? [0, RULES] : [RULES, 0])
      runs.push(await oneRun(product, join(scratch, `notify/${pair}-${rules}`), rules));
  return report(runs);
}

async function oneRun(product, folder, rules) {
  const tree = join(folder, 'tree');
  mkdirSync(tree, { recursive: true });
  const [env, receiver] = [privateEnv(join(folder, 'xdg')), await startReceiver()];
  if (rules > 0) writeRules(env, receiver.url);
  const daemon = await startDaemon(product, tree, env);
  if (rules > 0) await until(() => receiver.got.some(({ event_type: kind }) => kind === 'compared'));
  await waitUntilIdle(daemon);
  const idle = await idleShare(daemon);
  daemon.resetPeaks();
  const [beforeS, startMs] = [daemon.cpuS(), performance.now()];
  await once(spawn(process.execPath, ['-e', WRITER, tree, FILES, FOLDERS], { stdio: 'inherit' }), 'exit');
  const index = product.openForReading(product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text')));
  const count = index.prepare('SELECT count(*) FROM file').pluck();
  await until(() => count.get() >= FILES);
  const found = { s: (performance.now() - startMs) / 1000, cpuS: daemon.cpuS() - beforeS };
  const told = rules > 0 ? await untilTold(receiver) : undefined;
  const toldS = (performance.now() - startMs) / 1000;
  const result = { rules, idle, found, toldS, cpuS: daemon.cpuS() - beforeS, ...daemon.peaks() };
  const events = namesIn(product, env);
  index.close();
  const { code } = await daemon.stop();
  receiver.close();
  return { ...result, told, events, code };
}

/** Of one processor, in percent. */
async function idleShare(daemon) {
  const [beforeS, startMs] = [daemon.cpuS(), performance.now()];
  await sleep(IDLE_MS);
  return ((daemon.cpuS() - beforeS) / ((performance.now() - startMs) / 1000)) * 100;
}

/** One is about everything, the others about some names and one folder each. */
function writeRules(env, url) {
  const rules = Array.from({ length: RULES }, (_, n) => {
    const paths = n === 0 ? ['.'] : [`*.kind${n}`, `dir${n}/*`];
    const lines = [`name = "r${n}"`, `webhook = "${url}"`, `paths = ${JSON.stringify(paths)}`, `first = ${FIRST}`];
    return ['[[notify]]', ...lines, ''].join('\n');
  });
  mkdirSync(join(env.XDG_CONFIG_HOME, 'find-text'), { mode: 0o700 });
  writeFileSync(join(env.XDG_CONFIG_HOME, 'find-text/config.toml'), rules.join('\n'), { mode: 0o600 });
}

async function startReceiver() {
  const got = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      response.writeHead(204).end();
      got.push(JSON.parse(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { got, url: `http://127.0.0.1:${server.address().port}/`, close };
}

/** Messages of each rule, and of how many changes they tell. */
async function untilTold({ got }) {
  const ofRule = (rule) => got.filter((message) => message.rule === rule);
  const changesIn = (messages) => sum(messages.map(({ type, count }) => (type === 'digest' ? count : 1)));
  const names = Array.from({ length: RULES }, (_, n) => `r${n}`);
  const isTold = (name, n) => changesIn(ofRule(name)) >= (n === 0 ? CHANGES : FILES / FOLDERS);
  await until(() => names.every(isTold));
  const rules = names.map(ofRule);
  return { messages: rules.map(({ length }) => length), changes: rules.map(changesIn) };
}

/** How many files of the burst `find-textd events` names. */
function namesIn({ findTextd: [program, ...args] }, env) {
  const text = execFileSync(program, [...args, 'events', '--json'], { env, encoding: 'utf8', maxBuffer: 1 << 29 });
  const paths = text.split('\n').flatMap((line) => /\/dir\d+\/f\d+\.txt(?=")/.exec(line) ?? []);
  return new Set(paths).size;
}

async function until(isTrue) {
  const endMs = performance.now() + LIMIT_MS;
  while (!isTrue() && performance.now() < endMs) await sleep(POLL_MS);
}

function report(runs) {
  const of = (rules, value) => median(runs.filter((each) => each.rules === rules).map(value));
  const ratio = (value) => of(RULES, value) / of(0, value);
  const told = runs.flatMap((each) => each.told ?? []);
  const most = Math.max(...told.flatMap(({ messages }) => messages));
  const wanted = [CHANGES, ...Array.from({ length: RULES - 1 }, () => FILES / FOLDERS)];
  return {
    figures: [
      figure(
        'all are found after, ten rules / none',
        ratio(({ found }) => found.s),
        { target: 1.1 },
      ),
      figure(
        'CPU until then, ten rules / none',
        ratio(({ found }) => found.cpuS),
      ),
      figure(
        'CPU until all is recorded, ten rules',
        of(RULES, ({ cpuS }) => cpuS),
        { unit: 's' },
      ),
      figure(
        'CPU, no rules',
        of(0, ({ cpuS }) => cpuS),
        { unit: 's' },
      ),
      figure(
        'peak memory, ten rules, sum of RSS',
        of(RULES, ({ rssMb }) => rssMb),
        { unit: 'MB', target: 400 },
      ),
      figure(
        'peak memory, ten rules, sum of PSS',
        of(RULES, ({ pssMb }) => pssMb),
        { unit: 'MB', target: 400 },
      ),
      figure(
        'peak memory, no rules, sum of RSS',
        of(0, ({ rssMb }) => rssMb),
        { unit: 'MB' },
      ),
      figure('messages of a rule, most', most, { target: FIRST + 3 }),
      figure(
        'CPU at rest, ten rules, of one processor',
        of(RULES, ({ idle }) => idle),
        { unit: '%' },
      ),
      figure(
        'CPU at rest, no rules, of one processor',
        of(0, ({ idle }) => idle),
        { unit: '%' },
      ),
    ],
    checks: [
      {
        name: 'what is told one by one and what is counted add up, for each rule',
        isOk: told.every(({ changes }) => changes.every((count, n) => count === wanted[n])),
        detail: told.map(({ changes }) => changes.join(' ')).join('; '),
      },
      {
        name: 'every file is in `find-textd events`',
        isOk: runs.every(({ events }) => events === FILES),
        detail: runs.map(({ events }) => events).join(' '),
      },
      { name: 'the daemons ended with status 0 after SIGTERM', isOk: runs.every(({ code }) => code === 0) },
    ],
    raw: { runs },
  };
}
