/**
 * One index file with everything that keeps it current: change source → queue → work → extractors → writer.
 * `run` keeps a session alive, `rebuild` uses one once. The pipeline is wired in the constructor, in the order data flows.
 */
import { fileURLToPath } from 'node:url';
import type { Config } from '../shared/config/options.js';
import { type DaemonState, parseState, ROOTS_KEY, STATE_KEY } from '../shared/daemon-state.js';
import type { FindTextError } from '../shared/errors.js';
import { encodeFreshness, FRESHNESS_KEY, type GapReason, lastKeptMs, parseFreshness } from '../shared/freshness.js';
import { readMounts } from '../shared/mounts.js';
import { identifyProcess } from '../shared/process-identity.js';
import { eventLimits } from '../shared/store/events.js';
import { encodeRoots, type NamedRoot } from '../shared/store/roots-file.js';
import type { Trouble } from '../shared/troubles.js';
import { PRIORITY, type Priority } from '../shared/types.js';
import type { Allowance } from './budget/allowance.js';
import type { WorkBudget } from './budget/budget.js';
import { Gate } from './budget/gate.js';
import { readUsage } from './budget/usage.js';
import type { HangingVolumes } from './disk/hanging-volumes.js';
import { isSilent, mayHang } from './disk/looks.js';
import { EXTRACTOR_VERSIONS } from './extract/extractor-versions.js';
import { type ExtractJob, ExtractorPool } from './extract/pool.js';
import { Intake } from './flow/intake.js';
import { Progress } from './flow/progress.js';
import { WorkLoop } from './flow/work-loop.js';
import { type Forgotten, forget } from './forget/forget.js';
import { Withheld } from './forget/withheld.js';
import { FreshnessKeeper } from './freshness/keeper.js';
import { IndexReader } from './index-reader.js';
import { Restless } from './queue/restless.js';
import { rulesFolderOf } from './rules/ignore.js';
import type { IgnoreLookup } from './rules/ignore-lookup.js';
import { makeRules } from './rules/rules.js';
import type { ChangeBatch, ChangeSource } from './sources/change-source.js';
import { giveBackMemory } from './system/give-back-memory.js';
import { Troubles } from './troubles.js';
import { MOUNTS_KEY } from './volumes/mount-memory.js';
import { NetworkVolumes } from './volumes/network-volumes.js';
import { PLACES_EVERY_MS, Places } from './volumes/places.js';
import { SilentVolumes } from './volumes/silent-volumes.js';
import type { QueueEntry, WriteOp } from './words.js';
import { withNameOnly } from './work/name-only.js';
import { PathWorker } from './work/path-worker.js';
import { reconcile } from './work/reconcile.js';
import { checkFile } from './writer/check-file.js';
import type { Opened } from './writer/protocol.js';
import { Upkeep } from './writer/upkeep.js';
import { WriterClient } from './writer/writer-client.js';

/** What a change source may need to know of the session it works for. */
export interface SourceParts {
  readonly isExcluded: (path: Uint8Array, isDirectory: boolean) => boolean;
  readonly reader: IndexReader;
}

export interface SessionOptions {
  readonly file: string;
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** The same and more as the user named them, to be remembered. */
  readonly named: readonly NamedRoot[];
  /** Made once the rules are known: what is excluded need not be told. */
  readonly makeSource: (parts: SourceParts) => ChangeSource;
  readonly config: Config;
  readonly budget: WorkBudget;
  /** Volumes that may not answer. */
  readonly volumes?: HangingVolumes;
  /** Folders of find-text itself, never indexed. */
  readonly ownDirectories: readonly string[];
  /** When a daemon was last known to keep this index current; 0 when that is not known. */
  readonly lastAliveMs: number;
  readonly onFatal: (error: unknown) => void;
  /** The session is going to be stopped for good: it does not wait for a full disk any more. */
  readonly stopped?: AbortSignal;
  /** Something the user may want to know, that needs no mending by find-text. */
  readonly onNotice: (text: string) => void;
  /** Called with everything that is wrong whenever that changes; `fresh` is what has just begun. */
  readonly onTroubles: (all: readonly Trouble[], fresh: string | undefined) => void;
}

const STATE_EVERY_MS = 1000;
/** So soon a volume that is mounted again is seen. */
const RECHECK_EVERY_MS = 10_000;
/** So long a session that is stopped waits for network volumes. */
const HANGING_PATIENCE_MS = 1_000;
const MAINTENANCE_EVERY_MS = 60_000;
/** Not in step with the rest of what is done once a minute. */
const SHRINK_EVERY_MS = 50_000;

export class Session {
  readonly progress = new Progress();
  readonly #writer: WriterClient;
  readonly #reader: IndexReader;
  readonly #pool: ExtractorPool;
  readonly #rules: IgnoreLookup;
  readonly #loop: WorkLoop;
  readonly #source: ChangeSource;
  /** Open while background work may go on. */
  readonly #gate = new Gate();
  readonly #leaveBudget: () => void;
  readonly #freshness: FreshnessKeeper;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #versions = withNameOnly(EXTRACTOR_VERSIONS);
  readonly #intake: Intake;
  readonly #upkeep: Upkeep;
  readonly #restless: Restless;
  readonly #withheld = new Withheld();
  readonly #volumes: SilentVolumes | undefined;
  readonly #places: Places;
  readonly #network: NetworkVolumes;
  /** There was work since memory was given back. */
  #isWarm = false;
  /** The index has never been complete, or was left incomplete. */
  #isUrgent: boolean;
  #isStopping = false;
  #savedState = '';
  #savedMs = 0;

  /** Creates the index file or opens it. @throws FindTextError FT_STORE_… */
  static async open(options: SessionOptions): Promise<Session> {
    const troubles = new Troubles(options.onTroubles);
    const writer = openWriter(options, (error) => troubles.set('disk', error?.message, error?.hint));
    try {
      const opened = await writer.open();
      await writer.apply([{ kind: 'meta', key: ROOTS_KEY, value: encodeRoots(options.named) }]);
      return new Session(options, writer, opened, troubles);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  private constructor(
    private readonly options: SessionOptions,
    writer: WriterClient,
    private readonly opened: Opened,
    private readonly troubles: Troubles,
  ) {
    const { config, roots, file } = options;
    this.#writer = writer;
    this.#reader = new IndexReader(file);
    this.#places = this.#watchPlaces();
    const everyMs = config['network.compareMinutes'] * 60_000;
    const countFolders = (folder: Uint8Array) => this.#reader.countFolders(folder);
    this.#network = new NetworkVolumes({ roots, everyMs, readMounts, countFolders }, monotonicMs());
    this.#rules = makeRules(config, roots, options.ownDirectories, options.onNotice);
    this.#source = options.makeSource({
      // A change of an ignore file must be heard of also where the file itself is excluded. The rules would look at the disk: of what may hang
      // they are asked later on, and a silent volume is compared as a whole.
      isExcluded: (path, isDirectory) =>
        isSilent(path) || (!mayHang(path) && !rulesFolderOf(path) && this.#rules.isExcluded(path, isDirectory)),
      reader: this.#reader,
    });
    this.#pool = new ExtractorPool({
      workerPath: fileURLToPath(new URL('extract-worker.js', import.meta.url)),
      workers: config['extract.workers'],
      timeoutMs: config['extract.timeoutSeconds'] * 1000,
      memoryMb: config['extract.memoryMiB'],
      isSilent,
    });
    this.#restless = new Restless(config['extract.maxFileMiB'] * 2 ** 20, monotonicMs);
    const worker = new PathWorker({
      roots,
      documents: this.#reader.documents,
      isUnmounted: (folder) => this.#places.isUnmounted(folder),
      hasDenied: (path) => this.#reader.failuresBelow(path).some(({ code }) => code === 'FT_READ_DENIED'),
      isOnlyRenamed: (path) => this.#reader.isOnlyRenamed(path),
      isCaughtUp: async () => ((await this.#source.caughtUp?.()) ?? false) && this.#freshness.isComplete,
      versions: this.#versions,
      prepareRules: (folder) => this.#rules.prepare(folder),
      verdict: (path, isDirectory) => this.#rules.verdict(path, isDirectory).kind,
      extract: (jobs, priority) => this.#extract(jobs, priority),
      restless: this.#restless,
      write: (ops) => this.#write(ops),
    });
    this.#freshness = this.#keepFreshness();
    this.#intake = this.#makeIntake();
    this.#volumes = options.volumes && this.#attendVolumes(options.volumes);
    this.#upkeep = new Upkeep(writer, () => this.#gate.pass());
    this.#loop = new WorkLoop({
      take: (request) => this.#writer.take(request),
      runPaths: (entries) => worker.run(entries),
      runTrees: (entries) => this.#compareTrees(entries),
      allowance: () => this.#allowance(),
      onRest: () => this.#checkFreshness(),
      now: monotonicMs,
      onFatal: options.onFatal,
    });
    this.#leaveBudget = options.budget.employ({
      onAllowance: (allowance) => this.#follow(allowance),
      isUrgent: () => this.#isUrgent,
      usage: () => readUsage(this.#pool.pids, opened.thread),
    });
    this.#isUrgent = parseState(this.#reader.meta.get(STATE_KEY))?.isComplete !== true;
    this.#follow(options.budget.allowance);
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

  /** While files keep pouring in those who write them go first. */
  #allowance(): Allowance {
    const { allowance } = this.options.budget;
    return this.#intake.isFlooded ? { ...allowance, otherJobs: Math.min(allowance.otherJobs, 1) } : allowance;
  }

  #follow({ otherJobs, extractors }: Allowance): void {
    this.#gate.set(this.#isStopping || otherJobs > 0);
    this.#pool.limit(extractors);
    this.#loop.poke();
  }

  /** Compares every root with the disk and begins to see changes. Resolves when all that was found is searchable. */
  async start(priority: Priority): Promise<void> {
    await this.#removeOtherRoots();
    if (this.#isStopping) return;
    const { roots, lastAliveMs } = this.options;
    const savedMs = parseFreshness(this.#reader.meta.get(FRESHNESS_KEY))?.savedMs ?? 0;
    this.#source.start({
      commit: (batch) => this.#commit(batch),
      lost: (folders, reason, why, sinceMs) => this.#lost(folders, reason, why, sinceMs),
      blind: (reason, folders) => this.#orFail(this.#freshness.blind(reason, folders)),
      trouble: (kind, text) => this.troubles.set(kind, text),
      fail: (error) => this.#fail(error),
    });
    if (this.#source.kind === 'none') await this.#freshness.blind('no source', roots);
    await this.#volumes?.attend();
    this.#timers.push(setInterval(() => this.#eachSecond(), STATE_EVERY_MS));
    await this.#places.begin();
    if (this.#isStopping) return;
    this.#timers.push(setInterval(() => this.#lookForVolumes(), RECHECK_EVERY_MS));
    this.#timers.push(setInterval(() => this.#maintainWhenDue(), MAINTENANCE_EVERY_MS));
    this.#timers.push(setInterval(() => this.#orFail(this.#shrink()), SHRINK_EVERY_MS));
    await this.#freshness.begin(lastKeptMs(savedMs, lastAliveMs, Date.now()), priority);
    this.#loop.poke();
    await this.#freshness.whenCompared();
    await this.#places.compared(this.#reader.failedPaths('FT_ROOT_MISSING'));
    this.#isUrgent = false;
    await this.#saveState();
  }

  /** No event of a file tells that a path leads elsewhere from now on. */
  #watchPlaces(): Places {
    return new Places({
      roots: this.options.roots,
      remembered: this.#reader.meta.get(MOUNTS_KEY),
      remember: (value) => this.#apply([{ kind: 'meta', key: MOUNTS_KEY, value }]),
      watchFile: (path) => this.#source.watch(path),
      isBusy: () => this.#loop.isBusy,
      onReplaced: async (folders) => {
        await this.#freshness.lost(folders, 'replaced', Date.now() - PLACES_EVERY_MS);
        this.#loop.poke();
      },
      onError: (error) => this.#fail(error),
    });
  }

  #attendVolumes(volumes: HangingVolumes): SilentVolumes {
    return new SilentVolumes(volumes, {
      roots: this.options.roots,
      tell: (folders) => this.#freshness.blind('not answering', folders),
      compare: (folders) =>
        this.#commit({
          hints: folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.reconcile }) as const),
        }),
      giveUpWork: () => this.#pool.giveUpSilent(),
      onError: (error) => this.#fail(error),
    });
  }

  #keepFreshness(): FreshnessKeeper {
    const previous = parseFreshness(this.#reader.meta.get(FRESHNESS_KEY))?.roots ?? [];
    return new FreshnessKeeper(previous, this.options.roots, {
      nowMs: Date.now,
      write: (ops) => this.#apply(ops),
      stateOps: () => this.#stateOps(),
      hasRechecks: (folders) => this.#writer.hasRechecks(folders),
      isMissing: (folder) => this.#reader.failuresBelow(folder).some(({ code }) => code === 'FT_ROOT_MISSING'),
      countFolders: (folder) => this.#reader.countFolders(folder),
    });
  }

  /** Until everything is compared again the index is not known to be complete. */
  #lost(folders: readonly Uint8Array[], reason: GapReason, why: string, sinceMs?: number): void {
    this.troubles.set('lost', why);
    this.#orFail(this.#freshness.lost(folders, reason, sinceMs).then(() => this.#loop.poke()));
  }

  #checkFreshness(): void {
    if (this.#isStopping) return;
    if (this.#freshness.isCompared) this.troubles.set('lost', undefined);
    else this.#orFail(this.#freshness.check());
  }

  #write(ops: readonly WriteOp[]): Promise<void> {
    return this.#apply([...this.#freshness.opsWith(ops), ...this.#withheld.sift(ops)]);
  }

  async #apply(ops: readonly WriteOp[], isPatient = true): Promise<void> {
    await this.#writer.apply(ops, isPatient);
  }

  async #commit(batch: ChangeBatch): Promise<void> {
    await this.#intake.take(batch);
    this.#loop.poke();
  }

  /** As far as it can be said without a look at a volume that may hang: the path worker says the rest. */
  #isLeftOut(path: Uint8Array, isFolder: boolean | undefined): boolean {
    if (isSilent(path) || mayHang(path)) return false;
    const kinds = isFolder === undefined ? [true, false] : [isFolder];
    return kinds.some((kind) => this.#rules.isExcluded(path, kind));
  }

  #makeIntake(): Intake {
    const { roots } = this.options;
    const why = 'more changes than could be kept: every folder is compared with the disk';
    return new Intake({
      write: (ops) => this.#apply(ops),
      forgetRules: () => this.#rules.forget(),
      isLeftOut: (path, isFolder) => this.#isLeftOut(path, isFolder),
      onDropping: () => this.#orFail(this.#freshness.blind('changes dropped', roots)),
      onDropped: () => {
        this.#lost(roots, 'changes dropped', why);
        this.#orFail(this.#freshness.blind('changes dropped', []));
      },
      now: monotonicMs,
    });
  }

  /** Looks after the index as after many changes. */
  maintain(): Promise<void> {
    return this.#upkeep.run(true);
  }

  /** Takes files out of the index and wipes their words from its files at once. @throws FindTextError FT_FORGET_KEPT */
  forget(paths: readonly Buffer[]): Promise<Forgotten> {
    return forget(paths, {
      roots: this.options.roots,
      rules: this.#rules,
      countDocuments: (path) => this.#reader.countDocuments(path),
      write: (ops) => {
        void this.#withheld.hold(
          ops.flatMap((op) => (op.kind === 'forget' ? [op.path] : [])),
          this.#loop.pathsDone(),
        );
        return this.#apply(ops, false);
      },
      cleanNow: (patienceMs) => this.#upkeep.cleanNow(patienceMs),
    });
  }

  /** Reads the whole index, in a thread of its own, when its last writer was killed. @throws FindTextError FT_STORE_CORRUPT */
  async verify(): Promise<void> {
    if (this.opened.isUnverified) await checkFile(this.options.file);
  }

  /** Finishes what is running; what waits stays in the backlog for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#upkeep.stop();
    this.#leaveBudget();
    this.#gate.set(true);
    for (const timer of this.#timers) clearInterval(timer);
    this.#places.close();
    this.#source.close();
    const patience = setTimeout(() => this.#volumes?.giveUp(), HANGING_PATIENCE_MS);
    await this.#loop.stop();
    clearTimeout(patience);
    await this.#pool.close();
    try {
      await this.#apply(this.#stateOps());
      this.#reader.close();
      await this.#writer.close();
    } finally {
      await this.#writer.abandon();
    }
  }

  setTrouble(kind: string, text: string | undefined): void {
    this.troubles.set(kind, text);
  }

  async #removeOtherRoots(): Promise<void> {
    const outside = this.#reader.directoriesOutside(this.options.roots);
    await this.#apply(outside.map((path) => ({ kind: 'remove', path })));
  }

  async #extract(given: readonly ExtractJob[], priority: Priority) {
    const maxBytes = this.options.config['extract.maxFileMiB'] * 2 ** 20;
    const jobs = given.map((job) => ({ ...job, maxBytes }));
    const outcomes = await this.#pool.extract(jobs, priority);
    this.#isWarm = true;
    for (const outcome of outcomes) this.progress.done(1, 'stat' in outcome ? (outcome.stat?.size ?? 0) : 0);
    this.#upkeep.hasChanged(outcomes.filter(({ kind }) => kind !== 'same' && kind !== 'grown').length);
    return outcomes;
  }

  async #compareTrees(entries: readonly QueueEntry[]): Promise<void> {
    const given = entries[0]?.priority ?? PRIORITY.reconcile;
    const paths = entries.map(({ path }) => path);
    this.#isWarm = true;
    const isDone = await reconcile(paths, given === PRIORITY.bulk ? PRIORITY.bulk : PRIORITY.reconcile, {
      index: this.#reader,
      isUnmounted: (folder) => this.#places.isUnmounted(folder),
      versions: this.#versions,
      prepareRules: (folder) => this.#rules.prepare(folder),
      rulesFor: (folder) => this.#rules.rulesFor(folder),
      rulesGeneration: () => this.#rules.generation,
      watch: (directory) => this.#source.watch(directory),
      turn: () => this.#turn(),
      write: (ops) => this.#write(ops),
      onFolder: (folder) => this.#freshness.compared(folder),
      onProgress: ({ files, bytes }) => this.progress.found(files, bytes),
      isCancelled: () => this.#isStopping,
    });
    if (isDone) await this.#apply(paths.map((path) => ({ kind: 'finish', path })));
  }

  /** Comparing gives way to what the budget forbids, and to what somebody waits for. */
  async #turn(): Promise<void> {
    await this.#gate.pass();
    await this.#loop.calm();
  }

  /** What was missing may be there again. A root that was closed may be open: no folder above it is watched to tell of that. */
  #lookForVolumes(): void {
    const denied = this.#reader.failedPaths('FT_READ_DENIED');
    const closed = denied.filter((path) => this.options.roots.some((root) => path.equals(root)));
    this.#compareLater([...this.#reader.failedPaths('FT_ROOT_MISSING'), ...closed]);
  }

  #compareLater(folders: readonly Buffer[]): void {
    if (folders.length === 0) return;
    const hints = folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk }) as const);
    this.#orFail(this.#commit({ hints }));
  }

  #maintainWhenDue(): void {
    if (this.#freshness.isCompared && this.options.budget.allowance.otherJobs > 0) this.#orFail(this.#upkeep.run());
  }

  #fail(error: unknown): void {
    if (!this.#isStopping) this.options.onFatal(error);
  }

  /** After work the memory it took goes back to the system; in quiet times nothing is done. */
  async #shrink(): Promise<void> {
    if (!this.#isWarm || !this.#freshness.isCompared) return;
    this.#isWarm = false;
    await this.#writer.shrink();
    this.#reader.shrink();
    await giveBackMemory();
  }

  #orFail(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  #eachSecond(): void {
    this.#orFail(this.#saveState());
    this.#checkFreshness();
    this.#compareLater(this.#network.due(monotonicMs()));
  }

  async #saveState(): Promise<void> {
    const text = JSON.stringify(this.#state());
    if (text !== this.#savedState || Date.now() < this.#savedMs) await this.#apply(this.#stateOps());
  }

  /** Whatever is said of the daemon and of the gaps is said in one write. */
  #stateOps(): WriteOp[] {
    const state = this.#state();
    this.#savedState = JSON.stringify(state);
    const updatedMs = Date.now();
    if (updatedMs < this.#savedMs) this.#freshness.clockWentBack();
    this.#savedMs = updatedMs;
    const keeper = this.#isStopping ? undefined : identifyProcess(process.pid);
    const freshness = encodeFreshness({ keeper, savedMs: updatedMs, roots: this.#freshness.ledger });
    return [
      { kind: 'meta', key: STATE_KEY, value: { ...state, updatedMs } },
      { kind: 'meta', key: FRESHNESS_KEY, value: freshness },
    ];
  }

  #state(): Omit<DaemonState, 'updatedMs'> {
    return {
      pid: process.pid,
      source: this.#source.kind,
      isComplete: this.#freshness.isComplete,
      comparisons: this.#freshness.comparisons.map(({ root, ...folders }) => ({
        root: root.toString('base64'),
        ...folders,
      })),
      ...this.progress.totals,
      unwatchedFolders: this.#source.unwatchedFolders,
      held: this.#restless.held.map(({ path, untilMs }) => ({
        path: path.toString('base64'),
        untilMs: toWall(untilMs),
      })),
    };
  }
}

/** Settling must not stop when somebody sets the clock back. */
function monotonicMs(): number {
  return performance.now();
}

/** In milliseconds since 1970, to the next second: it is told again only when it has become another. */
function toWall(monotonic: number): number {
  return Math.ceil((Date.now() - monotonicMs() + monotonic) / 1000) * 1000;
}

function openWriter(options: SessionOptions, onTrouble: (error: FindTextError | undefined) => void): WriterClient {
  return new WriterClient({
    file: options.file,
    queue: { settleMs: options.config['queue.settleMs'], maxWaitMs: options.config['queue.maxWaitMs'] },
    events: eventLimits(options.config),
    threadPath: fileURLToPath(new URL('writer-thread.js', import.meta.url)),
    onTrouble,
    stopped: options.stopped,
    now: monotonicMs,
  });
}
