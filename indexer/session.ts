/**
 * One index file with everything that keeps it current: change source → queue → work → extractors → writer.
 * `run` keeps a session alive, `rebuild` uses one once. The pipeline is wired in the constructor, in the order data flows.
 */
import { fileURLToPath } from 'node:url';
import type { Config } from '../shared/config/options.js';
import { type DaemonState, ROOTS_KEY, STATE_KEY } from '../shared/daemon-state.js';
import type { FindTextError } from '../shared/errors.js';
import { displayPath, splitPath, toBytes } from '../shared/paths.js';
import { type ChangeHint, PRIORITY, type Priority } from '../shared/types.js';
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
import { TreeWatcher } from './watch/tree-watcher.js';
import { WriterClient } from './writer/writer-client.js';

export interface SessionOptions {
  readonly file: string;
  readonly roots: readonly Uint8Array[];
  readonly source: 'inotify' | 'none';
  readonly config: Config;
  /** Folders of find-text itself, never indexed. */
  readonly ownDirectories: readonly string[];
  readonly onFatal: (error: unknown) => void;
  /** Called with everything that is wrong whenever that changes; `fresh` is what has just begun. */
  readonly onTroubles: (all: readonly string[], fresh: string | undefined) => void;
}

const STATE_EVERY_MS = 1000;
const RECHECK_EVERY_MS = 60_000;
const MAX_MESSAGE_HINTS = 2000;

export class Session {
  readonly progress = new Progress();
  readonly #writer: WriterClient;
  readonly #reader: IndexReader;
  readonly #pool: ExtractorPool;
  readonly #rules: IgnoreLookup;
  readonly #loop: WorkLoop;
  readonly #watcher: TreeWatcher | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #versions = withNameOnly(extractorVersions());
  readonly #troubles = new Map<string, string>();
  #isComplete = false;
  #isStopping = false;
  #savedState = '';

  /** Creates the index file or opens it. @throws FindTextError FT_STORE_… */
  static async open(options: SessionOptions): Promise<Session> {
    let session: Session | undefined;
    const writer = openWriter(options, (error) => session?.setTrouble('disk', error && describe(error)));
    const roots = options.roots.map((root) => toBytes(root).toString('base64'));
    await writer.apply([{ kind: 'meta', key: ROOTS_KEY, value: roots }]);
    session = new Session(options, writer);
    return session;
  }

  private constructor(
    private readonly options: SessionOptions,
    writer: WriterClient,
  ) {
    const { config, roots, file } = options;
    this.#writer = writer;
    this.#reader = new IndexReader(file);
    this.#rules = makeRules(config, roots, options.ownDirectories);
    this.#watcher =
      options.source === 'inotify'
        ? new TreeWatcher({ isIgnored: (path, isDirectory) => this.#rules.isExcluded(path, isDirectory) })
        : undefined;
    this.#pool = new ExtractorPool({
      workerPath: fileURLToPath(new URL('extract-worker.js', import.meta.url)),
      workers: config['extract.workers'],
      timeoutMs: config['extract.timeoutSeconds'] * 1000,
      memoryMb: config['extract.memoryMiB'],
    });
    const worker = new PathWorker({
      roots,
      documents: this.#reader.documents,
      versions: this.#versions,
      verdict: (path, isDirectory) => this.#rules.verdict(path, isDirectory).kind,
      extract: (paths, priority) => this.#extract(paths, priority),
      write: (ops) => this.#writer.apply(ops),
    });
    this.#loop = new WorkLoop({
      take: (request) => this.#writer.take(request),
      runPaths: (entries) => worker.run(entries),
      runTree: (entry) => this.#compareTree(entry),
      now: monotonicMs,
      onFatal: options.onFatal,
    });
  }

  get documentCount(): number {
    return this.#reader.documentCount;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Compares every root with the disk and begins to see changes. Resolves when all that was found is searchable. */
  async start(priority: Priority): Promise<void> {
    await this.#removeOtherRoots();
    this.#watcher?.start(
      (hints) => this.enqueue(hints),
      () => this.recheckAll('the kernel dropped events: every folder is compared with the disk again'),
    );
    this.#timers.push(setInterval(() => this.#saveStateSoon(), STATE_EVERY_MS));
    this.#timers.push(setInterval(() => this.#recheckUnseen(), RECHECK_EVERY_MS));
    this.#enqueueRoots(priority);
    await this.#loop.idle();
    this.#isComplete = !this.#isStopping;
    this.setTrouble('overflow', undefined);
    await this.#saveState();
  }

  enqueue(given: readonly ChangeHint[]): void {
    const hints = this.#withChangedRules(given);
    const writes = [];
    for (let at = 0; at < hints.length; at += MAX_MESSAGE_HINTS) {
      const ops = hints.slice(at, at + MAX_MESSAGE_HINTS).map((hint) => ({ kind: 'enqueue', hint }) as const);
      writes.push(this.#writer.apply(ops));
    }
    Promise.all(writes).then(
      () => this.#loop.poke(),
      (error: unknown) => this.#isStopping || this.options.onFatal(error),
    );
  }

  /** Events may have been lost: until everything is compared again the index is not known to be complete. */
  recheckAll(trouble: string): void {
    this.setTrouble('overflow', trouble);
    this.#isComplete = false;
    this.#enqueueRoots(PRIORITY.reconcile);
    this.#loop.idle().then(() => {
      this.#isComplete = true;
      this.setTrouble('overflow', undefined);
    }, this.options.onFatal);
  }

  /** Merges segments and refreshes the vocabulary, slice by slice; stops when there is other work. */
  async maintain(): Promise<void> {
    await this.#writer.planMaintenance();
    while (!this.#isStopping && !(await this.#writer.maintain())) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Finishes what is running; what waits stays in the backlog for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#watcher?.close();
    await this.#loop.stop();
    await this.#pool.close();
    await this.#saveState();
    this.#reader.close();
    await this.#writer.close();
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

  #enqueueRoots(priority: Priority): void {
    this.enqueue(this.options.roots.map((path) => ({ path, scope: 'tree', priority })));
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
    return outcomes;
  }

  async #compareTree(entry: QueueEntry): Promise<void> {
    await reconcile(entry.path, entry.priority === PRIORITY.interactive ? PRIORITY.reconcile : entry.priority, {
      index: this.#reader,
      versions: this.#versions,
      rulesFor: (folder) => this.#rules.rulesFor(folder),
      watch: (directory) => this.#watch(directory),
      write: (ops) => this.#writer.apply(ops),
      onProgress: ({ files, bytes }) => this.progress.found(files, bytes),
      isCancelled: () => this.#isStopping,
    });
    if (!this.#isStopping) await this.#writer.apply([{ kind: 'finish', path: entry.path }]);
  }

  #watch(directory: Uint8Array): void {
    if (this.#watcher?.watch(directory) !== 'limit') return;
    this.setTrouble(
      'watch limit',
      `the limit of inotify watches is reached at ${displayPath(directory)}: folders without a watch are compared once a minute; raise it with \`sysctl fs.inotify.max_user_watches=1048576\``,
    );
  }

  /** Folders without a watch, and volumes that were missing: no event will tell of them. */
  #recheckUnseen(): void {
    const missing = this.#reader.failedPaths('FT_ROOT_MISSING');
    this.enqueue(missing.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk })));
    const folders = this.#watcher?.unwatchedDirectories(MAX_MESSAGE_HINTS) ?? [];
    this.enqueue(folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk })));
    if (folders.length === 0) this.setTrouble('watch limit', undefined);
  }

  #saveStateSoon(): void {
    this.#saveState().catch((error: unknown) => this.#isStopping || this.options.onFatal(error));
  }

  async #saveState(): Promise<void> {
    const state: Omit<DaemonState, 'updatedMs'> = {
      pid: process.pid,
      source: this.options.source,
      isComplete: this.#isComplete,
      ...this.progress.totals,
      unwatchedFolders: this.#watcher?.unwatched.count ?? 0,
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
