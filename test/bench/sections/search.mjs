/**
 * Warm searches in one process, as a program that holds the index open would do them: known-item queries and
 * queries.json, each run several times after a warm-up; beside it the bare FTS5 by bm25 (no snippets) in the same process
 * and Omega's `quest`, a process each.
 */
import { spawnSync } from 'node:child_process';
import { anchorQuery, buildFts5, buildOmega, ensureAnchor, hasTool, openFts5, questArgv } from '../lib/anchors.mjs';
import { openSearch } from '../lib/product.mjs';
import { knownItemTexts, ourQuery, QUERIES } from '../lib/queries.mjs';
import { median, spread, timeMs } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const KNOWN_ITEMS = 300;
const ROUNDS = 5;
const HITS = 10;

export async function run({ product, corpora, cache }) {
  const corpus = corpora.M;
  const ours = await product.indexOf(corpus);
  const search = openSearch(product, ours.file);
  const fts5 = openFts5(await ensureAnchor(buildFts5, corpus, cache));
  const known = knownItemTexts('M', KNOWN_ITEMS);
  const texts = [...known, ...QUERIES.map(ourQuery)];
  const mixed = measure(texts, (text) => search.search(text, HITS));
  const figures = [
    figure('p50 over all queries, wall', mixed.wall.p50, { unit: 'ms', target: 8 }),
    figure('p95 over all queries, wall', mixed.wall.p95, { unit: 'ms', target: 30 }),
    figure('slowest query, wall', mixed.wall.max, { unit: 'ms' }),
    figure('p50 over all queries, CPU', mixed.cpu.p50, { unit: 'ms' }),
    figure('p95 over all queries, CPU', mixed.cpu.p95, { unit: 'ms' }),
  ];
  const engines = {
    'find-text': measure(QUERIES.map(ourQuery), (text) => search.search(text, HITS)),
    'bare FTS5, no snippets': measure(QUERIES.map(anchorQuery), (text) => fts5.search(text)),
  };
  if (hasTool('quest')) engines['quest (a process each)'] = await measureQuest(corpus, cache);
  const checks = [answered(texts, mixed.answers), highlighted(texts, mixed.answers)];
  search.close();
  fts5.close();
  return {
    figures,
    tables: [table(engines)],
    checks,
    notes: known.length > 0 ? [] : ['no known items in test/bench/known-items: queries.json only'],
    raw: withoutAnswers({ mixed, ...engines }),
  };
}

async function measureQuest(corpus, cache) {
  const database = await ensureAnchor(buildOmega, corpus, cache);
  return measure(QUERIES.map(anchorQuery), (query) => {
    const argv = questArgv(database, query, HITS);
    return spawnSync(argv[0], argv.slice(1), { encoding: 'latin1' }).stdout.match(/^\d+: \[/gm) ?? [];
  });
}

/** The median time of each query, spread over the queries; the answers are those of the warm-up. */
function measure(queries, search) {
  const answers = queries.map((query) => search(query));
  const runs = queries.map((query) => Array.from({ length: ROUNDS }, () => timeMs(() => search(query))));
  const spreadOf = (key) => spread(runs.map((rounds) => median(rounds.map((round) => round[key]))));
  return { wall: spreadOf('wallMs'), cpu: spreadOf('cpuMs'), answers };
}

function withoutAnswers(measured) {
  return Object.fromEntries(Object.entries(measured).map(([name, { wall, cpu }]) => [name, { wall, cpu }]));
}

function table(engines) {
  const ours = engines['find-text'].wall.p50;
  return {
    header: ['queries.json', 'p50 ms', 'p95 ms', 'max ms', 'p50 x ours'],
    rows: Object.entries(engines).map(([name, { wall }]) => [name, wall.p50, wall.p95, wall.max, wall.p50 / ours]),
  };
}

function answered(texts, answers) {
  const empty = texts.filter((_, at) => answers[at].length === 0);
  const detail = `${texts.length - empty.length} of ${texts.length}${empty[0] ? `, not: ${empty.slice(0, 3).join(' | ')}` : ''}`;
  return { name: 'at least 97 % of the queries are answered', isOk: empty.length <= texts.length * 0.03, detail };
}

function highlighted(texts, answers) {
  const hits = answers.flat();
  const marked = hits.filter((hit) => hit.snippet.highlights.length > 0).length;
  return {
    name: 'most snippets have a highlight',
    isOk: marked >= hits.length / 2,
    detail: `${marked} of ${hits.length} hits of ${texts.length} queries`,
  };
}
