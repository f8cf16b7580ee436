/** Commands as a user runs them, from start to end: clock, CPU of the command and of the services that work for it, answer. */
import { spawnSync } from 'node:child_process';
import { childrenCpu } from '../lib/process-tree.mjs';
import { percentile } from '../lib/stats.mjs';
import { cpuOf } from './process-clock.mjs';

const LIMIT_MS = 60_000;
const ROUNDS = 3;

export function runCommand({ argv, env }, services = []) {
  const before = childrenCpu();
  const servicesS = cpuOf(services);
  const startMs = performance.now();
  const options = { env, encoding: 'utf8', maxBuffer: 1 << 29, timeout: LIMIT_MS, killSignal: 'SIGKILL' };
  const { stdout, status, error } = spawnSync(argv[0], argv.slice(1), options);
  const wallMs = performance.now() - startMs;
  const after = childrenCpu();
  const childrenS = after.userS + after.systemS - before.userS - before.systemS;
  return { wallMs, cpuMs: (childrenS + cpuOf(services) - servicesS) * 1000, stdout: stdout ?? '', status, error };
}

/** Paths that a command prints; none when it fails or takes too long. */
export function pathsOf(command, services) {
  const { stdout, error } = runCommand(command, services);
  return error ? [] : command.paths(stdout);
}

/**
 * Each query once to warm up, then in rounds, all engines in turn, so that they meet the same noise. An engine that has used up
 * its time is asked no more.
 * @param sessions  by name. @returns by name how many runs there were, and p50 and p95 of clock and CPU in ms; `isDone` when
 * each query was timed.
 */
export function timeQueries(sessions, queries, budgetMs) {
  const engines = Object.entries(sessions).map(([name, session]) => ({ name, session, leftMs: budgetMs, runs: [] }));
  const rounds = [...queries.map((query) => ({ query, isWarming: true })), ...times(ROUNDS, queries)];
  for (const { query, isWarming } of rounds)
    for (const engine of engines.filter(({ leftMs }) => leftMs > 0)) timeOne(engine, query, isWarming);
  return Object.fromEntries(
    engines.map(({ name, runs }) => [
      name,
      { ...summaryOf(runs), isDone: runs.length >= queries.length, kinds: kindsOf(runs) },
    ]),
  );
}

function timeOne(engine, query, isWarming) {
  const { wallMs, cpuMs, error } = runCommand(engine.session.timed(query), engine.session.services());
  engine.leftMs -= wallMs;
  if (!isWarming && !error) engine.runs.push({ kind: query.kind, wallMs, cpuMs });
}

function times(count, queries) {
  return Array.from({ length: count }, () => queries.map((query) => ({ query }))).flat();
}

function kindsOf(runs) {
  const kinds = [...new Set(runs.map(({ kind }) => kind))];
  return Object.fromEntries(kinds.map((kind) => [kind, summaryOf(runs.filter((run) => run.kind === kind))]));
}

function summaryOf(runs) {
  if (runs.length === 0) return { runs: 0 };
  const of = (key, share) =>
    percentile(
      runs.map((run) => run[key]),
      share,
    );
  return {
    runs: runs.length,
    wallP50: of('wallMs', 0.5),
    wallP95: of('wallMs', 0.95),
    cpuP50: of('cpuMs', 0.5),
    cpuP95: of('cpuMs', 0.95),
  };
}
