/**
 * What a user waits for: `find-text QUERY` from start to end, by itself and where a daemon answers, against a Node
 * process that does nothing, alternating so that all meet the same noise; beside it `quest` and `rg` for the same words.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorQuery, buildOmega, ensureAnchor, hasTool, questArgv } from '../lib/anchors.mjs';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { childrenCpu } from '../lib/process-tree.mjs';
import { privateEnv } from '../lib/product.mjs';
import { ourQuery, QUERIES } from '../lib/queries.mjs';
import { median, percentile } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const ROUNDS = 60;
/** ripgrep reads the whole corpus each time: half a second of both processors. */
const RG_EVERY = 10;
const HITS = 10;
const ALONE = 'find-text';
const ASKED = 'find-text, the daemon answers';
const NODE = 'node -e 0';

export async function run({ root, product, corpora, cache, scratch }) {
  const corpus = corpora.M;
  const ours = await product.indexOf(corpus);
  const omega = hasTool('quest') ? await ensureAnchor(buildOmega, corpus, cache) : undefined;
  const env = privateEnv(join(scratch, 'cli'));
  const daemon = await startDaemon(product, corpus.folder, env);
  daemon.stopSampling();
  await waitUntilIdle(daemon);
  const findText = (query) => [...product.findText, '-n', String(HITS), ourQuery(query)];
  const commands = {
    [ALONE]: { env: ours.env, argvOf: findText },
    [ASKED]: { env, argvOf: findText },
    [NODE]: { env, argvOf: () => [process.execPath, '-e', '0'] },
    ...(omega && { quest: { env, argvOf: (query) => questArgv(omega, anchorQuery(query), HITS) } }),
    ...(hasTool('rg') && { rg: { env, argvOf: (query) => ['rg', '-l', '-i', '-e', rgPattern(query), corpus.folder] } }),
  };
  const before = daemon.cpuS();
  const runs = alternate(commands);
  const answerMs = ((daemon.cpuS() - before) * 1000) / runs[ASKED].length;
  const compared = compare(root, findText, env, join(scratch, 'cli/modules'));
  const account = await daemon.stop();
  const summary = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, summarise(list)]));
  const node = summary[NODE];
  return {
    figures: [
      figure('wall, find-text / node -e 0', summary[ALONE].wallMs / node.wallMs, { target: 1.6 }),
      figure('CPU, find-text / node -e 0', summary[ALONE].cpuMs / node.cpuMs, { target: 1.6 }),
      figure('wall, the daemon answers / node -e 0', summary[ASKED].wallMs / node.wallMs, { target: 1.4 }),
      figure('CPU, the daemon answers / node -e 0', summary[ASKED].cpuMs / node.cpuMs, { target: 1.4 }),
      figure('… with the CPU of the daemon', (summary[ASKED].cpuMs + answerMs) / node.cpuMs),
      figure('… queries that the daemon answers in time', compared.answered * 100, { unit: '%' }),
    ],
    tables: [table(summary), kindTable(runs, node)],
    checks: [
      statusCheck(runs[ALONE]),
      statusCheck(runs[ASKED]),
      { name: 'find-text prints the same by itself', isOk: compared.other === undefined, detail: compared.other },
      { name: 'the daemon ended with status 0 after SIGTERM', isOk: account.code === 0, detail: `${account.code}` },
    ],
    raw: { ...summary, answerMs },
  };
}

function alternate(commands) {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (const { argvOf, env } of Object.values(commands)) runOnce(argvOf(QUERIES[0]), env);
  for (let round = 0; round < ROUNDS; round++) {
    const query = QUERIES[round % QUERIES.length];
    for (const [name, { argvOf, env }] of Object.entries(commands)) {
      if (name === 'rg' && round % RG_EVERY > 0) continue;
      runs[name].push({ ...query, ...runOnce(argvOf(query), env) });
    }
  }
  return runs;
}

/** @returns which share of the queries the daemon answers, and the first whose output is another without it. */
function compare(root, findText, env, file) {
  const preload = join(root, 'test/helpers/loaded-modules.cjs');
  let answered = 0;
  let other;
  for (const query of QUERIES) {
    const [node, ...argv] = findText(query);
    const options = { encoding: 'utf8', env: { ...env, LOADED_MODULES: file } };
    const asked = spawnSync(node, ['--require', preload, ...argv], options);
    // node:vm runs the search from its code cache.
    if (!readFileSync(file, 'utf8').includes('NativeModule vm\n')) answered++;
    const alone = spawnSync(node, argv, { encoding: 'utf8', env: { ...env, XDG_RUNTIME_DIR: env.HOME } });
    const isSame = ['status', 'stdout', 'stderr'].every((part) => asked[part] === alone[part]);
    if (!isSame) other ??= ourQuery(query);
  }
  return { answered: answered / QUERIES.length, other };
}

function runOnce(argv, env) {
  const before = childrenCpu();
  const startMs = performance.now();
  const run = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  const wallMs = performance.now() - startMs;
  const after = childrenCpu();
  const cpuMs = (after.userS + after.systemS - before.userS - before.systemS) * 1000;
  return { wallMs, cpuMs, status: run.status, isEmpty: run.stdout.length === 0, stderr: run.stderr };
}

function summarise(list) {
  const wall = list.map((run) => run.wallMs);
  return {
    n: list.length,
    wallMs: median(wall),
    minMs: percentile(wall, 0),
    p95Ms: percentile(wall, 0.95),
    cpuMs: median(list.map((run) => run.cpuMs)),
  };
}

function table(summary) {
  const node = summary[NODE];
  return {
    header: ['whole process', 'runs', 'wall p50 ms', 'min ms', 'p95 ms', 'x node', 'CPU p50 ms', 'x node'],
    rows: Object.entries(summary).map(([name, { n, wallMs, minMs, p95Ms, cpuMs }]) => [
      ...[name, n, wallMs, minMs, p95Ms, wallMs / node.wallMs, cpuMs, cpuMs / node.cpuMs],
    ]),
  };
}

function kindTable(runs, node) {
  const kinds = [...new Set(runs[ALONE].map((run) => run.kind))];
  return {
    header: ['find-text by kind of query', 'runs', 'CPU p50 ms', 'x node', 'asked: wall p50 ms', 'x node'],
    rows: kinds.map((kind) => {
      const { n, cpuMs } = summarise(runs[ALONE].filter((run) => run.kind === kind));
      const { wallMs } = summarise(runs[ASKED].filter((run) => run.kind === kind));
      return [kind, n, cpuMs, cpuMs / node.cpuMs, wallMs, wallMs / node.wallMs];
    }),
  };
}

function rgPattern({ kind, q }) {
  if (kind === 'prefix') return `\\b${q[0]}`;
  return kind === 'and' ? `\\b${q[0]}\\b` : `\\b${q.join('\\s+')}\\b`;
}

function statusCheck(runs) {
  const bad = runs.find((run) => run.status !== 0 || run.isEmpty);
  const detail = bad
    ? `${ourQuery(bad)}: status ${bad.status}: ${bad.stderr.trim().slice(0, 200)}`
    : `${runs.length} of ${runs.length}`;
  return { name: 'every find-text run ended with status 0 and printed hits', isOk: !bad, detail };
}
