/**
 * What a user waits for: `find-text QUERY` from start to end, against a Node process that does nothing, alternating so
 * that both meet the same noise; beside it `quest` and `rg` for the same words.
 */
import { spawnSync } from 'node:child_process';
import { anchorQuery, buildOmega, ensureAnchor, hasTool, questArgv } from '../lib/anchors.mjs';
import { childrenCpu } from '../lib/process-tree.mjs';
import { ourQuery, QUERIES } from '../lib/queries.mjs';
import { median, percentile } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const ROUNDS = 60;
/** ripgrep reads the whole corpus each time: half a second of both processors. */
const RG_EVERY = 10;
const HITS = 10;

export async function run({ product, corpora, cache }) {
  const corpus = corpora.M;
  const ours = await product.indexOf(corpus);
  const omega = hasTool('quest') ? await ensureAnchor(buildOmega, corpus, cache) : undefined;
  const commands = {
    'find-text': (query) => [...product.findText, '-n', String(HITS), ourQuery(query)],
    'node -e 0': () => [process.execPath, '-e', '0'],
    ...(omega && { quest: (query) => questArgv(omega, anchorQuery(query), HITS) }),
    ...(hasTool('rg') && { rg: (query) => ['rg', '-l', '-i', '-e', rgPattern(query), corpus.folder] }),
  };
  const runs = alternate(commands, ours.env);
  const summary = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, summarise(list)]));
  const node = summary['node -e 0'];
  return {
    figures: [
      figure('wall, find-text / node -e 0', summary['find-text'].wallMs / node.wallMs, { target: 1.6 }),
      figure('CPU, find-text / node -e 0', summary['find-text'].cpuMs / node.cpuMs, { target: 1.6 }),
    ],
    tables: [table(summary), kindTable(runs['find-text'], node)],
    checks: [statusCheck(runs['find-text'])],
    raw: summary,
  };
}

function alternate(commands, env) {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (const argvOf of Object.values(commands)) runOnce(argvOf(QUERIES[0]), env);
  for (let round = 0; round < ROUNDS; round++) {
    const query = QUERIES[round % QUERIES.length];
    for (const [name, argvOf] of Object.entries(commands)) {
      if (name === 'rg' && round % RG_EVERY > 0) continue;
      runs[name].push({ ...query, ...runOnce(argvOf(query), env) });
    }
  }
  return runs;
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
  const node = summary['node -e 0'];
  return {
    header: ['whole process', 'runs', 'wall p50 ms', 'min ms', 'p95 ms', 'x node', 'CPU p50 ms', 'x node'],
    rows: Object.entries(summary).map(([name, { n, wallMs, minMs, p95Ms, cpuMs }]) => [
      ...[name, n, wallMs, minMs, p95Ms, wallMs / node.wallMs, cpuMs, cpuMs / node.cpuMs],
    ]),
  };
}

function kindTable(runs, node) {
  const kinds = [...new Set(runs.map((run) => run.kind))];
  return {
    header: ['find-text by kind of query', 'runs', 'CPU p50 ms', 'x node'],
    rows: kinds.map((kind) => {
      const { n, cpuMs } = summarise(runs.filter((run) => run.kind === kind));
      return [kind, n, cpuMs, cpuMs / node.cpuMs];
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
