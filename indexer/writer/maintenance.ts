/**
 * Work on the index that can wait until nothing else is to do, in slices of a few milliseconds. When text was taken
 * out, a cleaning merges the segments of the full-text tables (smaller index, faster search, no term that only deleted
 * documents had). It refreshes the vocabulary for typo repair, gives free space back and wipes what is left of deleted
 * text. When documents were only put in, the vocabulary is refreshed, and segments are merged after many. The seal
 * follows. What has begun goes on where it was, whatever comes between: a change, the end of the daemon, a crash.
 */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { orUndefined } from '../../shared/errors.js';
import { wordOfTerm } from '../../shared/search/stem.js';
import { areChampionsDue, beginChampions, ChampionMaker } from '../../shared/store/champions.js';
import {
  Cleanliness,
  FULL_TEXT_TABLES,
  type FullTextTable,
  type RunningCleaning,
  type Stage,
} from '../../shared/store/cleanliness.js';
import { removeLeftovers } from '../../shared/store/generation.js';
import { type Db, emptyLog } from '../../shared/store/open.js';
import type { RawFile } from '../../shared/store/raw-file.js';
import { liveShare } from '../../shared/store/space.js';
import { refreshVocabulary } from '../../shared/store/vocabulary.js';
import type { MaintenanceWish, Step } from './protocol.js';
import { Scrubber } from './scrubber.js';
import type { SealKeeper } from './seal-keeper.js';

/** Pages merged in one slice: measured 5 to 25 ms each. */
const MERGE_PAGES = 64;
/** Pages given back in one slice: 2 to 10 ms. */
const VACUUM_PAGES = 128;
const VOCABULARY_MS = 25;
/** Matches of a word: 20 ms, and as much again to count all of its matches. */
const SCORED_IN_SLICE = 40_000;
/** The log and as much of the file: the log is moved on by itself at 16 MB. */
const LITTLE_ROOM_BYTES = 32 << 20;
/**
 * A cleaning may take this share of a processor: 3 s for the 110 MB of 20,000 files, so every 100 minutes at the most.
 */
const CLEANING_SHARE = 1 / 2000;
/** When less of the file is of documents that are there, a cleaning is worth it at once. */
const LIVE_SHARE = 0.9;
/** Of the largest segment. When it has less, the documents have become half as many again since all were merged. */
const LARGEST_SHARE = 2 / 3;
/** What is deleted is gone within a day. */
const LONGEST_WAIT_MS = 20 * 3_600_000;
/** How long a damaged index is kept for the user. */
const KEEP_ASIDE_MS = 20 * 3_600_000;

type Task = () => Step;

export class Maintenance {
  readonly #clean: Cleanliness;
  #tasks: Task[] = [];
  #scrubber: Scrubber | undefined;
  /** What is going on may miss what the last plan was about. */
  #isWantedAgain = false;

  constructor(
    private readonly db: Db,
    private readonly file: RawFile,
    private readonly seal: SealKeeper,
  ) {
    this.#clean = new Cleanliness(db, () => Date.now());
  }

  /** What has begun goes on; `now` begins anew, because it is about what was taken out just before. */
  plan(wish: MaintenanceWish): void {
    if (wish === 'now') {
      removeLeftovers(this.file.path, 0);
      return this.#begin(this.#clean.begin(true));
    }
    // The folder of the index, or one above it, may be closed for a moment: the file is open here, and another look
    // comes.
    orUndefined(() => removeLeftovers(this.file.path, KEEP_ASIDE_MS));
    const { running, words } = this.#clean.state;
    if (wish === 'changed' && running) this.#isWantedAgain = true;
    if (this.#tasks.length > 0) return;
    if (running) this.#begin(running, true);
    else if (this.#isCleaningDue(wish)) this.#begin(this.#clean.begin(true));
    else if (words.areNew && (wish === 'changed' || isTime(words.refreshedMs, words.tookMs)))
      this.#begin(this.#clean.begin(false));
    else if (this.seal.isDue) this.#tasks = this.#sealing();
  }

  /** Does one slice. */
  step(): Step {
    const [task] = this.#tasks;
    const step = task?.() ?? 'done';
    if (step === 'done') this.#tasks.shift();
    return step === 'done' && this.#tasks.length > 0 ? 'more' : step;
  }

  #isCleaningDue(wish: MaintenanceWish): boolean {
    const { uncleanSinceMs, cleanedMs, tookMs } = this.#clean.state;
    if (uncleanSinceMs === null) return false;
    if (wish === 'changed' || liveShare(this.db) < LIVE_SHARE) return true;
    return isTime(cleanedMs ?? uncleanSinceMs, tookMs);
  }

  #begin(running: RunningCleaning, isResumed = false): void {
    const { wipes, stage } = running;
    this.#scrubber = undefined;
    this.#tasks = [
      ...leftOf(stage).flatMap((table) =>
        wipes || isScattered(this.db, table) ? this.#mergingAll(table, isResumed) : this.#merging(table),
      ),
      ...(stage === 'space' || stage === 'lists' ? [] : [this.#refreshing(running)]),
      ...(stage === 'space' ? [] : [this.#makingLists()]),
      this.#timed(() => this.#giveBack()),
      ...(wipes && this.file.path !== ':memory:' ? [() => this.#scrub()] : []),
      this.#ending,
      ...this.#sealing(),
    ];
  }

  /**
   * Into one segment.
   * @param isResumed  a merge that was cut off is finished first: to plan it anew would begin it anew.
   */
  #mergingAll(table: FullTextTable, isResumed: boolean): Task[] {
    const begin = this.#timed(() => {
      this.#merge(table, -MERGE_PAGES);
      return { isDone: true };
    });
    const finish = this.#timed(() => ({ isDone: this.#merge(table, MERGE_PAGES) }));
    return isResumed ? [finish, begin, this.#merging(table)] : [begin, this.#merging(table)];
  }

  /** What has been begun, or is worth it by FTS5's own measure: four segments of about a size. */
  #merging(table: FullTextTable): Task {
    return this.#timed(() => {
      const isDone = this.#merge(table, MERGE_PAGES);
      return isDone ? { isDone, progress: { stage: leftOf(table)[1] ?? 'words' } } : { isDone };
    });
  }

  /** What the words of champion lists are is known when the vocabulary has been gone through. */
  #refreshing(running: RunningCleaning): Task {
    let term: string | undefined = running.term;
    let { hasLists } = running;
    return this.#timed(() => {
      if (term === '') {
        hasLists = areChampionsDue(this.db);
        if (hasLists) beginChampions(this.db);
      }
      term = refreshVocabulary(this.db, term ?? '', { budgetMs: VOCABULARY_MS, hasLists });
      const isDone = term === undefined;
      return { isDone, progress: isDone ? { stage: 'lists', hasLists } : { stage: 'words', term, hasLists } };
    });
  }

  #makingLists(): Task {
    const maker = new ChampionMaker(this.db, wordOfTerm);
    return this.#timed(() => {
      const isDone = !maker.step(SCORED_IN_SLICE);
      return isDone ? { isDone, progress: { stage: 'space' } } : { isDone };
    });
  }

  #giveBack(): { readonly isDone: boolean } {
    // `exec` goes through all rows: each is one page.
    this.db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    const isDone = this.db.pragma('auto_vacuum', { simple: true }) === 0 || this.#pragma('freelist_count') === 0;
    return { isDone };
  }

  #scrub(): Step {
    this.seal.beforeWrite();
    if (!emptyLog(this.db)) return 'waits';
    // A page that is in the cache would be written again as it was.
    this.db.pragma('shrink_memory');
    this.#scrubber ??= orUndefined(() => new Scrubber(this.file));
    if (!this.#scrubber) return 'waits';
    if (!this.#scrubber.step()) return 'more';
    this.#scrubber = undefined;
    return 'done';
  }

  readonly #ending: Task = () => {
    this.seal.beforeWrite();
    this.#clean.end();
    const isWanted = this.#isWantedAgain;
    this.#isWantedAgain = false;
    const { uncleanSinceMs, words } = this.#clean.state;
    const isUnclean = uncleanSinceMs !== null;
    if (!isWanted || !(isUnclean || words.areNew)) return 'done';
    this.#begin(this.#clean.begin(isUnclean));
    return 'more';
  };

  #sealing(): Task[] {
    const begin: Task = () => {
      if (!emptyLog(this.db)) return 'waits';
      this.seal.begin();
      return 'done';
    };
    return [begin, () => (this.seal.step() ? 'done' : 'more')];
  }

  /** Adds the time of each slice to what the cleaning takes, and remembers how far it is, in one write. */
  #timed(slice: () => { readonly isDone: boolean; readonly progress?: Partial<RunningCleaning> }): Task {
    return () => {
      const beganMs = performance.now();
      this.seal.beforeWrite();
      const { isDone, progress } = slice();
      const tookMs = (this.#clean.state.running?.tookMs ?? 0) + performance.now() - beganMs;
      this.#clean.goOn({ ...progress, tookMs });
      if (this.#hasLittleRoom()) this.db.pragma('wal_checkpoint(PASSIVE)');
      return isDone ? 'done' : 'more';
    };
  }

  /** Then each slice is moved on into the file, so that the log stays small. */
  #hasLittleRoom(): boolean {
    if (this.file.path === ':memory:') return false;
    const disk = orUndefined(() => statfsSync(dirname(this.file.path)));
    return disk !== undefined && disk.bavail * disk.bsize < LITTLE_ROOM_BYTES;
  }

  /**
   * A negative first value makes FTS5 merge everything into one segment, step by step.
   * @returns true when a step has changed little.
   */
  #merge(table: FullTextTable, pages: number): boolean {
    const before = this.#changes();
    this.db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`).run(pages);
    return this.#changes() - before < 2;
  }

  #changes(): number {
    return this.db.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0;
  }

  #pragma(name: string): number {
    return this.db.pragma(name, { simple: true }) as number;
  }
}

/** Has no segment most of the words, as after many files came? To look into each of them costs a search a tenth. */
function isScattered(db: Db, table: FullTextTable): boolean {
  const sizes = db.prepare<[], number>(`SELECT count(*) FROM ${table}_idx GROUP BY segid`).pluck().all();
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.length > 1 && Math.max(...sizes) < LARGEST_SHARE * all;
}

/** Is it worth it, when it was done then and took so long? 0: nobody knows how long it takes. */
function isTime(doneMs: number, tookMs: number): boolean {
  const sinceMs = Date.now() - doneMs;
  return sinceMs < 0 || sinceMs > Math.min((tookMs || Number.POSITIVE_INFINITY) / CLEANING_SHARE, LONGEST_WAIT_MS);
}

/** The tables from the one that is being merged on. */
function leftOf(stage: Stage): readonly FullTextTable[] {
  const at = FULL_TEXT_TABLES.indexOf(stage as FullTextTable);
  return at < 0 ? [] : FULL_TEXT_TABLES.slice(at);
}
