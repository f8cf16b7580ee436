/**
/**
 * Takes due entries from the backlog and runs them: interactive before reconcile before bulk, as much of each as the budget
 * allows. p-queue holds only what is running or about to; the backlog stays in SQLite. One slot is always left for interactive
 * work, and folders are compared in a lane of their own, some at a time, so that nothing waits for the comparison of a large tree.
 */
import PQueue from 'p-queue';
import { PRIORITY } from '../../shared/types.js';
import type { Allowance } from '../budget/allowance.js';
import type { QueueEntry } from '../queue/change-queue.js';
import type { Taken, TakeRequest } from '../writer/index-writer.js';

export interface WorkLoopDeps {
  readonly take: (request: TakeRequest) => Promise<Taken>;
  /** Works on paths; returns the entries that are folders to compare. */
  readonly runPaths: (entries: readonly QueueEntry[]) => Promise<QueueEntry[]>;
  /** Compares these folders as far as one turn goes, and finishes their entries. */
  readonly runTrees: (entries: readonly QueueEntry[]) => Promise<void>;
  /** What may be begun now; whoever changes it calls poke(). */
  readonly allowance: () => Allowance;
  readonly now: () => number;
  /** Called when nothing is due. */
  readonly onRest: () => void;
  /** Something that no retry can mend: the index cannot be written. */
  readonly onFatal: (error: unknown) => void;
}

const SLOTS = 4;
const MAX_INTERACTIVE = 256;
/** One for folders that have just come, one for all others. */
const TREE_SLOTS = 2;
/** A folder is compared at the latest this long after its turn, whatever else changes. */
const MAX_CALM_WAIT_MS = 100;

type Kind = 'interactive' | 'trees' | 'other';

export class WorkLoop {
  readonly #jobs = new PQueue({ concurrency: SLOTS });
  readonly #trees = new PQueue({ concurrency: TREE_SLOTS });
  readonly #running: Record<Kind, number> = { interactive: 0, trees: 0, other: 0 };
  /** Jobs on paths, from their taking on. */
  readonly #onPaths = new Set<Promise<void>>();
  #isPumping = false;
  #pumpAgain = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: WorkLoopDeps) {}

  /** Something is being worked on just now. */
  get isBusy(): boolean {
    return this.#jobs.pending > 0 || this.#trees.pending > 0;
  }

  /** Something may be due now or sooner than known. */
  poke(): void {
    this.#pump().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when all paths that are being worked on now are done. */
  async pathsDone(): Promise<void> {
    await Promise.allSettled(this.#onPaths);
  }

  /** Takes nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#jobs.onIdle();
    await this.#trees.onIdle();
  }

  /** Resolves when no interactive path is being worked on, or after a moment: whoever compares folders asks before each. */
  async calm(): Promise<void> {
    const endMs = this.deps.now() + MAX_CALM_WAIT_MS;
    while (this.#running.interactive > 0 && this.deps.now() < endMs && !this.#isStopped) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
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
    const { interactive, trees, other } = this.#running;
    const { entries, nextDueMs } = await this.deps.take({
      interactive: isInteractive && interactive < SLOTS ? MAX_INTERACTIVE : 0,
      trees: otherJobs > 0 && trees === 0 ? entriesPerBatch : 0,
      other: Math.max(otherJobs - other, 0) * entriesPerBatch,
    });
    for (const batch of toBatches(entries, entriesPerBatch)) this.#start(batch);
    if (entries.length > 0) this.#pumpAgain = true;
    else this.#rest(nextDueMs);
  }

  /** What there was no room for is taken when a job ends, or when the budget allows it. */
  #rest(nextDueMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (nextDueMs !== undefined) {
      const waitMs = nextDueMs - this.deps.now();
      this.#timer = setTimeout(() => this.poke(), Math.min(Math.max(waitMs, 1), 60_000));
    }
    this.deps.onRest();
  }

  #start(batch: readonly QueueEntry[]): void {
    const kind = kindOf(batch[0] as QueueEntry);
    const lane = kind === 'trees' ? this.#trees : this.#jobs;
    this.#run(kind, lane, batch, async () => {
      const folders = await this.deps.runPaths(batch);
      if (folders.length === 0) return;
      if (kind === 'trees') await this.deps.runTrees(folders);
      else this.#run(undefined, this.#trees, folders, () => this.deps.runTrees(folders));
    });
  }

  /** @param kind  whose room it takes; folders that came from a batch of paths take none. */
  #run(kind: Kind | undefined, lane: PQueue, batch: readonly QueueEntry[], job: () => Promise<void>): void {
    if (kind) this.#running[kind]++;
    const done = lane.add(job, { priority: -(batch[0]?.priority ?? PRIORITY.bulk) }).finally(() => {
      this.#onPaths.delete(done);
      if (kind) this.#running[kind]--;
      this.poke();
    });
    if (lane === this.#jobs) this.#onPaths.add(done);
    done.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.deps.onFatal(error);
  }
}

function kindOf({ priority, scope }: QueueEntry): Kind {
  if (priority === PRIORITY.interactive) return 'interactive';
  return scope === 'tree' || priority === PRIORITY.last ? 'trees' : 'other';
}

/** Batches hold entries of one kind and priority, in order. */
function toBatches(entries: readonly QueueEntry[], entriesPerBatch: number): QueueEntry[][] {
  const batches: QueueEntry[][] = [];
  for (const entry of entries) {
    const first = batches.at(-1)?.[0];
    const isAlike = first && kindOf(first) === kindOf(entry) && first.priority === entry.priority;
    const limit = entry.priority === PRIORITY.interactive ? MAX_INTERACTIVE : entriesPerBatch;
    if (isAlike && (batches.at(-1)?.length ?? 0) < limit) batches.at(-1)?.push(entry);
    else batches.push([entry]);
  }
  return batches;
}
