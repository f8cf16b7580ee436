/**
 * The real pipeline in one process and step by step: real SQLite, real files, the real jobs; only the threads and child
 * processes are left out, so that a property test can run it hundreds of times.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXTRACTOR_VERSIONS } from '../../indexer/extract/extractor-versions.js';
import { runJob } from '../../indexer/extract/job.js';
import type { ExtractOutcome } from '../../indexer/extract/messages.js';
import { EXTRACTORS, Registry } from '../../indexer/extract/registry.js';
import { IndexReader } from '../../indexer/index-reader.js';
import { Restless } from '../../indexer/queue/restless.js';
import type { IgnoreLookup } from '../../indexer/rules/ignore-lookup.js';
import { makeRules } from '../../indexer/rules/rules.js';
import type { Change, WriteOp } from '../../indexer/words.js';
import { withNameOnly } from '../../indexer/work/name-only.js';
import { PathWorker } from '../../indexer/work/path-worker.js';
import { reconcile } from '../../indexer/work/reconcile.js';
import { IndexWriter } from '../../indexer/writer/index-writer.js';
import { toConfig } from '../../shared/config/load.js';
import type { FileEvent } from '../../shared/file-event.js';
import { encodeFreshness, FRESHNESS_KEY } from '../../shared/freshness.js';
import { toBytes } from '../../shared/paths.js';
import { type Db, openForWriting } from '../../shared/store/open.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import { afterTick } from './after-tick.js';

const registry = new Registry(EXTRACTORS);
const ALL_EVENTS = { maxBytes: 1 << 26, keepMs: Number.MAX_SAFE_INTEGER };
export const defaultConfig = toConfig({}, 'none');

export class Pipeline {
  readonly db: Db;
  readonly reader: IndexReader;
  readonly writer: IndexWriter;
  readonly #rules: IgnoreLookup;
  readonly #worker: PathWorker;
  readonly #versions = withNameOnly(EXTRACTOR_VERSIONS);
  nowMs = 1_000;
  extracted = 0;
  /** What came of it, in order. */
  readonly outcomes: ExtractOutcome['kind'][] = [];
  /** What the writer has told of its commits, in order. */
  readonly changes: Change[] = [];
  /** Folders that were compared with the disk, in order. */
  readonly compared: string[] = [];
  /** A comparison is done in turns of so many. */
  foldersAtOnce = 2;
  /** What the change source says of it. */
  isCaughtUp: () => Promise<boolean> = async () => true;
  /** What happens while files are read, and what comes of it. */
  whileExtracting: (outcomes: ExtractOutcome[]) => ExtractOutcome[] = (outcomes) => outcomes;

  constructor(
    readonly root: Uint8Array,
    folder: string,
    config = defaultConfig,
  ) {
    mkdirSync(folder, { recursive: true });
    this.db = openForWriting(join(folder, 'index.db'));
    this.writer = new IndexWriter(this.db, { settleMs: 20, maxWaitMs: 2000 }, ALL_EVENTS);
    this.reader = new IndexReader(join(folder, 'index.db'));
    this.#rules = makeRules(config, [root], [], () => {});
    this.#worker = new PathWorker({
      roots: [root],
      documents: this.reader.documents,
      isUnmounted: () => false,
      hasDenied: (path) => this.reader.failuresBelow(path).some(({ code }) => code === 'FT_READ_DENIED'),
      isOnlyRenamed: (path) => this.reader.isOnlyRenamed(path),
      isCaughtUp: () => this.isCaughtUp(),
      versions: this.#versions,
      verdict: (path, isDirectory) => this.#rules.verdict(path, isDirectory).kind,
      restless: new Restless(1 << 24, () => this.nowMs),
      extract: async (jobs) => {
        this.extracted += jobs.length;
        const outcomes: ExtractOutcome[] = [];
        for (const job of jobs) outcomes.push(ownText(await runJob(registry, { maxBytes: 1 << 24, ...job })));
        this.outcomes.push(...outcomes.map(({ kind }) => kind));
        return this.whileExtracting(outcomes);
      },
      write: async (ops) => this.apply(ops),
    });
  }

  apply(ops: readonly WriteOp[]): void {
    this.changes.push(...this.writer.apply(ops, this.nowMs).changes);
  }

  /** An ignore file has changed. */
  forgetRules(): void {
    this.#rules.forget();
  }

  /** Everything was indexed once: from now on what comparing finds has happened since. */
  know(): void {
    const roots = [{ root: toBytes(this.root), completeSinceMs: 1, gaps: [] }];
    const value = encodeFreshness({ keeper: undefined, savedMs: 1, roots });
    this.apply([{ kind: 'meta', key: FRESHNESS_KEY, value }]);
  }

  /** What a change source tells: an event, and a hint of each path. */
  tell(
    event: FileEvent,
    scope: ChangeHint['scope'] = 'path',
    paths = event.to ? [event.path, event.to] : [event.path],
  ): void {
    const hints = paths.map((path) => ({ path, scope, priority: PRIORITY.interactive }));
    this.apply([{ kind: 'event', event, paths }, ...hints.map((hint) => ({ kind: 'enqueue', hint }) as const)]);
  }

  /** What a change source tells of a renamed file. */
  hintRename(from: Uint8Array, to: Uint8Array): void {
    for (const path of [from, to]) {
      const hint = { path, scope: 'path', priority: PRIORITY.interactive, renamedFrom: from } as const;
      this.writer.apply([{ kind: 'enqueue', hint }], this.nowMs);
    }
  }

  /** What a change source tells of a file whose mode has changed. */
  hintAttributes(path: Uint8Array): void {
    const hint = { path, scope: 'path', priority: PRIORITY.interactive, isAttributes: true } as const;
    this.writer.apply([{ kind: 'enqueue', hint }], this.nowMs);
  }

  hint(path: Uint8Array, scope: ChangeHint['scope'], priority: ChangeHint['priority'] = PRIORITY.interactive): void {
    this.writer.apply([{ kind: 'enqueue', hint: { path, scope, priority } }], this.nowMs);
  }

  /** Works on at most `limit` entries that are due. @returns how many there were. */
  async step(limit: number): Promise<number> {
    const { entries } = this.writer.take(
      { interactive: limit, trees: limit, vanished: limit, other: limit },
      this.nowMs,
    );
    const folders = await this.#worker.run(entries);
    if (folders.length > 0) {
      const paths = folders.map(({ path }) => path);
      await reconcile(paths, PRIORITY.reconcile, {
        index: this.reader,
        versions: this.#versions,
        rulesFor: (path) => this.#rules.rulesFor(path),
        rulesGeneration: () => this.#rules.generation,
        watch: () => {},
        write: async (ops) => this.apply(ops),
        onFolder: (folder) => this.compared.push(folder.toString()),
        maxFolders: this.foldersAtOnce,
      });
      this.apply(paths.map((path) => ({ kind: 'finish', path })));
    }
    return entries.length;
  }

  /** Until nothing waits, however late it is due. */
  async drain(): Promise<void> {
    do this.nowMs += 60_000;
    while ((await this.step(100)) > 0);
  }

  /** Of files at rest: what changed a moment ago is not trusted to be what was read. */
  async crawl(): Promise<void> {
    await afterTick();
    this.hint(toBytes(this.root), 'tree', PRIORITY.bulk);
    await this.drain();
  }

  close(): void {
    this.reader.close();
    this.db.close();
  }
}

/** The next job uses the buffer of the text again. */
function ownText(outcome: ExtractOutcome): ExtractOutcome {
  if (outcome.kind === 'grown')
    return { ...outcome, appended: { ...outcome.appended, text: Buffer.from(outcome.appended.text) } };
  if (outcome.kind !== 'extracted') return outcome;
  return { ...outcome, extraction: { ...outcome.extraction, text: Buffer.from(outcome.extraction.text) } };
}
