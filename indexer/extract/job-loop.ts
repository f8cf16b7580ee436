/**
 * The loop of a child process: jobs come in on stdin, one frame each, their files open on a socket, answers go out on
 * stdout. Called by worker.ts.
 * One file at a time. What has arrived meanwhile is read before the next one, or after a moment of small ones, so that
 * a more urgent job goes first.
 * The child ends with its input: when the parent dies, by whatever means, stdin is closed.
 * It reads without a stream of Node's: newer versions would need io_uring for it, which the walls must not leave open.
 */
import { readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { PRIORITY } from '../../shared/types.js';
import { exitAtOnce, ignoreSignals, isReadable, receiveDescriptors } from '../system/libc.js';
import type { Extractor } from './extractor.js';
import { FrameReader } from './frames.js';
import { runJob } from './job.js';
import { noteJob } from './journal.js';
import type { ExtractOutcome, JobHeader, ReplyHeader } from './messages.js';
import { Registry } from './registry.js';
import { ReplyWriter } from './reply-writer.js';
import { residentMb } from './resident.js';
import { toWire } from './wire.js';

/** The descriptor through which the files come, one for each job and before it, some in one message. */
export const FILES_FD = 4;
const STDIN = 0;
const MAX_TIMER_MS = 2 ** 31 - 1;
const CHUNK_BYTES = 65_536;
/** To look for jobs, and to give V8 a turn, costs as much as to read a small file. */
const MOMENT_MS = 1;
/** How often memory is measured; asking costs some 10 µs. */
const RSS_EVERY = 32;
/** Larger files get a buffer of their own, so that one of them does not stay in memory for good. */
const SCRATCH_BYTES = 1024 * 1024;

interface QueuedJob extends JobHeader {
  readonly path: Buffer;
  readonly fd: number | undefined;
}

/** Ends the process when it ends. */
export async function serveJobs(extractors: readonly Extractor[]): Promise<never> {
  // Ctrl-C and a service's stop go to all processes of the group: the parent decides what becomes of the file in
  // progress.
  ignoreSignals(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const loop = new JobLoop(new Registry(extractors));
  const files: number[] = [];
  const reader = new FrameReader((header, path) => loop.add({ ...(header as JobHeader), path, fd: nextOf(files) }));
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // A job that never ends is the parent's to end, which says so: without anything to wait for Node would.
  setInterval(() => {}, MAX_TIMER_MS);
  for (;;) {
    while (loop.isEmpty || isReadable(STDIN)) reader.push(chunk.subarray(0, readSome(chunk)));
    const untilMs = performance.now() + MOMENT_MS;
    do await loop.runNext();
    while (!loop.isEmpty && performance.now() < untilMs);
    await turn();
  }
}

/** Waits for it. */
function readSome(chunk: Buffer): number {
  return readSync(STDIN, chunk) || exitAtOnce(0);
}

/** Without it the parent is gone. @param files  that have come, and no job has had. */
function nextOf(files: number[]): number {
  if (files.length === 0) files.push(...receiveDescriptors(FILES_FD));
  return files.shift() ?? exitAtOnce(0);
}

class JobLoop {
  readonly #jobs: QueuedJob[] = [];
  readonly #writer = new ReplyWriter();
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #done = 0;

  constructor(private readonly registry: Registry) {}

  get isEmpty(): boolean {
    return this.#jobs.length === 0;
  }

  /** Behind the jobs of the same priority, before those that are less urgent. */
  add(job: QueuedJob): void {
    const at = this.#jobs.findIndex((other) => other.priority > job.priority);
    this.#jobs.splice(at === -1 ? this.#jobs.length : at, 0, job);
  }

  /** There must be one. */
  async runNext(): Promise<void> {
    const job = this.#jobs.shift() as QueuedJob;
    noteJob(job.id);
    this.#reply(job, await runJob(this.registry, job, this.#scratch));
    if (this.isEmpty || job.priority === PRIORITY.interactive) this.#writer.flush();
  }

  #reply({ id }: QueuedJob, outcome: ExtractOutcome): void {
    const isLookedAt = ++this.#done % RSS_EVERY === 0 || outcome.kind === 'failed';
    const rssMb = isLookedAt ? residentMb() : 0;
    const { wire, payload } = toWire(outcome);
    const header: ReplyHeader = { id, rssMb, outcome: wire };
    this.#writer.add(header, payload);
  }
}
