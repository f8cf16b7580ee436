/**
 * The pipeline of one index: change → queue → work → index.
 *
 * - A hint of the source goes into the queue (Intake).
 * - What is due is taken from it (WorkLoop).
 * - Paths and folders are looked at, compared with the index, and read (PathWorker, FolderWorker).
 * - The results are written (IndexOutlet).
 *
 * Whoever makes the pipeline hands in its parts (parts.ts). ARCHITECTURE.md has the picture.
 */
import type { GapReason } from '../shared/freshness.js';
import type { Allowance } from './budget/allowance.js';
import type { WorkBudget } from './budget/budget.js';
import { Pace } from './budget/pace.js';
import { AttributeFlood } from './flow/attribute-flood.js';
import { Intake, type IntakeListener } from './flow/intake.js';
import { IndexOutlet } from './flow/outlet.js';
import type { IsWatched } from './flow/recorded.js';
import { WorkLoop, type WorkLoopListener } from './flow/work-loop.js';
import { type ForgetOutlet, forgetOps } from './forget/forget.js';
import { Withheld } from './forget/withheld.js';
import type { FreshnessKeeper } from './freshness/keeper.js';
import type { Extractors, IndexView, Rules, Volumes, Writer } from './parts.js';
import type { Restless } from './queue/restless.js';
import type { ChangeBatch, ChangeInbox, ChangeSource } from './sources/change-source.js';
import type { Clock } from './system/clock.js';
import type { PlacesListener } from './volumes/places.js';
import { AttributeWorker } from './work/attribute-worker.js';
import { FolderWorker, type FolderWorkerListener } from './work/folder-worker.js';
import { LateEvents } from './work/late-events.js';
import { PathWorker, type PathWorkerListener } from './work/path-worker.js';
import type { Secrecy } from './work/wish.js';

export interface PipelineParts {
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** Which paths may have changed just now? */
  readonly source: ChangeSource;
  /** Is this path quiet yet? Apply this batch. */
  readonly writer: Writer;
  /** How much may be worked on now, and how long is a file left alone that never rests? */
  readonly budget: Pick<WorkBudget, 'allowance'>;
  readonly restless: Pick<Restless, 'charge'>;
  /** What does the index know? What is left out? Is that volume there? */
  readonly index: IndexView;
  readonly rules: Rules;
  readonly volumes: Volumes;
  /** What is its text? */
  readonly extractors: Extractors;
  /** Whose text has secrets that the index does not get? */
  readonly secrecy?: Secrecy;
  /** What may have been missed, and is it made good? */
  readonly freshness: FreshnessKeeper;
  readonly clock: Clock;
  /** Whose events are kept, though they are left out? */
  readonly isWatched?: IsWatched;
  readonly foldersPerTurn?: number;
}

export interface PipelineListener extends FolderWorkerListener, PathWorkerListener {
  /** Something is wrong, until a call with undefined. */
  trouble(kind: string, text: string | undefined): void;
  /** It cannot go on. */
  fail(error: unknown): void;
}

export class Pipeline implements ChangeInbox, IntakeListener, WorkLoopListener, PlacesListener, ForgetOutlet {
  readonly #intake: Intake;
  readonly #loop: WorkLoop;
  readonly #withheld = new Withheld();
  readonly #pace: Pace;

  constructor(
    private readonly parts: PipelineParts,
    private readonly listener: PipelineListener,
  ) {
    const pace = new Pace(parts.clock);
    // change → queue
    const flood = new AttributeFlood();
    const intake = new Intake({ ...parts, flood }, this);
    // work → index: where the workers leave what they have found
    const outlet = new IndexOutlet(parts.writer, parts.freshness, this.#withheld, parts.isWatched);
    const late = new LateEvents(parts);
    const attributes = new AttributeWorker({ ...parts, outlet });
    const paths = new PathWorker({ ...parts, attributes, outlet, late }, listener);
    const folders = new FolderWorker({ ...parts, outlet, late, pace }, listener);
    // queue → work
    this.#loop = new WorkLoop({ ...parts, intake, flood, attributes, paths, folders, pace }, this);
    this.#intake = intake;
    this.#pace = pace;
  }

  /** Something is being worked on just now. */
  get isBusy(): boolean {
    return this.#loop.isBusy;
  }

  /** Changes come in from now on. */
  async start(): Promise<void> {
    const { source, freshness, roots } = this.parts;
    source.start(this);
    if (source.kind === 'none') await freshness.blind('no source', roots);
  }

  async commit(batch: ChangeBatch): Promise<void> {
    await this.#intake.take(batch);
    this.#loop.poke();
  }

  /** Something may be due now or sooner than known. */
  poke(): void {
    this.#loop.poke();
  }

  /** Resolves when the events of whatever changed until now are in the index. */
  async caughtUp(): Promise<void> {
    await this.parts.source.caughtUp?.();
    await this.#loop.attributesTold();
  }

  /** More or less may be worked on from now on. */
  follow({ otherJobs, extractors }: Allowance): void {
    this.#pace.allow(otherJobs > 0);
    this.parts.extractors.limit(extractors);
    this.parts.extractors.rest?.(otherJobs === 0);
    this.#loop.poke();
  }

  /** Resolves when the budget allows the next step of long work. */
  pass(): Promise<void> {
    return this.#pace.pass();
  }

  async forget(paths: readonly Uint8Array[], named: readonly Uint8Array[]): Promise<void> {
    void this.#withheld.hold(paths, this.#loop.pathsDone());
    await this.parts.writer.apply(forgetOps(paths, named), false);
  }

  /** Takes nothing more. What runs ends at its next step; resolves when it has. */
  async stop(): Promise<void> {
    this.#pace.stop();
    await this.#loop.stop();
  }

  /** Until everything is compared again the index is not known to be complete. */
  lost(folders: readonly Uint8Array[], reason: GapReason, why: string, sinceMs?: number): void {
    this.trouble('lost', why);
    this.#orFail(this.#compare(folders, reason, sinceMs));
  }

  blind(reason: GapReason, folders: readonly Uint8Array[]): void {
    this.#orFail(this.parts.freshness.blind(reason, folders));
  }

  replaced(folders: readonly Uint8Array[], sinceMs: number): Promise<void> {
    return this.#compare(folders, 'replaced', sinceMs);
  }

  dropping(): void {
    this.blind('changes dropped', this.parts.roots);
  }

  dropped(): void {
    const why = 'more changes than could be kept: every folder is compared with the disk';
    this.lost(this.parts.roots, 'changes dropped', why);
    this.blind('changes dropped', []);
  }

  rested(): void {
    if (this.#pace.isStopped) return;
    const { freshness } = this.parts;
    if (freshness.isCompared) this.trouble('lost', undefined);
    else this.#orFail(freshness.check());
  }

  trouble(kind: string, text: string | undefined): void {
    this.listener.trouble(kind, text);
  }

  fail(error: unknown): void {
    this.listener.fail(error);
  }

  async #compare(folders: readonly Uint8Array[], reason: GapReason, sinceMs?: number): Promise<void> {
    await this.parts.freshness.lost(folders, reason, sinceMs);
    this.#loop.poke();
  }

  #orFail(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.fail(error));
  }
}
