/**
 * The parent's side of one child process: sends jobs, matches the answers, watches the time limit. Owned by pool.ts.
 * Invariant: every job that was sent is either answered through `onDone` or handed back by `onEnd`, exactly once.
 */
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { systemCode } from '../../shared/errors.js';
import type { Priority } from '../../shared/types.js';
import { closeFile, type OpenedFile, openFile } from '../disk/open-file.js';
import { closeDescriptor, sendDescriptors } from '../system/libc.js';
import { encodeFrame, FrameReader } from './frames.js';
import { endJournal } from './journal.js';
import type { ExtractJob, ExtractOutcome, ReplyHeader } from './messages.js';
import { readFailure } from './read-file.js';
import { isRunnable, isStarved, processorMs } from './starvation.js';
import { fromWire } from './wire.js';

export type ExtractProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface QueuedJob {
  readonly id: number;
  readonly job: ExtractJob;
  readonly priority: Priority;
  readonly resolve: (outcome: ExtractOutcome) => void;
}

/** Why a child is no more, and what it left behind. */
export interface WorkerEnd {
  /** The job it was working on. */
  readonly current: QueuedJob | undefined;
  /** Jobs it had not begun. */
  readonly rest: readonly QueuedJob[];
  readonly isTimeout: boolean;
  /** Signal or exit status, and the last thing it said on stderr. */
  readonly reason: string;
  /** SIGKILL, and not for what it did: mostly the kernel was out of memory. */
  readonly isBlameless: boolean;
}

interface OpenJob {
  readonly queued: QueuedJob;
  readonly fd: number;
}

/** A file of which nobody has said so may be of any size. */
export function bytesOf({ bytes = Number.MAX_SAFE_INTEGER }: ExtractJob): number {
  return bytes;
}

/** Descriptors by which this process keeps in touch with a child; closed when it ends. */
export interface OwnEnds {
  /** See journal.ts. */
  readonly journal: number;
  /** A socket through which it gets the open files. */
  readonly files: number;
}

export interface WorkerLimits {
  readonly timeoutMs: number;
  readonly idleMs: number;
  readonly maxRssMb: number;
  /** How much of a file is read. */
  readonly maxBytes: number;
}

export interface WorkerEvents {
  readonly onDone: (queued: QueuedJob, outcome: ExtractOutcome) => void;
  /** After every chunk of answers. */
  readonly onProgress: () => void;
  readonly onEnd: (worker: PoolWorker, end: WorkerEnd) => void;
}

/** Files that are open here on their way to it. */
const MAX_AT_ONCE = 16;
const TOO_MANY_SENT = {
  kind: 'failed',
  error: new Error('programs of this user hand each other too many open files at the moment'),
} as const;
const MAX_STDERR = 4096;
const UNKILLABLE_MS = 5_000;
/** Processor time is looked up no more often: it costs as much as a small file. */
const NOTE_EVERY_MS = 1_000;

export class PoolWorker {
  /**
   * When something was last heard of it, or first sent to it: a child that answers is preferred to one that does not.
   */
  lastHeard = 0;
  /** It gets no more jobs, and ends when it has answered those it has, or sooner. */
  isRetired = false;
  readonly #inFlight = new Map<number, QueuedJob>();
  readonly #limitTimer: NodeJS.Timeout;
  readonly #idleTimer: NodeJS.Timeout;
  #stderr = '';
  #isTimeout = false;
  /** It said what it should not. */
  #isGarbled = false;
  /** Its processor time at one of the last answers. */
  #noted: { readonly atMs: number; readonly usedMs: number | undefined } = { atMs: 0, usedMs: undefined };
  #isKilled = false;
  #hasEnded = false;

  constructor(
    private readonly child: ExtractProcess,
    private readonly ends: OwnEnds,
    private readonly limits: WorkerLimits,
    private readonly events: WorkerEvents,
  ) {
    this.#limitTimer = setTimeout(() => this.#checkTime(), limits.timeoutMs).unref();
    this.#idleTimer = setTimeout(() => this.#checkIdle(), limits.idleMs).unref();
    const reader = new FrameReader((header, payload) => this.#onReply(header as ReplyHeader, payload));
    child.stdout.on('data', (chunk: Buffer) => this.#onChunk(reader, chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-MAX_STDERR);
    });
    // EPIPE and the like: 'close' tells.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
    child.on('error', (error) => this.#onEnd(error.message));
    child.on('close', (code, signal) => this.#onEnd(signal ?? `exit status ${code}`, signal === 'SIGKILL'));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Jobs sent and not answered. */
  get load(): number {
    return this.#inFlight.size;
  }

  /** Of the files in these jobs. */
  get bytes(): number {
    let bytes = 0;
    for (const { job } of this.#inFlight.values()) bytes += bytesOf(job);
    return bytes;
  }

  send(jobs: readonly QueuedJob[]): void {
    if (this.#inFlight.size === 0) this.#heard();
    for (const queued of jobs) this.#inFlight.set(queued.id, queued);
    const open: OpenJob[] = [];
    let isNow = true;
    for (const queued of jobs)
      openFile(queued.job.path, (opened) => {
        if (opened.kind !== 'open') return this.#answer(queued, opened);
        open.push({ queued, fd: opened.fd });
        if (!isNow || open.length >= MAX_AT_ONCE) this.#hand(open.splice(0));
      });
    isNow = false;
    this.#hand(open.splice(0));
  }

  /** The open files go before the jobs, so that they are there when the jobs are read. */
  #hand(jobs: readonly OpenJob[]): void {
    try {
      if (jobs.length === 0 || this.#hasEnded || this.#isKilled) return;
      sendDescriptors(
        this.ends.files,
        jobs.map(({ fd }) => fd),
      );
      this.child.stdin.write(Buffer.concat(jobs.flatMap(({ queued }) => this.#encode(queued))));
    } catch (error) {
      if (systemCode(error) === 'ETOOMANYREFS') for (const { queued } of jobs) this.#answer(queued, TOO_MANY_SENT);
      // It is gone, or so far behind that it had better be replaced: its jobs go to another one.
      else this.kill();
    } finally {
      for (const { queued, fd } of jobs) closeFile(queued.job.path, fd);
    }
  }

  #encode({ id, priority, job: { path, known, isRedacted, isDigested } }: QueuedJob): readonly Uint8Array[] {
    const { maxBytes } = this.limits;
    return encodeFrame({ id, priority, maxBytes, known, isRedacted, isDigested }, path);
  }

  /** Without the child. */
  #answer(queued: QueuedJob, opened: Exclude<OpenedFile, { kind: 'open' }>): void {
    if (!this.#inFlight.delete(queued.id)) return;
    this.events.onDone(queued, opened.kind === 'failed' ? readFailure(queued.job.path, opened.error) : opened);
    setImmediate(() => {
      if (this.load === 0 && !this.#isKilled) this.#rest();
      this.events.onProgress();
    });
  }

  /** See isRetired. */
  retire(): void {
    this.isRetired = true;
    if (this.load === 0) this.#rest();
  }

  hasJob(isWanted: (path: Uint8Array) => boolean): boolean {
    return [...this.#inFlight.values()].some(({ job }) => isWanted(job.path));
  }

  /** One that waits for a disk that never answers does not even die: it is left to itself, and its place is free. */
  kill(): void {
    this.#isKilled = true;
    this.isRetired = true;
    this.child.kill('SIGKILL');
    setTimeout(() => this.#onEnd('it cannot be stopped'), UNKILLABLE_MS).unref();
  }

  #heard(): void {
    this.lastHeard = performance.now();
    this.#limitTimer.refresh();
    if (this.lastHeard - this.#noted.atMs >= NOTE_EVERY_MS)
      this.#noted = { atMs: this.lastHeard, usedMs: processorMs(this.child.pid ?? 0) };
  }

  #onChunk(reader: FrameReader, chunk: Buffer): void {
    if (this.#isKilled) return;
    this.#heard();
    try {
      reader.push(chunk);
    } catch (error) {
      this.#stderr += `\nanswer not understood: ${(error as Error).message}`;
      this.#isGarbled = true;
      this.kill();
    }
    if (this.load === 0) this.#rest();
    this.events.onProgress();
  }

  #onReply(reply: ReplyHeader, payload: Buffer): void {
    const queued = this.#inFlight.get(reply.id);
    if (queued === undefined) throw new Error(`no job ${reply.id}`);
    this.#inFlight.delete(reply.id);
    if (reply.rssMb > this.limits.maxRssMb) this.isRetired = true;
    const { outcome } = reply;
    this.events.onDone(queued, fromWire(outcome, payload));
  }

  /** The timer may fire because this process was busy: what lies in the pipe is read first. */
  #checkTime(): void {
    const { lastHeard } = this;
    setImmediate(() => {
      if (this.#inFlight.size === 0 || this.#hasEnded) return;
      if (this.lastHeard !== lastHeard) return;
      if (this.#isStarved()) return void this.#limitTimer.refresh();
      this.#isTimeout = true;
      this.kill();
    });
  }

  #isStarved(): boolean {
    const pid = this.child.pid ?? 0;
    const [before, now] = [this.#noted.usedMs, processorMs(pid)];
    const usedMs = before === undefined || now === undefined ? undefined : now - before;
    const silentMs = performance.now() - this.lastHeard;
    return isStarved({ silentMs, usedMs, isRunnable: isRunnable(pid) }, this.limits.timeoutMs);
  }

  /** It has answered everything: it ends with its input if it is too big, else it waits for more. */
  #rest(): void {
    if (this.isRetired) this.child.stdin.end();
    else this.#idleTimer.refresh();
  }

  #checkIdle(): void {
    if (this.load === 0) this.retire();
  }

  #onEnd(reason: string, isSigkill = false): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#limitTimer);
    clearTimeout(this.#idleTimer);
    closeDescriptor(this.ends.files);
    const current = this.#inFlight.get(endJournal(this.ends.journal));
    const rest = [...this.#inFlight.values()].filter((queued) => queued !== current);
    this.#inFlight.clear();
    const said = lastWords(this.#stderr);
    this.events.onEnd(this, {
      current,
      rest,
      isTimeout: this.#isTimeout,
      reason: said === '' ? reason : `${reason}: ${said}`,
      isBlameless: isSigkill && !this.#isTimeout && !this.#isGarbled,
    });
  }
}

/** The line of stderr that says most: the fatal error, else the last one. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (lines.findLast((line) => /^(?:FATAL ERROR|\w*Error:|answer not)/.test(line)) ?? lines.at(-1) ?? '').slice(
    0,
    300,
  );
}
