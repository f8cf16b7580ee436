/**
 * The torture run: rounds of random file operations by several processes while the daemon is killed, frozen and starved; after
 * each round the index must equal a fresh one. Used by main.ts (`npm run torture`) and, for a few rounds, by the e2e tests.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromPathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { Patience } from '../helpers/patience.js';
import { hazardsFor } from './hazards.js';
import { checkCopy, compareIndexes, type Difference, documentCount, hasDocument } from './judge.js';
import { asUser, pause } from './machine.js';
import { Random } from './random.js';
import type { LoggedOperation } from './worker.js';
import type { World } from './world.js';

export interface TortureOptions {
  readonly seed: string;
  readonly rounds: number;
  /** Of each worker in each round, on average. */
  readonly operations: number;
  readonly say: (line: string) => void;
}

/**
 * Without any progress. With audit a change that cannot be placed is found by a comparison, which may be 6 ms for each file
 * away.
 */
const SETTLE_PATIENCE_MS = { inotify: 60_000, audit: 120_000 };
/** In all, on a machine that leaves little to a daemon of low priority. */
const MAX_SETTLE_MS = 600_000;
const AUDIT_PATIENCE_MS = 20_000;
const POLL_MS = 150;
/** What audit cannot place is looked for with a hundredth of a processor: 6 ms for each file. */
const MAX_FILES = { inotify: 12_000, audit: 3000 } as const;
const MAX_SHOWN = 12;
const MAX_OPERATIONS = 15;
const CHECK_COPY_EVERY = 5;

/** Audit rules for folders are silent about times that are set: what `touch` leaves is found by the slow comparison. */
const UNHEARD = { inotify: [], audit: ['touch'] } as const;

interface Round {
  readonly number: number;
  readonly random: Random;
  readonly logs: readonly string[];
  readonly hazards: readonly string[];
}

/** @returns true when every round ended with equal indexes. */
export async function torture(world: World, options: TortureOptions): Promise<boolean> {
  await world.startSource();
  world.startDaemon();
  for (let number = 1; number <= options.rounds; number++) {
    const isEqual = await oneRound(world, options, number);
    if (!isEqual) return false;
  }
  await world.endDaemon('SIGTERM');
  return true;
}

async function oneRound(world: World, options: TortureOptions, number: number): Promise<boolean> {
  const random = new Random(`${options.seed} round ${number}`);
  tidy(world, random);
  const round = await disturb(world, options, number, random);
  const settledMs = await settle(world, number);
  const live = (await world.status())?.index.file ?? '';
  const fresh = await world.buildFresh();
  const differences = await compareInTime(world, live, fresh);
  if (number % CHECK_COPY_EVERY === 0) await checkFrozen(world, live);
  options.say(
    roundLine(
      round,
      settledMs,
      asUser(world.user, () => documentCount(live)),
      differences.length,
    ),
  );
  if (differences.length > 0) await report(world, options, { round, differences, live, fresh });
  return differences.length === 0;
}

/** Changes that audit cannot tell the path of are looked at again a little later; inotify has no such excuse. */
async function compareInTime(world: World, live: string, fresh: string): Promise<Difference[]> {
  const deadline = performance.now() + (world.source === 'audit' ? AUDIT_PATIENCE_MS : 0);
  for (;;) {
    const differences = asUser(world.user, () => compareIndexes(live, fresh));
    if (differences.length === 0 || performance.now() > deadline) return differences;
    await pause(POLL_MS);
  }
}

/** Gives back permissions, and clears away what bursts have left when there is too much of it. */
function tidy(world: World, random: Random): void {
  if (random.chance(0.4)) world.unlockTree();
  const files = countEntries(world.tree);
  if (files > MAX_FILES[world.source]) world.command('sh', '-c', `cd '${world.tree}' && rm -rf burst* */burst*`);
}

/** find complains of a folder that is closed to its owner, or mounted below itself, and goes on. */
function countEntries(folder: string): number {
  return spawnSync('find', [folder, '-printf', '.'], { maxBuffer: 1 << 26 }).stdout.length;
}

async function disturb(world: World, options: TortureOptions, number: number, random: Random): Promise<Round> {
  const workers = random.between(1, 4);
  const logs = Array.from({ length: workers }, (_, at) => join(world.logs, `round-${number}-worker-${at + 1}.log`));
  let isWorking = true;
  const work = Promise.all(
    logs.map((log, at) =>
      world.runWorker({
        tree: world.tree,
        outside: world.outside,
        seed: `${options.seed} round ${number} worker ${at}`,
        operations: random.between(Math.ceil(options.operations / 4), options.operations * 2),
        log,
        without: UNHEARD[world.source],
      }),
    ),
  ).finally(() => {
    isWorking = false;
  });
  const hazards: string[] = [];
  const mischief = (async () => {
    for (let count = random.below(4); count > 0 && isWorking; count--) {
      await pause(random.below(800));
      const { name, run } = random.weighted(hazardsFor(world.source).map((hazard) => [hazard.weight, hazard] as const));
      hazards.push(name);
      await run(world, random);
    }
  })();
  await Promise.all([work, mischief]);
  return { number, random, logs, hazards };
}

/**
 * Waits until the daemon says that the index is complete. A file made last of all must be in it: what the kernel told before
 * has been heard by then. @returns how long it took.
 */
export async function settle(world: World, number: number): Promise<number> {
  const begin = performance.now();
  const patience = new Patience(SETTLE_PATIENCE_MS[world.source], MAX_SETTLE_MS);
  const canary = join(world.tree, `canary-${number}.txt`);
  world.command('sh', '-c', `rm -f '${world.tree}'/canary-*; echo canary > '${canary}'`);
  for (;;) {
    world.requireHealth();
    const status = await world.status();
    const hasCanary = (file: string) => asUser(world.user, () => hasDocument(file, canary));
    if (status?.isComplete && status.queued === 0 && hasCanary(status.index.file)) break;
    patience.require([status?.queued, status?.state?.filesDone, status?.state?.comparisons], () =>
      JSON.stringify(status),
    );
    await pause(POLL_MS);
  }
  return performance.now() - begin;
}

async function checkFrozen(world: World, live: string): Promise<void> {
  world.signalDaemon('SIGSTOP');
  try {
    checkCopy(live, join(world.folder, 'checked.db'));
  } finally {
    world.signalDaemon('SIGCONT');
  }
}

function roundLine({ number, logs, hazards }: Round, settledMs: number, files: number, differences: number): string {
  const operations = logs.flatMap(readLog);
  const refused = operations.filter((operation) => operation.refused !== undefined).length;
  const did = `${logs.length} workers, ${operations.length} operations (${refused} refused)`;
  const met = hazards.length > 0 ? `, ${hazards.join(' + ')}` : '';
  const result = differences === 0 ? 'equal' : `${differences} DIFFERENCES`;
  return `round ${number}: ${did}${met}; ${files} files, settled in ${Math.round(settledMs)} ms: ${result}`;
}

interface Failure {
  readonly round: Round;
  readonly differences: readonly Difference[];
  /** The index of the daemon, and one that was built anew. */
  readonly live: string;
  readonly fresh: string;
}

async function report(
  world: World,
  { seed, say }: TortureOptions,
  { round, differences, live, fresh }: Failure,
): Promise<void> {
  keep(live, join(world.logs, 'live.db'));
  keep(fresh, join(world.logs, 'fresh.db'));
  await pause(3000);
  const later = asUser(world.user, () => compareIndexes(live, fresh)).length;
  say(`seed ${seed}, round ${round.number}: ${differences.length} differences (${later} after 3 s more)`);
  const operations = round.logs.flatMap(readLog).filter(({ refused }) => refused === undefined);
  operations.sort((a, b) => a.atMs - b.atMs);
  for (const { path, what } of differences.slice(0, MAX_SHOWN)) {
    const related = operations.filter(({ paths }) => paths.some((each) => isRelated(each, path)));
    say(`\n${displayPath(fromPathKey(path))}\n  ${what}`);
    for (const operation of related.slice(-MAX_OPERATIONS)) say(`    ${describe(operation)}`);
  }
  say(`\nthe tree, both indexes and all logs are kept in ${world.folder}`);
}

function isRelated(changed: string, path: string): boolean {
  return path === changed || path.startsWith(`${changed}/`) || changed.startsWith(`${path}/`);
}

function describe({ atMs, operation, paths }: LoggedOperation): string {
  const where = paths.map((path) => displayPath(fromPathKey(path))).join(' -> ');
  return `${new Date(atMs).toISOString().slice(11, 23)} ${operation} ${where}`;
}

function readLog(log: string): LoggedOperation[] {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as LoggedOperation);
}

function keep(file: string, copy: string): void {
  for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
}
