/**
 * One index file with everything that keeps it current: opens it, makes the parts of the pipeline, starts and stops
 * them. `run` keeps a session open; `rebuild` uses a session once.
 */
import { fileURLToPath } from 'node:url';
import type { Config } from '../shared/config/options.js';
import { parseState, ROOTS_KEY, STATE_KEY } from '../shared/daemon-state.js';
import { FRESHNESS_KEY, lastKeptMs, parseFreshness } from '../shared/freshness.js';
import { readMountedParts, readMounts } from '../shared/mounts.js';
import { eventLimits } from '../shared/store/events.js';
import { SCHEMA_VERSION } from '../shared/store/migrations.js';
import { encodeRoots, type NamedRoot } from '../shared/store/roots-file.js';
import type { Trouble } from '../shared/troubles.js';
import { PRIORITY, type Priority } from '../shared/types.js';
import type { WorkBudget } from './budget/budget.js';
import { readUsage } from './budget/usage.js';
import { DaemonReport } from './daemon-report.js';
import type { HangingVolumes } from './disk/hanging-volumes.js';
import { isSilent, mayHang } from './disk/looks.js';
import { type ExtractOutcome, ExtractorPool } from './extract/pool.js';
import { KeptEvents } from './flow/kept-events.js';
import { Progress } from './flow/progress.js';
import { type Forgotten, forget } from './forget/forget.js';
import { FreshnessKeeper } from './freshness/keeper.js';
import { IndexReader } from './index-reader.js';
import { Pipeline, type PipelineListener } from './pipeline.js';
import { Restless } from './queue/restless.js';
import { rulesFolderOf } from './rules/ignore.js';
import type { IgnoreLookup } from './rules/ignore-lookup.js';
import { makeRules } from './rules/rules.js';
import { Deliveries } from './sinks/deliveries.js';
import type { Sink } from './sinks/sink.js';
import { makeSinks } from './sinks/sinks.js';
import type { ChangeSource } from './sources/change-source.js';
import { type Chore, Chores } from './system/chores.js';
import { SYSTEM_CLOCK } from './system/clock.js';
import { giveBackMemory } from './system/give-back-memory.js';
import { Troubles } from './troubles.js';
import { MOUNTS_KEY, MountMemory } from './volumes/mount-memory.js';
import { NetworkVolumes } from './volumes/network-volumes.js';
import { Places } from './volumes/places.js';
import { SilentVolumes } from './volumes/silent-volumes.js';
import { checkFile } from './writer/check-file.js';
import type { Opened } from './writer/protocol.js';
import { Upkeep } from './writer/upkeep.js';
import { WriterClient } from './writer/writer-client.js';

/** What a change source may need to know of the session it works for. */
export interface SourceParts {
  readonly reader: IndexReader;
  isExcluded(path: Uint8Array, isDirectory: boolean): boolean;
}

export interface SessionOptions {
  readonly file: string;
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** The same and more as the user named them, to be remembered. */
  readonly named: readonly NamedRoot[];
  /** Made once the rules are known, so that it can leave out what is excluded. */
  readonly makeSource: (parts: SourceParts) => ChangeSource;
  readonly config: Config;
  readonly budget: WorkBudget;
  /** Volumes that may not answer. */
  readonly volumes?: HangingVolumes;
  /** Folders of find-text itself, never indexed. */
  readonly ownDirectories: readonly string[];
  /** When a daemon was last known to keep this index current; 0 when that is not known. */
  readonly lastAliveMs: number;
  /** The session is going to be stopped for good: it does not wait for a full disk any more. */
  readonly stopped?: AbortSignal;
  readonly listener: SessionListener;
  /** @default those that the configuration asks for */
  readonly sinks?: readonly Sink[];
  /** The folder of the writer thread and the extractor process. @default where this file was built to */
  readonly programs?: URL;
}

export interface SessionListener {
  /** It cannot go on. */
  failed(error: unknown): void;
  /** Something the user may want to know, and find-text need not mend. */
  noticed(text: string): void;
  /** Called with everything that is wrong whenever that changes; `fresh` is what has just begun. */
  troubled(all: readonly Trouble[], fresh: string | undefined): void;
}

const PROGRAMS = new URL('.', import.meta.url);
/** How long a stopping session waits for network volumes. */
const HANGING_PATIENCE_MS = 1_000;

export class Session implements PipelineListener {
  readonly progress = new Progress();
  readonly #reader: IndexReader;
  readonly #rules: IgnoreLookup;
  readonly #source: ChangeSource;
  readonly #pool: ExtractorPool;
  readonly #report: DaemonReport;
  readonly #freshness: FreshnessKeeper;
  readonly #pipeline: Pipeline;
  readonly #places: Places;
  readonly #silent: SilentVolumes | undefined;
  readonly #network: NetworkVolumes;
  readonly #upkeep: Upkeep;
  readonly #events: KeptEvents;
  readonly #deliveries: Deliveries;
  readonly #chores: Chores;
  readonly #leaveBudget: () => void;
  /** There was work since memory was given back. */
  #isWarm = false;
  /** The index has never been complete, or was left incomplete. */
  #isUrgent: boolean;
  #isStopping = false;

  /** Creates the index file or opens it. @throws FindTextError FT_STORE_… */
  static async open(options: SessionOptions): Promise<Session> {
    const { listener } = options;
    const troubles = new Troubles((all, fresh) => listener.troubled(all, fresh));
    const writer = openWriter(options, troubles);
    try {
      const opened = await writer.open();
      if (opened.raisedFrom !== undefined) listener.noticed(raisedText(opened.raisedFrom));
      await writer.apply([{ kind: 'meta', key: ROOTS_KEY, value: encodeRoots(options.named) }]);
      return new Session(options, writer, opened, troubles);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  private constructor(
    private readonly options: SessionOptions,
    private readonly writer: WriterClient,
    private readonly opened: Opened,
    private readonly troubles: Troubles,
  ) {
    const { config, roots, budget, volumes: hanging } = options;
    const clock = SYSTEM_CLOCK;
    const index = new IndexReader(options.file);
    const rules = makeRules(config, roots, options.ownDirectories, (text) => options.listener.noticed(text));
    const source = options.makeSource({
      reader: index,
      isExcluded: (path, isDirectory) => isExcluded(rules, path, isDirectory),
    });
    const extractors = makeExtractors(options);
    const restless = new Restless(maxFileBytes(config), clock.monotonicMs);
    const memory = new MountMemory(index.meta.get(MOUNTS_KEY), roots, readMountedParts);
    const report = new DaemonReport({ source, progress: this.progress, restless, clock });
    const previous = parseFreshness(index.meta.get(FRESHNESS_KEY))?.roots ?? [];
    const freshness = new FreshnessKeeper(previous, roots, { writer, index, report, clock });
    const parts = {
      roots,
      source,
      rules,
      writer,
      index,
      extractors,
      restless,
      volumes: memory,
      freshness,
      budget,
      clock,
    };
    const pipeline = new Pipeline(parts, this);
    const everyMs = config['network.compareMinutes'] * 60_000;
    this.#network = new NetworkVolumes({ roots, everyMs, readMounts, index }, clock.monotonicMs());
    this.#places = new Places({ roots, memory, writer, source }, pipeline);
    this.#silent = hanging && new SilentVolumes({ roots, volumes: hanging, freshness, extractors, inbox: pipeline });
    this.#upkeep = new Upkeep(writer, pipeline);
    this.#events = new KeptEvents({ writer, rules, index, ...eventLimits(config) }, () => pipeline.pass());
    const { sinks = makeSinks(config), listener } = options;
    this.#deliveries = new Deliveries(sinks, { onNotice: (text) => listener.noticed(text) });
    writer.announceTo(this.#deliveries);
    this.#reader = index;
    this.#rules = rules;
    this.#source = source;
    this.#pool = extractors;
    this.#report = report;
    this.#freshness = freshness;
    this.#pipeline = pipeline;
    this.#chores = new Chores(this.#choresToDo(), (error) => this.fail(error));
    this.#isUrgent = parseState(index.meta.get(STATE_KEY))?.isComplete !== true;
    this.#leaveBudget = budget.employ(this.#employment());
    pipeline.follow(budget.allowance);
  }

  get file(): string {
    return this.options.file;
  }

  get documentCount(): number {
    return this.#reader.documentCount;
  }

  get sourceKind(): ChangeSource['kind'] {
    return this.#source.kind;
  }

  /** Compares every root with the disk and begins to see changes. Resolves when all that was found is searchable. */
  async start(priority: Priority): Promise<void> {
    await this.#removeOtherRoots();
    if (this.#isStopping) return;
    const savedMs = parseFreshness(this.#reader.meta.get(FRESHNESS_KEY))?.savedMs ?? 0;
    await this.#pipeline.start();
    await this.#silent?.attend();
    this.#chores.start();
    await this.#places.begin();
    await this.#freshness.begin(lastKeptMs(savedMs, this.options.lastAliveMs, Date.now()), priority);
    this.#pipeline.poke();
    await this.#freshness.whenCompared();
    await this.#places.compared(this.#reader.missingFolders);
    this.#isUrgent = false;
    await this.#saveState();
  }

  /** Finishes what is running; what waits stays in the queue for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#upkeep.stop();
    this.#leaveBudget();
    this.#chores.close();
    this.#places.close();
    this.#source.close();
    const patience = setTimeout(() => this.#silent?.giveUp(), HANGING_PATIENCE_MS);
    await this.#pipeline.stop();
    clearTimeout(patience);
    await this.#pool.close();
    this.#report.end();
    try {
      await this.writer.apply(this.#report.opsFor(this.#freshness));
      this.#reader.close();
      await this.writer.close();
      await this.#deliveries.close();
    } finally {
      await this.writer.abandon();
    }
  }

  /**
   * @param file  the index that this one is to replace; one that is damaged, or of another version, has no events to
   * give.
   */
  async takeOverEvents(file: string): Promise<void> {
    let other: IndexReader;
    try {
      other = new IndexReader(file);
    } catch {
      return;
    }
    await this.#events.takeOver(other).finally(() => other.close());
  }

  /** Cleans the index as after many changes. */
  maintain(): Promise<void> {
    return this.#upkeep.run(true);
  }

  /**
   * Reads the whole index, in a thread of its own, when its last writer was killed.
   * @throws FindTextError FT_STORE_CORRUPT
   */
  async verify(): Promise<void> {
    if (this.opened.isUnverified) await checkFile(this.options.file);
  }

  /** Takes files out of the index and wipes their words from its files at once. @throws FindTextError FT_FORGET_KEPT */
  forget(paths: readonly Buffer[]): Promise<Forgotten> {
    const { roots } = this.options;
    const parts = { roots, rules: this.#rules, index: this.#reader, out: this.#pipeline, upkeep: this.#upkeep };
    return forget(paths, parts);
  }

  folderCompared(): void {
    this.#isWarm = true;
  }

  filesFound(count: number, bytes: number): void {
    this.progress.found(count, bytes);
  }

  filesRead(outcomes: readonly ExtractOutcome[]): void {
    this.#isWarm = true;
    for (const outcome of outcomes) this.progress.done(1, 'stat' in outcome ? (outcome.stat?.size ?? 0) : 0);
    this.#upkeep.hasChanged(outcomes.filter(({ kind }) => kind !== 'same' && kind !== 'grown').length);
  }

  trouble(kind: string, text: string | undefined): void {
    this.troubles.set(kind, text);
  }

  fail(error: unknown): void {
    if (!this.#isStopping) this.options.listener.failed(error);
  }

  #employment() {
    const [pipeline, pool, { thread }] = [this.#pipeline, this.#pool, this.opened];
    const isUrgent = () => this.#isUrgent;
    return {
      follow: pipeline.follow.bind(pipeline),
      get isUrgent() {
        return isUrgent();
      },
      usage: () => readUsage(pool.pids, thread),
    };
  }

  #choresToDo(): Chore[] {
    return [
      { everyMs: 1_000, run: () => this.#saveState() },
      { everyMs: 1_000, run: () => this.#pipeline.rested() },
      { everyMs: 1_000, run: () => this.#compareLater(this.#network.due(SYSTEM_CLOCK.monotonicMs())) },
      // How soon a volume that is mounted again is seen.
      { everyMs: 10_000, run: () => this.#lookForVolumes() },
      { everyMs: 60_000, run: () => this.#maintainWhenDue() },
      // Not in step with the rest of what is done once a minute.
      { everyMs: 50_000, run: () => this.#shrink() },
    ];
  }

  async #saveState(): Promise<void> {
    if (this.#report.hasNews(this.#freshness)) await this.writer.apply(this.#report.opsFor(this.#freshness));
  }

  /**
   * What was missing may be there again. A root that was closed may be open: no folder above it is watched to tell of
   * that.
   */
  async #lookForVolumes(): Promise<void> {
    const denied = this.#reader.failedPaths('FT_READ_DENIED');
    const closed = denied.filter((path) => this.options.roots.some((root) => path.equals(root)));
    await this.#compareLater([...this.#reader.missingFolders, ...closed]);
  }

  async #compareLater(folders: readonly Buffer[]): Promise<void> {
    if (folders.length === 0) return;
    await this.#pipeline.commit({ hints: folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk })) });
  }

  async #maintainWhenDue(): Promise<void> {
    if (!this.#freshness.isCompared || this.options.budget.allowance.otherJobs === 0) return;
    await this.#events.look(Date.now());
    await this.#upkeep.run();
  }

  /** Gives the memory of finished work back to the system; does nothing in quiet times. */
  async #shrink(): Promise<void> {
    if (!this.#isWarm || !this.#freshness.isCompared) return;
    this.#isWarm = false;
    await this.writer.shrink();
    this.#reader.shrink();
    await giveBackMemory();
  }

  async #removeOtherRoots(): Promise<void> {
    const outside = this.#reader.directoriesOutside(this.options.roots);
    await this.writer.apply(outside.map((path) => ({ kind: 'remove', path })));
  }
}

/**
 * For a source. A change of an ignore file counts even if the file itself is excluded. The rules would look at the
 * disk. So where that may hang they are applied later, and a silent volume is compared as a whole.
 */
function isExcluded(rules: IgnoreLookup, path: Uint8Array, isDirectory: boolean): boolean {
  return isSilent(path) || (!mayHang(path) && !rulesFolderOf(path) && rules.isExcluded(path, isDirectory));
}

function makeExtractors({ config, programs = PROGRAMS }: SessionOptions): ExtractorPool {
  return new ExtractorPool({
    workerPath: fileURLToPath(new URL('extract-worker.js', programs)),
    workers: config['extract.workers'],
    timeoutMs: config['extract.timeoutSeconds'] * 1000,
    memoryMb: config['extract.memoryMiB'],
    maxBytes: maxFileBytes(config),
    isSilent,
  });
}

function maxFileBytes(config: Config): number {
  return config['extract.maxFileMiB'] * 2 ** 20;
}

function raisedText(from: number): string {
  return `the index was of version ${from} and is of version ${SCHEMA_VERSION} now; it answers while its files are compared with the disk`;
}

function openWriter({ file, config, stopped, programs = PROGRAMS }: SessionOptions, troubles: Troubles): WriterClient {
  return new WriterClient({
    file,
    queue: { settleMs: config['queue.settleMs'], maxWaitMs: config['queue.maxWaitMs'] },
    events: eventLimits(config),
    threadPath: fileURLToPath(new URL('writer-thread.js', programs)),
    onTrouble: (error) => troubles.set('disk', error?.message, error?.hint),
    stopped,
    clock: SYSTEM_CLOCK,
  });
}
