/**
 * Takes due entries from the backlog and runs them: interactive before reconcile before bulk, as much of each as the budget
 * allows. p-queue holds only what is running or about to; the backlog stays in SQLite. One slot is always left for interactive work.
 */
import PQueue from 'p-queue';
import { PRIORITY, type Priority } from '../../shared/types.js';
import type { Allowance } from '../budget/allowance.js';
import type { QueueEntry } from '../queue/change-queue.js';
import type { Taken, TakeRequest } from '../writer/index-writer.js';

export interface WorkLoopDeps {
  readonly take: (request: TakeRequest) => Promise<Taken>;
  /** Works on paths; returns the entries that are folders to compare. */
  readonly runPaths: (entries: readonly QueueEntry[]) => Promise<QueueEntry[]>;
  /** Compares one folder and finishes its entry. */
  readonly runTree: (entry: QueueEntry) => Promise<void>;
  /** What may be begun now; whoever changes it calls poke(). */
  readonly allowance: () => Allowance;
  readonly now: () => number;
  /** Something that no retry can mend: the index cannot be written. */
  readonly onFatal: (error: unknown) => void;
}

const SLOTS = 4;
const MAX_INTERACTIVE = 256;

export class WorkLoop {
  readonly #jobs = new PQueue({ concurrency: SLOTS });
  readonly #idleWaiters: (() => void)[] = [];
  #otherJobs = 0;
  #isPumping = false;
  #pumpAgain = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: WorkLoopDeps) {}

  /** Something may be due now or sooner than known. */
  poke(): void {
    this.#pump().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.poke();
    });
  }

  /** Takes nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#jobs.onIdle();
  }

  async #pump(): Promise<void> {
    this.#pumpAgain = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pumpAgain && !this.#isStopped) {
        this.#pumpAgain = false;
        await this.#takeOnce();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  async #takeOnce(): Promise<void> {
    const { isInteractive, otherJobs, entriesPerBatch } = this.deps.allowance();
    const interactive = isInteractive ? MAX_INTERACTIVE : 0;
    const other = Math.max(otherJobs - this.#otherJobs, 0) * entriesPerBatch;
    const { entries, nextDueMs, isEmpty } = await this.deps.take({ interactive, other });
    for (const batch of toBatches(entries, entriesPerBatch)) this.#start(batch);
    if (entries.length > 0) this.#pumpAgain = true;
    else this.#rest(nextDueMs, isEmpty);
  }

  /** What there was no room for is taken when a job ends, or when the budget allows it. */
  #rest(nextDueMs: number | undefined, isEmpty: boolean): void {
    clearTimeout(this.#timer);
    if (nextDueMs !== undefined) {
      const waitMs = nextDueMs - this.deps.now();
      this.#timer = setTimeout(() => this.poke(), Math.min(Math.max(waitMs, 1), 60_000));
    }
    if (isEmpty && this.#jobs.pending + this.#jobs.size === 0) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  #start(batch: readonly QueueEntry[]): void {
    const priority = batch[0]?.priority ?? PRIORITY.bulk;
    this.#run(priority, async () => {
      const folders = await this.deps.runPaths(batch);
      for (const folder of folders) this.#run(afterInteractive(folder.priority), () => this.deps.runTree(folder));
    });
  }

  #run(priority: Priority, job: () => Promise<void>): void {
    const isOther = priority !== PRIORITY.interactive;
    if (isOther) this.#otherJobs++;
    const done = this.#jobs.add(job, { priority: -priority }).finally(() => {
      if (isOther) this.#otherJobs--;
      this.poke();
    });
    done.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.deps.onFatal(error);
  }
}

/** Comparing a folder may take long: it never uses the slot kept for interactive paths. */
function afterInteractive(priority: Priority): Priority {
  return priority === PRIORITY.interactive ? PRIORITY.reconcile : priority;
}

/** Batches hold entries of one priority, in order. */
function toBatches(entries: readonly QueueEntry[], entriesPerBatch: number): QueueEntry[][] {
  const batches: QueueEntry[][] = [];
  for (const entry of entries) {
    const last = batches.at(-1);
    const limit = entry.priority === PRIORITY.interactive ? MAX_INTERACTIVE : entriesPerBatch;
    if (last && last.length < limit && last[0]?.priority === entry.priority) last.push(entry);
    else batches.push([entry]);
  }
  return batches;
}
