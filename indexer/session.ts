/**
 * One index file with everything that keeps it current: change source → queue → work → extractors → writer.
 * `run` keeps a session alive, `rebuild` uses one once. The pipeline is wired in the constructor, in the order data flows.
 */
import { fileURLToPath } from 'node:url';
import type { Config } from '../shared/config/options.js';
import { type DaemonState, ROOTS_KEY, STATE_KEY } from '../shared/daemon-state.js';
import type { FindTextError } from '../shared/errors.js';
import { splitPath, toBytes } from '../shared/paths.js';
import { type ChangeHint, PRIORITY, type Priority } from '../shared/types.js';
import type { Allowance } from './budget/allowance.js';
import type { WorkBudget } from './budget/budget.js';
import { Gate } from './budget/gate.js';
import { readUsage } from './budget/usage.js';
import type { ChangeSource, SourcePlace } from './change-source.js';
import { affectsRules } from './crawl/ignore.js';
import type { IgnoreLookup } from './crawl/ignore-lookup.js';
import { reconcile } from './crawl/reconcile.js';
import { makeRules } from './crawl/rules.js';
import { extractorVersions } from './extract/extractor-versions.js';
import { ExtractorPool } from './extract/pool.js';
import { IndexReader } from './pipeline/index-reader.js';
import { withNameOnly } from './pipeline/name-only.js';
import { PathWorker } from './pipeline/path-worker.js';
import { Progress } from './pipeline/progress.js';
import { WorkLoop } from './pipeline/work-loop.js';
import type { QueueEntry } from './queue/change-queue.js';
import { checkFile } from './writer/check-file.js';
import type { Opened } from './writer/protocol.js';
import { WriterClient } from './writer/writer-client.js';

/** What a change source may need to know of the session it works for. */
export interface SourceParts {
  readonly isExcluded: (path: Uint8Array, isDirectory: boolean) => boolean;
  readonly reader: IndexReader;
}

export interface SessionOptions {
  readonly file: string;
  readonly roots: readonly Uint8Array[];
  /** Made once the rules are known: what is excluded need not be told. */
  readonly makeSource: (parts: SourceParts) => ChangeSource;
  readonly config: Config;
  readonly budget: WorkBudget;
  /** Folders of find-text itself, never indexed. */
  readonly ownDirectories: readonly string[];
  readonly onFatal: (error: unknown) => void;
  /** Something the user may want to know, that needs no mending by find-text. */
  readonly onNotice: (text: string) => void;
  /** Called with everything that is wrong whenever that changes; `fresh` is what has just begun. */
  readonly onTroubles: (all: readonly string[], fresh: string | undefined) => void;
}

const STATE_EVERY_MS = 1000;
const RECHECK_EVERY_MS = 60_000;
/** After so many changed documents segments and vocabulary are worth looking after again. */
const CHANGES_BETWEEN_MAINTENANCE = 1000;
const MAINTENANCE_EVERY_MS = 60_000;
const HINTS_PER_WRITE = 2000;
const MAX_WAITING_HINTS = 100_000;

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
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #versions = withNameOnly(extractorVersions());
  readonly #troubles = new Map<string, string>();
  #waitingHints = 0;
  #changedSinceMaintenance = 0;
  #hasDroppedHints = false;
  #isComplete = false;
  /** The index has never been complete, or was left incomplete. */
  #isUrgent: boolean;
  #isStopping = false;
  #savedState = '';

  /** Creates the index file or opens it. @throws FindTextError FT_STORE_… */
  static async open(options: SessionOptions): Promise<Session> {
    let session: Session | undefined;
    const writer = openWriter(options, (error) => session?.setTrouble('disk', error && describe(error)));
    try {
      const opened = await writer.open();
      const roots = options.roots.map((root) => toBytes(root).toString('base64'));
      await writer.apply([{ kind: 'meta', key: ROOTS_KEY, value: roots }]);
      session = new Session(options, writer, opened);
      return session;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  private constructor(
    private readonly options: SessionOptions,
    writer: WriterClient,
    private readonly opened: Opened,
  ) {
    const { config, roots, file } = options;
    this.#writer = writer;
    this.#reader = new IndexReader(file);
    this.#rules = makeRules(config, roots, options.ownDirectories, options.onNotice);
    this.#source = options.makeSource({
      // A change of an ignore file must be heard of also where the file itself is excluded.
      isExcluded: (path, isDirectory) =>
        !affectsRules(splitPath(path).name) && this.#rules.isExcluded(path, isDirectory),
      reader: this.#reader,
    });
    this.#pool = new ExtractorPool({
      workerPath: fileURLToPath(new URL('extract-worker.js', import.meta.url)),
      workers: config['extract.workers'],
      timeoutMs: config['extract.timeoutSeconds'] * 1000,
      memoryMb: config['extract.memoryMiB'],
    });
    const worker = new PathWorker({
      roots,
      documents: this.#reader.documents,
      hasDenied: (path) => this.#reader.failuresBelow(path).some(({ code }) => code === 'FT_READ_DENIED'),
      versions: this.#versions,
      verdict: (path, isDirectory) => this.#rules.verdict(path, isDirectory).kind,
      extract: (paths, priority) => this.#extract(paths, priority),
      write: (ops) => this.#writer.apply(ops),
    });
    this.#loop = new WorkLoop({
      take: (request) => this.#writer.take(request),
      runPaths: (entries) => worker.run(entries),
      runTree: (entry) => this.#compareTree(entry),
      allowance: () => options.budget.allowance,
      now: monotonicMs,
      onFatal: options.onFatal,
    });
    this.#leaveBudget = options.budget.employ({
      onAllowance: (allowance) => this.#follow(allowance),
      isUrgent: () => this.#isUrgent,
      usage: () => readUsage(this.#pool.pids, opened.thread),
    });
    this.#isUrgent = (this.#reader.meta.get(STATE_KEY) as DaemonState | undefined)?.isComplete !== true;
    this.#follow(options.budget.allowance);
  }

  get documentCount(): number {
    return this.#reader.documentCount;
  }

  get sourceKind(): ChangeSource['kind'] {
    return this.#source.kind;
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
    this.#source.start({
      commit: (hints, place) => this.#commit(hints, place),
      lost: (folders, why) => this.#compareAgain(folders, why),
      trouble: (kind, text) => this.setTrouble(kind, text),
      fail: (error) => this.#fail(error),
    });
    this.#timers.push(setInterval(() => this.#saveStateSoon(), STATE_EVERY_MS));
    this.#timers.push(setInterval(() => this.#lookForVolumes(), RECHECK_EVERY_MS));
    this.#timers.push(setInterval(() => this.#maintainWhenDue(), MAINTENANCE_EVERY_MS));
    await this.#commit(this.options.roots.map((path) => ({ path, scope: 'tree', priority })));
    await this.#loop.idle();
    this.#isComplete = !this.#isStopping;
    this.#isUrgent = false;
    await this.#saveState();
  }

  /** Until everything is compared again the index is not known to be complete. */
  #compareAgain(folders: readonly Uint8Array[], why: string): void {
    this.setTrouble('lost', why);
    this.#isComplete = false;
    this.#commit(folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.reconcile })))
      .then(() => this.#loop.idle())
      .then(() => {
        this.#isComplete = !this.#isStopping;
        this.setTrouble('lost', undefined);
      })
      .catch((error: unknown) => this.#fail(error));
  }

  /** While the disk is full, hints wait in memory; beyond a bound they are dropped and everything is compared afterwards. */
  async #commit(given: readonly ChangeHint[], place?: SourcePlace): Promise<void> {
    if (this.#waitingHints + given.length > MAX_WAITING_HINTS) {
      this.#hasDroppedHints = true;
      return;
    }
    const hints = this.#withChangedRules(given);
    this.#waitingHints += hints.length;
    for (let at = 0; at < hints.length; at += HINTS_PER_WRITE) {
      await this.#writer.apply(hints.slice(at, at + HINTS_PER_WRITE).map((hint) => ({ kind: 'enqueue', hint })));
    }
    if (place) await this.#writer.apply([{ kind: 'meta', key: place.key, value: place.value }]);
    this.#waitingHints -= hints.length;
    this.#loop.poke();
    if (this.#hasDroppedHints && this.#waitingHints === 0) {
      this.#hasDroppedHints = false;
      this.#compareAgain(this.options.roots, 'more changes than could be kept: every folder is compared with the disk');
    }
  }

  /** Merges segments, refreshes the vocabulary and seals the file, slice by slice, so that changes never wait for it. */
  async maintain(isFull = true): Promise<void> {
    if (isFull) this.#changedSinceMaintenance = 0;
    await this.#writer.planMaintenance(isFull);
    while (!this.#isStopping && !(await this.#writer.maintain())) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#gate.pass();
    }
  }

  /** Reads the whole index, in a thread of its own, when its last writer was killed. @throws FindTextError FT_STORE_CORRUPT */
  async verify(): Promise<void> {
    if (this.opened.isUnverified) await checkFile(this.options.file);
  }

  /** Finishes what is running; what waits stays in the backlog for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#leaveBudget();
    this.#gate.set(true);
    for (const timer of this.#timers) clearInterval(timer);
    this.#source.close();
    await this.#loop.stop();
    await this.#pool.close();
    try {
      await this.#saveState();
      this.#reader.close();
      await this.#writer.close();
    } finally {
      await this.#writer.abandon();
    }
  }

  setTrouble(kind: string, trouble: string | undefined): void {
    if (trouble === this.#troubles.get(kind)) return;
    if (trouble) this.#troubles.set(kind, trouble);
    else this.#troubles.delete(kind);
    this.options.onTroubles([...this.#troubles.values()], trouble);
  }

  /** A changed .gitignore or CACHEDIR.TAG changes what is indexed of its folder. */
  #withChangedRules(hints: readonly ChangeHint[]): readonly ChangeHint[] {
    const folders = hints.map(({ path }) => splitPath(path)).filter(({ name }) => affectsRules(name));
    if (folders.length === 0) return hints;
    this.#rules.forget();
    return [
      ...hints,
      ...folders.map(({ directory }) => ({ path: directory, scope: 'tree', priority: PRIORITY.reconcile }) as const),
    ];
  }

  async #removeOtherRoots(): Promise<void> {
    const outside = this.#reader.directoriesOutside(this.options.roots);
    await this.#writer.apply(outside.map((path) => ({ kind: 'remove', path })));
  }

  async #extract(paths: readonly Uint8Array[], priority: Priority) {
    const maxBytes = this.options.config['extract.maxFileMiB'] * 2 ** 20;
    const outcomes = await this.#pool.extract(
      paths.map((path) => ({ path, maxBytes })),
      priority,
    );
    for (const outcome of outcomes) this.progress.done(1, outcome.kind === 'extracted' ? outcome.stat.size : 0);
    this.#changedSinceMaintenance += paths.length;
    return outcomes;
  }

  async #compareTree(entry: QueueEntry): Promise<void> {
    await reconcile(entry.path, entry.priority === PRIORITY.interactive ? PRIORITY.reconcile : entry.priority, {
      index: this.#reader,
      versions: this.#versions,
      rulesFor: (folder) => this.#rules.rulesFor(folder),
      rulesGeneration: () => this.#rules.generation,
      watch: (directory) => this.#source.watch(directory),
      turn: () => this.#gate.pass(),
      write: (ops) => this.#writer.apply(ops),
      onProgress: ({ files, bytes }) => this.progress.found(files, bytes),
      isCancelled: () => this.#isStopping,
    });
    if (!this.#isStopping) await this.#writer.apply([{ kind: 'finish', path: entry.path }]);
  }

  /** No event tells that a volume is mounted again. */
  #lookForVolumes(): void {
    const missing = this.#reader.failedPaths('FT_ROOT_MISSING');
    const hints = missing.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk }) as const);
    this.#commit(hints).catch((error: unknown) => this.#fail(error));
  }

  #maintainWhenDue(): void {
    if (!this.#isComplete || this.options.budget.allowance.otherJobs === 0) return;
    this.maintain(this.#changedSinceMaintenance >= CHANGES_BETWEEN_MAINTENANCE).catch((error: unknown) =>
      this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    if (!this.#isStopping) this.options.onFatal(error);
  }

  #saveStateSoon(): void {
    this.#saveState().catch((error: unknown) => this.#fail(error));
  }

  async #saveState(): Promise<void> {
    const state: Omit<DaemonState, 'updatedMs'> = {
      pid: process.pid,
      source: this.#source.kind,
      isComplete: this.#isComplete,
      ...this.progress.totals,
      unwatchedFolders: this.#source.unwatchedFolders,
    };
    const text = JSON.stringify(state);
    if (text === this.#savedState) return;
    this.#savedState = text;
    await this.#writer.apply([{ kind: 'meta', key: STATE_KEY, value: { ...state, updatedMs: Date.now() } }]);
  }
}

/** Settling must not stop when somebody sets the clock back. */
function monotonicMs(): number {
  return performance.now();
}

function openWriter(options: SessionOptions, onTrouble: (error: FindTextError | undefined) => void): WriterClient {
  return new WriterClient({
    file: options.file,
    queue: { settleMs: options.config['queue.settleMs'], maxWaitMs: options.config['queue.maxWaitMs'] },
    threadPath: fileURLToPath(new URL('writer-thread.js', import.meta.url)),
    onTrouble,
    now: monotonicMs,
  });
}

function describe(error: FindTextError): string {
  return error.hint ? `${error.message} (${error.hint})` : error.message;
}
