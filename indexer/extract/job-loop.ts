/**
 * The loop of a child process: jobs come in on stdin, one frame each, their files open on a socket, answers go out on
 * stdout. Called by worker.ts.
 * One file at a time, and one per turn of the event loop, so that a more urgent job that arrives meanwhile goes first.
 * The child ends with its input: when the parent dies, by whatever means, stdin is closed.
 */
import { PRIORITY } from '../../shared/types.js';
import { receiveDescriptor } from '../system/libc.js';
import type { Extractor } from './extractor.js';
import { FrameReader } from './frames.js';
import { runJob } from './job.js';
import { noteJob } from './journal.js';
import type { ExtractOutcome, JobHeader, ReplyHeader } from './messages.js';
import { Registry } from './registry.js';
import { ReplyWriter } from './reply-writer.js';
import { residentMb } from './resident.js';
import { toWire } from './wire.js';

/** The descriptor through which the files come, one for each job and before it. */
export const FILES_FD = 4;
/** How often memory is measured; asking costs some 10 µs. */
const RSS_EVERY = 32;
/** Larger files get a buffer of their own, so that one of them does not stay in memory for good. */
const SCRATCH_BYTES = 1024 * 1024;

interface QueuedJob extends JobHeader {
  readonly path: Buffer;
  readonly fd: number | undefined;
}

export function serveJobs(extractors: readonly Extractor[]): void {
  const loop = new JobLoop(new Registry(extractors));
  const reader = new FrameReader((header, path) => loop.add({ ...(header as JobHeader), path, fd: nextFile() }));
  process.stdin.on('data', (chunk: Buffer) => reader.push(chunk));
  process.stdin.on('end', () => process.exit(0));
  // Ctrl-C and a service's stop go to all processes of the group: the parent decides what becomes of the file in
  // progress.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

/** Without it the parent is gone. */
function nextFile(): number {
  return receiveDescriptor(FILES_FD) ?? process.exit(0);
}

class JobLoop {
  readonly #jobs: QueuedJob[] = [];
  readonly #writer = new ReplyWriter();
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #isBusy = false;
  #done = 0;

  constructor(private readonly registry: Registry) {}

  /** Behind the jobs of the same priority, before those that are less urgent. */
  add(job: QueuedJob): void {
    const at = this.#jobs.findIndex((other) => other.priority > job.priority);
    this.#jobs.splice(at === -1 ? this.#jobs.length : at, 0, job);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#runNext());
  }

  async #runNext(): Promise<void> {
    const job = this.#jobs.shift() as QueuedJob;
    noteJob(job.id);
    this.#reply(job, await runJob(this.registry, job, this.#scratch));
    this.#isBusy = false;
    if (this.#jobs.length > 0) this.#schedule();
    if (this.#jobs.length === 0 || job.priority === PRIORITY.interactive) this.#writer.flush();
  }

  #reply({ id }: QueuedJob, outcome: ExtractOutcome): void {
    const isLookedAt = ++this.#done % RSS_EVERY === 0 || outcome.kind === 'failed';
    const rssMb = isLookedAt ? residentMb() : 0;
    const { wire, payload } = toWire(outcome);
    const header: ReplyHeader = { id, rssMb, outcome: wire };
    this.#writer.add(header, payload);
  }
}
