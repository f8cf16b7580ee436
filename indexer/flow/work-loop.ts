/**
 * Queue → work. Takes due entries from the queue and runs them, interactive before reconcile before bulk: as much of
 * each as the budget allows. p-queue holds only what is running or about to; the queue stays in SQLite. One slot is
 * always left for interactive work, and folders are compared in a lane of their own, some at a time. So nothing waits
 * for the comparison of a large tree.
 */
import PQueue from 'p-queue';
import { PRIORITY, type Priority } from '../../shared/types.js';
import type { Allowance } from '../budget/allowance.js';
import type { WorkBudget } from '../budget/budget.js';
import type { Pace } from '../budget/pace.js';
import type { Writer } from '../parts.js';
import { toQueue } from '../queue/attribute-change.js';
import { isFull, laneOf, PATH_SLOTS, roomFor, toBatches } from '../queue/turns.js';
import type { Clock } from '../system/clock.js';
import { coalesced } from '../system/coalesced.js';
import type { Lane, QueueEntry } from '../words.js';
import type { AttributeWorker } from '../work/attribute-worker.js';
import type { FolderWorker } from '../work/folder-worker.js';
import type { PathWorker } from '../work/path-worker.js';
import type { AttributeFlood } from './attribute-flood.js';
import type { Intake } from './intake.js';

export interface WorkLoopParts {
  readonly writer: Pick<Writer, 'take' | 'apply'>;
  readonly paths: Pick<PathWorker, 'run'>;
  readonly folders: Pick<FolderWorker, 'run'>;
  /** Files that wait outside of the queue, and who works on them. */
  readonly flood: Pick<AttributeFlood, 'dueMs' | 'take'>;
  readonly attributes: Pick<AttributeWorker, 'run'>;
  /** What may be begun now; who changes it calls poke(). */
  readonly budget: Pick<WorkBudget, 'allowance'>;
  /** While files keep pouring in those who write them go first. */
  readonly intake: Pick<Intake, 'isFlooded'>;
  readonly pace: Pace;
  readonly clock: Clock;
}

export interface WorkLoopListener {
  /** Nothing is due. */
  rested(): void;
  /** Something that no retry can mend: the index cannot be written. */
  fail(error: unknown): void;
}

/** One for folders that have just come, one for all others. */
const TREE_SLOTS = 2;

export class WorkLoop {
  readonly #jobs = new PQueue({ concurrency: PATH_SLOTS });
  readonly #trees = new PQueue({ concurrency: TREE_SLOTS });
  readonly #running: Record<Lane, number> = { interactive: 0, trees: 0, vanished: 0, other: 0 };
  /** Jobs on paths, from their taking on. */
  readonly #onPaths = new Set<Promise<void>>();
  /** The batch of changed attributes that is worked on; it takes no room from what is in the queue. */
  #attributes: Promise<void> | undefined;
  readonly #pump = coalesced(() => this.#takeOnce());
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly parts: WorkLoopParts,
    private readonly listener: WorkLoopListener,
  ) {}

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

  /** Resolves when the events of all files that wait outside of the queue now are written. */
  async attributesTold(): Promise<void> {
    await Promise.all([this.#attributes, this.#queueAttributes()]);
  }

  /** Takes nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#jobs.onIdle();
    await this.#trees.onIdle();
    // Where that fails the next start finds them by comparing.
    await this.#queueAttributes().catch(() => {});
  }

  async #takeOnce(): Promise<void> {
    if (this.#isStopped) return;
    const allowance = this.#allowance();
    const floodDueMs = await this.#workOnAttributes(allowance);
    const request = roomFor(this.#running, allowance);
    const { entries, nextDueMs } = await this.parts.writer.take(request);
    for (const batch of toBatches(entries, allowance.entriesPerBatch)) this.#start(batch);
    if (isFull(entries, request)) return this.poke();
    this.#wakeAt(earlier(nextDueMs, floodDueMs));
    if (entries.length === 0) this.listener.rested();
  }

  /** @returns when more is due. */
  async #workOnAttributes({ otherJobs, entriesPerBatch }: Allowance): Promise<number | undefined> {
    const { flood, attributes, clock } = this.parts;
    if (otherJobs === 0) await this.#queueAttributes();
    const dueMs = flood.dueMs(entriesPerBatch);
    if (dueMs === undefined || otherJobs === 0 || this.#attributes) return undefined;
    if (dueMs > clock.monotonicMs()) return dueMs;
    const changes = flood.take(entriesPerBatch);
    this.#attributes = this.#run(undefined, this.#jobs, PRIORITY.bulk, async () => {
      await attributes.run(changes);
      this.#attributes = undefined;
    });
    return undefined;
  }

  /** Nothing is to wait in memory for long. */
  async #queueAttributes(): Promise<void> {
    await this.parts.writer.apply(this.parts.flood.take().flatMap(toQueue));
  }

  #allowance(): Allowance {
    const { budget, intake } = this.parts;
    const { allowance } = budget;
    return intake.isFlooded ? { ...allowance, otherJobs: Math.min(allowance.otherJobs, 1) } : allowance;
  }

  /** What there was no room for is taken when a job ends, or when the budget allows it. */
  #wakeAt(nextDueMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (nextDueMs === undefined) return;
    const waitMs = nextDueMs - this.parts.clock.monotonicMs();
    this.#timer = setTimeout(() => this.poke(), Math.min(Math.max(Math.ceil(waitMs), 1), 60_000));
  }

  #start(batch: readonly QueueEntry[]): void {
    const lane = laneOf(batch[0] as QueueEntry);
    const isAmongTrees = lane === 'trees' || lane === 'vanished';
    void this.#run(lane, isAmongTrees ? this.#trees : this.#jobs, batch[0]?.priority, async () => {
      const folders = await this.parts.paths.run(batch);
      if (folders.length === 0) return;
      if (isAmongTrees) await this.parts.folders.run(folders);
      else void this.#run(undefined, this.#trees, folders[0]?.priority, () => this.parts.folders.run(folders));
    });
  }

  /** @param lane  whose room it takes; folders that came from a batch of paths take none. */
  #run(
    lane: Lane | undefined,
    jobs: PQueue,
    priority: Priority = PRIORITY.bulk,
    job: () => Promise<void>,
  ): Promise<void> {
    if (lane) this.#running[lane]++;
    const calm = lane === 'interactive' ? this.parts.pace.interactive() : () => {};
    const done = jobs.add(job, { priority: -priority }).finally(() => {
      this.#onPaths.delete(done);
      if (lane) this.#running[lane]--;
      calm();
      this.poke();
    });
    if (jobs === this.#jobs) this.#onPaths.add(done);
    done.catch((error: unknown) => this.#fail(error));
    return done;
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.listener.fail(error);
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
