/**
 * Extracts text in child processes: a file can hang, crash or exhaust its process without harm to the daemon or to
 * other files. Bulk work never stands in the way of an interactive job: children get a few files ahead, take the urgent
 * one first, and so the wait is at most the rest of one file.
 */
import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { ErrorCode } from '../../shared/errors.js';
import { cleanText, displayPath } from '../../shared/path-text.js';
import { PRIORITY, type Priority } from '../../shared/types.js';
import { isSilent } from '../disk/looks.js';
import { ownRead } from '../disk/own-reads.js';
import { closeDescriptor, socketPair } from '../system/libc.js';
import { childLimits } from './child-limits.js';
import { EXTRACTOR_VERSIONS } from './extractor-versions.js';
import { openJournal } from './journal.js';
import type { ExtractFailure, ExtractJob, ExtractOutcome } from './messages.js';
import {
  bytesOf,
  type ExtractProcess,
  type OwnEnds,
  PoolWorker,
  type QueuedJob,
  type WorkerEnd,
} from './pool-worker.js';

export type { ExtractFailure, ExtractJob, ExtractOutcome } from './messages.js';

export interface ExtractorPoolOptions {
  /** Most children at a time; they start when there is work. */
  readonly workers: number;
  /** The bundled worker.ts. */
  readonly workerPath: string;
  /** A child that says nothing for so long on one file is killed. */
  readonly timeoutMs: number;
  /**
   * Limit on the memory a child may write to (RLIMIT_DATA), where prlimit is installed; nearly half of it for
   * JavaScript objects.
   */
  readonly memoryMb: number;
  /** Children without work for so long end. */
  readonly idleMs: number;
  /** How much of a file is read; at most 64 MiB. */
  readonly maxBytes: number;
}

const POOL_DEFAULTS = {
  workers: 2,
  timeoutMs: 30_000,
  memoryMb: 1024,
  idleMs: 60_000,
  /** Longer texts are logs and dumps, whose beginning says what they are. */
  maxBytes: 16 * 1024 * 1024,
} as const;

/** Files a child is given ahead, so that it need not wait for us between two; more of them while all are small. */
const LOOK_AHEAD = 16;
const SMALL_LOOK_AHEAD = 64;
/** All of them together. */
const SMALL_BYTES = 64 * 1024;
/** A child that has grown beyond this is replaced when it is idle; a new one costs 70 ms of CPU. */
const MAX_RSS_MB = 200;
/** Children that end before they begin a file, one after the other, until the waiting jobs are given up. */
const MAX_BAD_STARTS = 3;
/** V8's young generation: larger costs memory, smaller costs time. */
const SEMI_SPACE_MB = 2;
/** What a child without work counts against RLIMIT_DATA, mostly the stacks of Node's threads (measured: 93). */
const NODE_MB = 112;
/** Room for the journal, which is the only file that a child writes. */
const MAX_FILE_BYTES = 4096;

export class ExtractorPool {
  readonly versions = EXTRACTOR_VERSIONS;
  readonly #options: ExtractorPoolOptions;
  readonly #workers = new Set<PoolWorker>();
  /** One list per priority. */
  readonly #waiting: readonly QueuedJob[][] = Object.values(PRIORITY).map(() => []);
  /** Programs that start a child under its limits. */
  readonly #limits: readonly string[];
  #nextId = 1;
  #mostWorkers: number;
  #badStarts = 0;
  #isClosed = false;
  #onEmpty: () => void = () => {};

  constructor(options: Partial<ExtractorPoolOptions> & Pick<ExtractorPoolOptions, 'workerPath'>) {
    this.#options = { ...POOL_DEFAULTS, ...options };
    this.#mostWorkers = this.#options.workers;
    this.#limits = childLimits({ memoryMb: this.#options.memoryMb, fileBytes: MAX_FILE_BYTES });
  }

  /** Of the children that run now. */
  get pids(): readonly number[] {
    return [...this.#workers].flatMap((worker) => worker.pid ?? []);
  }

  /** Goes on with no more than so many children, but with one; those that are too many end when they have answered. */
  limit(workers: number): void {
    this.#mostWorkers = Math.max(Math.min(workers, this.#options.workers), 1);
    const able = [...this.#workers].filter((worker) => !worker.isRetired).sort(byReadiness);
    for (const worker of able.slice(this.#mostWorkers)) worker.retire();
    this.#pump();
  }

  /**
   * Extracts each file and resolves with the outcomes in the order of the jobs. Never rejects: what fails is an
   * outcome. Callers keep batches small (128 files, 1 MB), since all texts of a batch are in memory together.
   */
  extract(jobs: readonly ExtractJob[], priority: Priority = PRIORITY.bulk): Promise<ExtractOutcome[]> {
    if (jobs.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes: ExtractOutcome[] = [];
      let left = jobs.length;
      const queued = jobs.map((job, at): QueuedJob => {
        const over = ownRead(job.path);
        const done = (outcome: ExtractOutcome) => {
          over();
          outcomes[at] = outcome;
          if (--left === 0) resolve(outcomes);
        };
        return { id: this.#nextId++, job, priority, resolve: done };
      });
      this.#waiting[priority]?.push(...this.#withoutSilent(queued));
      this.#pump();
    });
  }

  /** A volume has become silent: nobody waits for files on it, and the children that may are replaced. */
  giveUpSilent(): void {
    for (const jobs of this.#waiting) jobs.push(...this.#withoutSilent(jobs.splice(0)));
    for (const worker of this.#workers) if (worker.hasJob(isSilent)) worker.kill();
  }

  /** Answers the jobs whose volume is silent. @returns the others. */
  #withoutSilent(jobs: readonly QueuedJob[]): QueuedJob[] {
    const silent = jobs.filter(({ job }) => isSilent(job.path));
    for (const queued of silent) queued.resolve({ kind: 'silent' });
    return jobs.filter((queued) => !silent.includes(queued));
  }

  /** Kills the children and resolves when they are gone. Jobs not answered yet fail as transient. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUp('the extractors were stopped');
    for (const worker of this.#workers) worker.kill();
    if (this.#workers.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Hands out what is waiting, most urgent first. Called whenever jobs, capacity or children change. */
  #pump(): void {
    if (this.#isClosed) {
      this.#giveUp('the extractors were stopped');
      return;
    }
    this.#startWorkers();
    const able = [...this.#workers].filter((worker) => !worker.isRetired).sort(byReadiness);
    if (able.length === 0) return;
    const urgent = this.#waiting[PRIORITY.interactive]?.splice(0) ?? [];
    for (const [at, queued] of urgent.entries()) able[at % able.length]?.send([queued]);
    const hungry = able.filter((worker) => worker.load <= lookAhead(worker.bytes) / 2);
    hungry.forEach((worker, at) => {
      const share = Math.ceil(this.#waitingCount() / (hungry.length - at));
      const jobs = this.#takeFor(worker, share);
      if (jobs.length > 0) worker.send(jobs);
    });
  }

  #takeFor({ load, bytes: before }: PoolWorker, most: number): QueuedJob[] {
    let [count, bytes] = [0, before];
    for (const { job } of this.#waiting.flat().slice(0, most)) {
      bytes += bytesOf(job);
      if (load + count >= lookAhead(bytes)) break;
      count++;
    }
    return this.#take(count);
  }

  #waitingCount(): number {
    return this.#waiting.reduce((sum, jobs) => sum + jobs.length, 0);
  }

  #take(count: number): QueuedJob[] {
    return this.#waiting.reduce<QueuedJob[]>((taken, jobs) => taken.concat(jobs.splice(0, count - taken.length)), []);
  }

  /** As many more as there are jobs beyond those that idle children can take. */
  #startWorkers(): void {
    const idle = [...this.#workers].filter((worker) => worker.load === 0 && !worker.isRetired).length;
    const wanted = Math.min(this.#waitingCount() - idle, this.#mostWorkers - this.#workers.size);
    try {
      for (let count = 0; count < wanted; count++) this.#workers.add(this.#startWorker());
    } catch (error) {
      // Out of files or processes. Those that run go on with what is waiting.
      if (this.#workers.size === 0) this.#giveUp(`the extractor does not start (${(error as Error).message})`);
    }
  }

  #startWorker(): PoolWorker {
    const { timeoutMs, idleMs, memoryMb, workerPath, maxBytes } = this.#options;
    const command = [...this.#limits, process.execPath, ...memoryFlags(memoryMb), workerPath];
    const { child, ends } = startProcess(command);
    return new PoolWorker(
      child,
      ends,
      { timeoutMs, idleMs, maxRssMb: MAX_RSS_MB, maxBytes },
      {
        onDone: (queued, outcome) => {
          this.#badStarts = 0;
          queued.resolve(outcome);
        },
        onProgress: () => this.#pump(),
        onEnd: (worker, end) => this.#onEnd(worker, end),
      },
    );
  }

  #onEnd(worker: PoolWorker, end: WorkerEnd): void {
    this.#workers.delete(worker);
    for (const queued of this.#withoutSilent(end.current ? [end.current] : []))
      queued.resolve(this.#failure(queued, end));
    for (const queued of this.#withoutSilent(end.rest).toReversed()) this.#waiting[queued.priority]?.unshift(queued);
    if (end.current === undefined && end.rest.length > 0) this.#countBadStart(end.reason);
    this.#pump();
    if (this.#workers.size === 0) this.#onEmpty();
  }

  #countBadStart(reason: string): void {
    if (++this.#badStarts < MAX_BAD_STARTS) return;
    this.#badStarts = 0;
    this.#giveUp(`the extractor does not start (${reason})`);
  }

  #giveUp(reason: string): void {
    for (const queued of this.#take(Number.POSITIVE_INFINITY)) {
      queued.resolve(failed(queued, 'FT_EXTRACT_CRASHED', reason, true));
    }
  }

  #failure(queued: QueuedJob, end: WorkerEnd): ExtractFailure {
    if (this.#isClosed) return failed(queued, 'FT_EXTRACT_CRASHED', 'the extractors were stopped', true);
    if (end.isTimeout)
      return kill(failed(queued, 'FT_EXTRACT_TIMEOUT', `timed out after ${this.#options.timeoutMs} ms`, false));
    const ended = failed(queued, 'FT_EXTRACT_CRASHED', `the extractor ended (${end.reason})`, end.isBlameless);
    return end.isBlameless ? ended : kill(ended);
  }
}

/** @param bytes  of the files that a child has, and of the next one. */
function lookAhead(bytes: number): number {
  return bytes <= SMALL_BYTES ? SMALL_LOOK_AHEAD : LOOK_AHEAD;
}

/** Idle ones first, then those that were heard of last: one that sits on a long file has been silent. */
function byReadiness(a: PoolWorker, b: PoolWorker): number {
  return Number(a.load > 0) - Number(b.load > 0) || b.lastHeard - a.lastHeard;
}

function failed(queued: QueuedJob, code: ErrorCode, reason: string, isTransient: boolean): ExtractFailure {
  const message = `extract ${displayPath(queued.job.path)}: ${cleanText(reason)}`;
  return { kind: 'failed', code, message, isTransient };
}

function kill(failure: ExtractFailure): ExtractFailure {
  return { ...failure, isKill: true };
}

/**
 * The environment is empty on purpose: nothing of it (NODE_OPTIONS, LD_PRELOAD) is meant for what reads hostile files.
 */
function startProcess(command: readonly string[]): { child: ExtractProcess; ends: OwnEnds } {
  const journal = openJournal();
  try {
    const [files, theirs] = socketPair();
    try {
      return { child: spawnWith(command, [journal, theirs]), ends: { journal, files } };
    } catch (error) {
      closeDescriptor(files);
      throw error;
    } finally {
      closeDescriptor(theirs);
    }
  } catch (error) {
    closeSync(journal);
    throw error;
  }
}

/** @param descriptors  it has them behind its three streams, and no others. */
function spawnWith([command = '', ...args]: readonly string[], descriptors: readonly number[]): ExtractProcess {
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...descriptors];
  const child = spawn(command, args, { stdio, env: {} }) as ExtractProcess;
  if (child.stdout) return child;
  child.on('error', () => {}); // Node tells of EMFILE both ways: by an event, and by leaving out the streams.
  throw new Error('too many open files');
}

/**
 * Half of what Node leaves over for JavaScript objects: V8 must hit its own limit, which it reports, before that of the
 * system.
 */
function memoryFlags(memoryMb: number): readonly string[] {
  return [
    `--max-old-space-size=${Math.max(Math.floor((memoryMb - NODE_MB) / 2), 32)}`,
    `--max-semi-space-size=${SEMI_SPACE_MB}`,
  ];
}
