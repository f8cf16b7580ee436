/** inotify as a source of changes: one watch per folder, set when it is compared; no root needed. */
import { fromPathKey } from '../../../shared/path-key.js';
import { displayPath } from '../../../shared/path-text.js';
import { isWithin } from '../../../shared/path-within.js';
import { PRIORITY } from '../../../shared/types.js';
import { VolumeSilent } from '../../disk/hanging-volumes.js';
import { mayHang } from '../../disk/looks.js';
import { listenToOwnReads } from '../../disk/own-reads.js';
import type { IndexReader } from '../../index-reader.js';
import { type Chore, Chores } from '../../system/chores.js';
import { COST_MS, ComparisonPlan } from '../../volumes/comparison-plan.js';
import type { ChangeInbox, ChangeSource, ReadWishes } from '../change-source.js';
import { HOLD_MS, ReadBursts } from './read-bursts.js';
import { type ReadListener, TreeWatcher, type TreeWatcherOptions, type WatchResult } from './tree-watcher.js';

/** How often folders without a watch are compared. */
const UNWATCHED_EVERY_MS = 60_000;
const MAX_UNWATCHED = 2_000;
const LOOK_AT_PLAN_MS = 500;
/**
 * Temporary files look like names that were written through: comparing for them takes a thousandth of a processor, not
 * a hundredth.
 */
const FLEETING_COST = 10;

export interface InotifySourceOptions extends Omit<TreeWatcherOptions, 'reads'> {
  readonly reader: Pick<IndexReader, 'documentCount'>;
  /** Missing: no rule asks for reads. */
  readonly reads?: ReadWishes | undefined;
}

export class InotifySource implements ChangeSource {
  readonly kind = 'inotify';
  readonly #watcher: TreeWatcher;
  readonly #roots: readonly Uint8Array[];
  /** With a folder that has no watch. */
  readonly #unwatchedRoots = new Set<Uint8Array>();
  #inbox: ChangeInbox | undefined;
  /** Resolves when all hints so far are in the queue. */
  #committed: Promise<unknown> = Promise.resolve();
  readonly #plan: ComparisonPlan;
  readonly #reads: ReadWishes | undefined;
  readonly #bursts = new ReadBursts();
  #stopOwnReads = () => {};
  /** While reads wait to be told. */
  readonly #readChores = this.#choresOf({ everyMs: HOLD_MS / 2, run: () => this.#tellReads() });
  readonly #chores = this.#choresOf({ everyMs: UNWATCHED_EVERY_MS, run: () => this.#compareUnwatched() });
  /** While something has changed of which nobody knows where. */
  readonly #planning = this.#choresOf({ everyMs: LOOK_AT_PLAN_MS, run: () => this.#compareAll() });

  /** @throws FindTextError FT_READ_FAILED when the user has no inotify instance left. */
  constructor(roots: readonly Uint8Array[], options: InotifySourceOptions) {
    this.#roots = roots;
    const { reads, reader, ...rest } = options;
    this.#reads = reads;
    this.#watcher = new TreeWatcher({
      ...rest,
      ...(reads && { reads: this.#listenerFor(reads) }),
    });
    const costMs = () => reader.documentCount * COST_MS.perDocument * FLEETING_COST;
    this.#plan = new ComparisonPlan(performance.now(), Number.POSITIVE_INFINITY, costMs);
  }

  start(inbox: ChangeInbox): void {
    this.#inbox = inbox;
    this.#watcher.start({
      happened: (hints, events, attributes) => {
        this.#committed = Promise.all([
          this.#committed,
          inbox.commit({ hints, events, attributes }).catch((error: unknown) => inbox.fail(error)),
        ]);
      },
      lost: () =>
        inbox.lost(
          this.#roots,
          'events lost',
          'the kernel dropped inotify events: every folder is compared with the disk',
        ),
      suspected: () => this.#suspect(),
      failed: (error) => inbox.fail(error),
    });
    this.#chores.start();
    if (this.#reads) this.#stopOwnReads = listenToOwnReads((path, isOver) => this.#noteOwn(path, isOver));
  }

  watch(folder: Uint8Array): void | Promise<void> {
    if (!mayHang(folder)) return this.#note(folder, this.#watcher.watch(folder));
    return this.#watcher.watchAside(folder).then(
      (result) => this.#note(folder, result),
      (error: unknown) => {
        if (!(error instanceof VolumeSilent)) throw error;
      },
    );
  }

  #note(folder: Uint8Array, result: WatchResult): void {
    if (result !== 'limit') return this.#seeAll();
    const root = this.#roots.find((each) => isWithin(folder, each));
    if (!root || this.#unwatchedRoots.has(root)) return;
    if (this.#unwatchedRoots.size === 0) this.#inbox?.trouble('watch limit', limitText(folder));
    this.#unwatchedRoots.add(root);
    this.#inbox?.blind('not watched', [...this.#unwatchedRoots]);
  }

  async caughtUp(): Promise<boolean> {
    const isAll = await this.#watcher.caughtUp();
    await this.#committed;
    return isAll;
  }

  get unwatchedFolders(): number {
    return this.#watcher.unwatchedCount;
  }

  close(): Promise<void> {
    this.#stopOwnReads();
    this.#chores.close();
    this.#readChores.close();
    this.#planning.stop();
    return this.#watcher.close();
  }

  #listenerFor(reads: ReadWishes): ReadListener {
    return {
      isWanted: (folder) => reads.mayWantReads(folder),
      tell: (key, kind) => {
        if (!reads.wantsReads(fromPathKey(key))) return;
        this.#bursts.note(key, kind, Date.now());
        this.#readChores.start();
      },
    };
  }

  #noteOwn(path: Uint8Array, isOver: boolean): void {
    if (!this.#reads?.wantsReads(path)) return;
    this.#bursts.noteOwn(path, isOver, Date.now());
    this.#readChores.start();
  }

  async #tellReads(): Promise<void> {
    const events = this.#bursts.take(Date.now());
    if (events.length > 0) await this.#inbox?.commit({ hints: [], events });
    if (this.#bursts.isEmpty) this.#readChores.stop();
  }

  #choresOf(chore: Chore): Chores {
    return new Chores([chore], (error) => this.#inbox?.fail(error));
  }

  #suspect(): void {
    this.#plan.suspect();
    this.#planning.start();
  }

  async #compareAll(): Promise<void> {
    if (!this.#inbox || !this.#plan.isDue(performance.now(), false)) return;
    this.#planning.stop();
    await this.#compareLater(this.#roots);
  }

  /** The limit was raised: the comparison of a folder has just set its watch, the last one that was missing. */
  #seeAll(): void {
    if (this.#unwatchedRoots.size === 0 || this.#watcher.unwatchedCount > 0) return;
    this.#unwatchedRoots.clear();
    this.#inbox?.trouble('watch limit', undefined);
    this.#inbox?.blind('not watched', []);
  }

  async #compareUnwatched(): Promise<void> {
    const folders = this.#watcher.unwatchedDirectories(MAX_UNWATCHED);
    this.#seeAll();
    await this.#compareLater(folders);
  }

  async #compareLater(folders: readonly Uint8Array[]): Promise<void> {
    const hints = folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk }) as const);
    await this.#inbox?.commit({ hints });
  }
}

function limitText(folder: Uint8Array): string {
  return (
    `the limit of inotify watches is reached at ${displayPath(folder)}: folders without a watch are compared once a minute; ` +
    'raise it with `sysctl fs.inotify.max_user_watches=1048576`'
  );
}
