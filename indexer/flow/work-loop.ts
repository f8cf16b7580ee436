/**
 * Takes due entries from the backlog and runs them: interactive before reconcile before bulk, as much of each as the budget
 * allows. p-queue holds only what is running or about to; the backlog stays in SQLite. One slot is always left for interactive
 * work, and folders are compared in a lane of their own, some at a time, so that nothing waits for the comparison of a large tree.
 */
import PQueue from 'p-queue';
import { PRIORITY } from '../../shared/types.js';
import type { Allowance } from '../budget/allowance.js';
import { laneOf, PATH_SLOTS, roomFor, toBatches } from '../queue/turns.js';
import { coalesced } from '../system/coalesced.js';
import type { Lane, QueueEntry, Taken, TakeRequest } from '../words.js';

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

/** One for folders that have just come, one for all others. */
const TREE_SLOTS = 2;
/** A folder is compared at the latest this long after its turn, whatever else changes. */
const MAX_CALM_WAIT_MS = 100;

export class WorkLoop {
  readonly #jobs = new PQueue({ concurrency: PATH_SLOTS });
  readonly #trees = new PQueue({ concurrency: TREE_SLOTS });
  readonly #running: Record<Lane, number> = { interactive: 0, trees: 0, vanished: 0, other: 0 };
  /** Jobs on paths, from their taking on. */
  readonly #onPaths = new Set<Promise<void>>();
  readonly #pump = coalesced(() => this.#takeOnce());
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

  async #takeOnce(): Promise<void> {
    if (this.#isStopped) return;
    const allowance = this.deps.allowance();
    const { entries, nextDueMs } = await this.deps.take(roomFor(this.#running, allowance));
    for (const batch of toBatches(entries, allowance.entriesPerBatch)) this.#start(batch);
    if (entries.length > 0) this.poke();
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
    const lane = laneOf(batch[0] as QueueEntry);
    const isAmongTrees = lane === 'trees' || lane === 'vanished';
    this.#run(lane, isAmongTrees ? this.#trees : this.#jobs, batch, async () => {
      const folders = await this.deps.runPaths(batch);
      if (folders.length === 0) return;
      if (isAmongTrees) await this.deps.runTrees(folders);
      else this.#run(undefined, this.#trees, folders, () => this.deps.runTrees(folders));
    });
  }

  /** @param lane  whose room it takes; folders that came from a batch of paths take none. */
  #run(lane: Lane | undefined, jobs: PQueue, batch: readonly QueueEntry[], job: () => Promise<void>): void {
    if (lane) this.#running[lane]++;
    const done = jobs.add(job, { priority: -(batch[0]?.priority ?? PRIORITY.bulk) }).finally(() => {
      this.#onPaths.delete(done);
      if (lane) this.#running[lane]--;
      this.poke();
    });
    if (jobs === this.#jobs) this.#onPaths.add(done);
    done.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.deps.onFatal(error);
  }
}
