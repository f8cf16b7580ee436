/**
 * The pipeline of the daemon in one process and step by step: real SQLite, real files, the real jobs, wired by the same code; only the
 * threads and child processes are left out, so that a property test can run it hundreds of times.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Allowance, EVERYTHING } from '../../indexer/budget/allowance.js';
import { DaemonReport } from '../../indexer/daemon-report.js';
import { EXTRACTOR_VERSIONS } from '../../indexer/extract/extractor-versions.js';
import { runJob } from '../../indexer/extract/job.js';
import type { ExtractJob, ExtractOutcome } from '../../indexer/extract/messages.js';
import { EXTRACTORS, Registry } from '../../indexer/extract/registry.js';
import { Progress } from '../../indexer/flow/progress.js';
import { FreshnessKeeper } from '../../indexer/freshness/keeper.js';
import { IndexReader } from '../../indexer/index-reader.js';
import type { Extractors, Writer } from '../../indexer/parts.js';
import { Pipeline } from '../../indexer/pipeline.js';
import { Restless } from '../../indexer/queue/restless.js';
import type { IgnoreLookup } from '../../indexer/rules/ignore-lookup.js';
import { makeRules } from '../../indexer/rules/rules.js';
import { type ChangeBatch, NO_SOURCE } from '../../indexer/sources/change-source.js';
import type { Clock } from '../../indexer/system/clock.js';
import type { Change, Commit, Taken, TakeRequest, WriteOp } from '../../indexer/words.js';
import { IndexWriter } from '../../indexer/writer/index-writer.js';
import { CLOSED_GAPS_KEY, parseClosed } from '../../shared/closed-gaps.js';
import { toConfig } from '../../shared/config/load.js';
import type { FileEvent } from '../../shared/file-event.js';
import { FRESHNESS_KEY, parseFreshness } from '../../shared/freshness.js';
import { type Db, openForWriting } from '../../shared/store/open.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import { afterTick } from './after-tick.js';

const registry = new Registry(EXTRACTORS);
const ALL_EVENTS = { maxBytes: 1 << 26, keepMs: Number.MAX_SAFE_INTEGER };
export const defaultConfig = toConfig({}, 'none');

export class SteppedPipeline implements Writer, Extractors {
  readonly db: Db;
  readonly reader: IndexReader;
  readonly writer: IndexWriter;
  readonly rules: IgnoreLookup;
  readonly freshness: FreshnessKeeper;
  readonly pipeline: Pipeline;
  readonly versions = EXTRACTOR_VERSIONS;
  nowMs = 1_000;
  extracted = 0;
  /** Of those, files that are not tried again. */
  done = 0;
  /** What came of it, in order. */
  readonly outcomes: ExtractOutcome['kind'][] = [];
  /** What the writer has told of its commits, in order. */
  readonly changes: Change[] = [];
  /** Folders that were compared with the disk, in order. */
  readonly compared: string[] = [];
  /** What the change source says of it. */
  isCaughtUp: () => Promise<boolean> = async () => true;
  /** What happens while files are read, and what comes of it. */
  whileExtracting: (outcomes: ExtractOutcome[]) => ExtractOutcome[] = (outcomes) => outcomes;
  /** What happens just before this is written. */
  beforeWriting: (ops: readonly WriteOp[]) => void = () => {};
  /** What may be worked on now. */
  allowance = EVERYTHING;
  /** What is wrong now. */
  readonly troubles: Record<string, string | undefined> = {};
  /** Somebody listens to the commits. */
  isTold = true;
  /** Requests to the writer, in order. */
  readonly trips: ('apply' | 'take')[] = [];
  /** Steps are not asked for: work goes on by itself. */
  #freeClock: Clock | undefined;
  readonly #restless = new Restless(1 << 24, () => this.nowMs);
  /** Entries that may be taken, of each lane; all at once. */
  #limit = 0;
  #taken: number | undefined;
  #hasWritten = false;
  #failure: { readonly error: unknown } | undefined;
  /** Resolve when what the change source tells is in the queue. */
  readonly #told: Promise<void>[] = [];

  /** @param foldersPerTurn  a comparison is done in turns of so many. */
  constructor(
    readonly root: Uint8Array,
    folder: string,
    config = defaultConfig,
    foldersPerTurn = 2,
  ) {
    mkdirSync(folder, { recursive: true });
    this.db = openForWriting(join(folder, 'index.db'));
    this.writer = new IndexWriter(this.db, { settleMs: 20, maxWaitMs: 2000 }, ALL_EVENTS);
    this.reader = new IndexReader(join(folder, 'index.db'));
    this.rules = makeRules(config, [root], [], () => {});
    const source = { ...NO_SOURCE, kind: 'inotify', caughtUp: () => this.isCaughtUp() } as const;
    const now = () => this.#freeClock?.monotonicMs() ?? this.nowMs;
    const clock = { monotonicMs: now, wallMs: now };
    const report = new DaemonReport({ source, progress: new Progress(), restless: this.#restless, clock });
    const previous = parseFreshness(this.reader.meta.get(FRESHNESS_KEY))?.roots ?? [];
    const { reader: index, rules } = this;
    const closed = parseClosed(this.reader.meta.get(CLOSED_GAPS_KEY));
    this.freshness = new FreshnessKeeper(previous, [root], { writer: this, index, report, clock, closed });
    const parts = {
      roots: [root],
      source,
      writer: this,
      budget: this,
      restless: this.#restless,
      index,
      rules,
      volumes: { isUnmounted: () => false },
      extractors: this,
      freshness: this.freshness,
      clock,
      foldersPerTurn,
    };
    this.pipeline = new Pipeline(parts, {
      folderCompared: (path) => this.compared.push(path.toString()),
      filesFound: () => {},
      filesRead: (outcomes) => {
        this.done += outcomes.length;
      },
      trouble: (kind, text) => {
        this.troubles[kind] = text;
      },
      fail: (error) => {
        this.#failure = { error };
      },
    });
  }

  async apply(ops: readonly WriteOp[]): Promise<Commit | undefined> {
    if (ops.length === 0) return undefined;
    this.trips.push('apply');
    this.#hasWritten = true;
    this.beforeWriting(ops);
    const commit = this.writer.apply(ops, this.#freeClock?.monotonicMs() ?? this.nowMs, this.isTold);
    this.changes.push(...commit.changes);
    return commit;
  }

  /** An ignore file has changed. */
  forgetRules(): void {
    this.rules.forget();
  }

  /** Outside of a step nothing is taken. */
  async take(request: TakeRequest): Promise<Taken> {
    this.trips.push('take');
    if (this.#freeClock) return this.writer.take(request, this.#freeClock.monotonicMs());
    const room = Object.entries(request).map(([lane, most]) => [lane, Math.min(most, this.#limit)]);
    const { entries } = this.writer.take(Object.fromEntries(room) as TakeRequest, this.nowMs);
    if (this.#limit > 0) this.#taken = (this.#taken ?? 0) + entries.length;
    if (entries.length > 0) this.#limit = 0;
    return { entries, nextDueMs: undefined };
  }

  async hasRechecks(folders: readonly Uint8Array[]): Promise<readonly boolean[]> {
    return folders.map((folder) => this.writer.hasRechecks(folder));
  }

  async extract(jobs: readonly ExtractJob[]): Promise<ExtractOutcome[]> {
    this.extracted += jobs.length;
    const outcomes: ExtractOutcome[] = [];
    for (const job of jobs) outcomes.push(ownText(await runJob(registry, { ...job, maxBytes: 1 << 24 })));
    this.outcomes.push(...outcomes.map(({ kind }) => kind));
    return this.whileExtracting(outcomes);
  }

  limit(): void {}

  /** From now on work goes on by itself, by this clock. */
  runFreely(clock: Clock): void {
    this.#freeClock = clock;
    this.trips.length = 0;
  }

  /** @param allowance  default: everything. */
  allow(allowance: Allowance = EVERYTHING): void {
    this.allowance = allowance;
    this.pipeline.follow(allowance);
  }

  /** What a change source tells: an event, and a hint of each path. */
  tell(
    event: FileEvent,
    scope: ChangeHint['scope'] = 'path',
    paths = event.to ? [event.path, event.to] : [event.path],
  ): void {
    const hints = paths.map((path) => ({ path, scope, priority: PRIORITY.interactive }));
    this.#commit({ hints, events: [{ event, paths }] });
  }

  /** What a change source tells of a renamed file. */
  hintRename(from: Uint8Array, to: Uint8Array): void {
    for (const path of [from, to]) {
      this.#tell({ path, scope: 'path', priority: PRIORITY.interactive, renamedFrom: from });
    }
  }

  /** What a change source tells of a file whose mode has changed. */
  hintAttributes(path: Uint8Array): void {
    this.#tell({ path, scope: 'path', priority: PRIORITY.interactive, isAttributes: true });
  }

  /** What inotify tells of a `chmod -R`. */
  tellAttributes(paths: readonly Uint8Array[]): void {
    this.#commit({ hints: [], attributes: paths.map((path) => ({ path, atMs: 1 })) });
  }

  hint(path: Uint8Array, scope: ChangeHint['scope'], priority: ChangeHint['priority'] = PRIORITY.interactive): void {
    this.#tell({ path, scope, priority });
  }

  /** Works on at most `limit` entries of each lane that are due. @returns how many there were. */
  async step(limit: number): Promise<number> {
    await Promise.all(this.#told.splice(0));
    this.#limit = limit;
    this.#taken = undefined;
    this.pipeline.poke();
    do await new Promise((resolve) => setImmediate(resolve));
    while ((this.#taken === undefined || this.pipeline.isBusy) && !this.#failure);
    this.#limit = 0;
    if (this.#failure) throw this.#failure.error;
    return this.#taken ?? 0;
  }

  /** Until nothing waits, however late it is due. */
  async drain(): Promise<void> {
    do {
      this.nowMs += 60_000;
      this.#hasWritten = false;
      // What comes past the queue may lead into it.
    } while ((await this.step(100)) > 0 || this.#hasWritten);
  }

  /** Of files at rest: what changed a moment ago is not trusted to be what was read. */
  async crawl(): Promise<void> {
    await afterTick();
    await this.freshness.begin(0, PRIORITY.bulk);
    await this.drain();
  }

  close(): void {
    void this.pipeline.stop();
    this.reader.close();
    this.db.close();
  }

  /** It is in the queue when this returns, unless it belongs to a flood. */
  #tell(hint: ChangeHint): void {
    this.#commit({ hints: [hint] });
  }

  #commit(batch: ChangeBatch): void {
    this.#told.push(this.pipeline.commit(batch));
  }
}

/** The next job uses the buffer of the text again. */
function ownText(outcome: ExtractOutcome): ExtractOutcome {
  if (outcome.kind === 'grown')
    return { ...outcome, appended: { ...outcome.appended, text: Buffer.from(outcome.appended.text) } };
  if (outcome.kind !== 'extracted') return outcome;
  return { ...outcome, extraction: { ...outcome.extraction, text: Buffer.from(outcome.extraction.text) } };
}
