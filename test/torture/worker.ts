/**
 * Entry of a worker process of the torture run: does random operations in the tree, one after the other, and logs each.
 * What it tries depends on the seed alone, not on what the tree looks like.
 */
import { openSync, writeSync } from 'node:fs';
import { pathKey } from '../../shared/path-key.js';
import { LongOpen } from './long-open.js';
import { OPERATIONS, type Place } from './operations.js';
import { Random } from './random.js';

export interface WorkerJob {
  readonly tree: string;
  readonly outside: string;
  readonly seed: string;
  readonly operations: number;
  readonly log: string;
  /** Operations that are not done, by name. */
  readonly without: readonly string[];
}

/** One line of the log. Paths are path keys (shared/paths.ts). */
export interface LoggedOperation {
  readonly atMs: number;
  readonly operation: string;
  readonly paths: readonly string[];
  /** System code of what the file system refused. */
  readonly refused?: string;
}

type Choices = readonly (readonly [weight: number, { name: string; operation: (typeof OPERATIONS)[number][2] }])[];

/** Weights, and from how many to how many milliseconds. */
const PAUSES: readonly (readonly [number, readonly [number, number]])[] = [
  [80, [0, 0]],
  [14, [1, 20]],
  [5, [20, 60]],
  [1, [60, 300]],
];

function work({ tree, outside, seed, operations, log, without }: WorkerJob): void {
  const done = OPERATIONS.filter(([, name]) => !without.includes(name));
  const choices = done.map(([weight, name, operation]) => [weight, { name, operation }] as const);
  const random = new Random(seed);
  const open = new LongOpen();
  const place: Place = { random, tree: Buffer.from(tree), outside: Buffer.from(outside), open };
  const fd = openSync(log, 'w');
  for (let count = 0; count < operations; count++) {
    // Each operation has decisions of its own, so that one that is refused half-way does not change those that follow.
    const own = new Random(`${seed} ${count}`);
    writeSync(fd, `${JSON.stringify(tryOne(choices, { ...place, random: own }))}\n`);
    pause(random);
  }
  open.closeAll();
}

function tryOne(choices: Choices, place: Place): LoggedOperation {
  const { name, operation } = place.random.weighted(choices);
  const atMs = Date.now();
  try {
    const paths = operation(place).filter((path) => path !== undefined);
    return { atMs, operation: name, paths: paths.map(pathKey) };
  } catch (error) {
    const { code, message, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
    const paths = [path, dest].filter((each) => each !== undefined).map(String);
    return { atMs, operation: name, paths, refused: code ?? message };
  }
}

function pause(random: Random): void {
  const [from, to] = random.weighted(PAUSES);
  const ms = random.between(from, to);
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

work(JSON.parse(process.argv[2] as string) as WorkerJob);
