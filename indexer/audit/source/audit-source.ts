/**
 * The audit change log as a source of hints: tails the log of each root, resolves every change to real paths, and commits its
 * place in the log together with the hints it led to. A gap, and a change that cannot be resolved, is answered by a comparison
 * of the root with the disk.
 */
import type { ChangeHint } from '../../../shared/types.js';
import { PRIORITY } from '../../../shared/types.js';
import type { ChangeKind, FileChange } from '../file-change.js';
import type { Gap } from '../log/gap.js';
import { Sight } from './sight.js';

export interface ChangeLog<Cursor = unknown> {
  readonly root: Uint8Array;
  /** What has come since the last call, at most about `maxBytes` of it; the cursor is undefined while there is no log. */
  read(
    maxBytes: number,
  ): Promise<{ readonly items: readonly (FileChange | Gap)[]; readonly cursor: Cursor | undefined }>;
  onMore(callback: () => void): void;
  close(): void;
}

/** What has to be known to go on where the last daemon ended. Survives as JSON. */
export interface LogPlace<Cursor = unknown> {
  readonly cursor?: Cursor;
  readonly ruleEndMs?: number;
}

export interface AuditSourceDeps {
  readonly logs: readonly ChangeLog[];
  readonly resolve: (change: FileChange) => Promise<readonly Buffer[] | undefined>;
  /** Commits hints and place together. */
  readonly commit: (root: Uint8Array, hints: readonly ChangeHint[], place: LogPlace | undefined) => Promise<void>;
  /** What was committed last. */
  readonly placeOf: (root: Uint8Array) => LogPlace | undefined;
  /** These paths were opened for writing. */
  readonly onWriting: (paths: readonly Buffer[], pid: number | null) => void;
  readonly onGap: (root: Uint8Array, reason: string) => void;
  readonly onError: (error: unknown) => void;
}

interface Unresolved {
  readonly root: Uint8Array;
  readonly change: FileChange;
  tries: number;
}

const READ_BYTES = 256 * 1024;
/** The index learns new inodes by working: a change that cannot be resolved yet mostly can a moment later. */
const RETRY_PAUSES_MS = [100, 400, 1_600, 6_400];
const MAX_UNRESOLVED = 5_000;

/** A folder may stand at these names: what is below has moved with it. */
const TREE_KINDS: ReadonlySet<ChangeKind> = new Set(['rename', 'exchange']);
const WRITING_KINDS: ReadonlySet<ChangeKind> = new Set(['create', 'write', 'link']);

export class AuditSource {
  readonly #sights = new Map<ChangeLog, Sight>();
  readonly #unresolved = new Set<Unresolved>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(private readonly deps: AuditSourceDeps) {}

  start(): void {
    for (const log of this.deps.logs) {
      const sight = new Sight(this.deps.placeOf(log.root)?.ruleEndMs);
      this.#sights.set(log, sight);
      const drain = onlyOnceAtATime(() => this.#drain(log, sight));
      log.onMore(() => drain().catch(this.deps.onError));
      drain().catch(this.deps.onError);
    }
  }

  /** Roots in which changes are not seen now, and why. */
  blind(): { readonly root: Uint8Array; readonly why: string }[] {
    return [...this.#sights].flatMap(([{ root }, { trouble }]) => (trouble ? [{ root, why: trouble }] : []));
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const log of this.deps.logs) log.close();
  }

  async #drain(log: ChangeLog, sight: Sight): Promise<void> {
    while (!this.#isClosed) {
      const { items, cursor } = await log.read(READ_BYTES);
      for (const item of items) sight.see(item);
      sight.hasLog = cursor !== undefined;
      if (items.length === 0) return;
      const hints: ChangeHint[] = [];
      for (const item of items) {
        if (item.kind === 'gap') this.deps.onGap(log.root, item.reason);
        else hints.push(...(await this.#toHints(log.root, item)));
      }
      if (!this.#isClosed) await this.deps.commit(log.root, hints, { cursor, ruleEndMs: sight.ruleEndMs });
    }
  }

  async #toHints(root: Uint8Array, change: FileChange): Promise<ChangeHint[]> {
    const paths = await this.deps.resolve(change);
    if (paths) return this.#hintsOf(change, paths);
    this.#retryLater({ root, change, tries: 0 });
    return [];
  }

  #hintsOf({ kind, who }: FileChange, paths: readonly Buffer[]): ChangeHint[] {
    if (WRITING_KINDS.has(kind)) this.deps.onWriting(paths, who.pid);
    const scope = TREE_KINDS.has(kind) ? 'tree' : 'path';
    return paths.map((path) => ({ path, scope, priority: PRIORITY.interactive }));
  }

  #retryLater(unresolved: Unresolved): void {
    const pause = RETRY_PAUSES_MS[unresolved.tries++];
    if (pause === undefined || this.#unresolved.size >= MAX_UNRESOLVED) {
      this.#unresolved.delete(unresolved);
      this.deps.onGap(unresolved.root, 'a change whose path cannot be told');
      return;
    }
    this.#unresolved.add(unresolved);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#retry(unresolved).catch(this.deps.onError);
    }, pause);
    this.#timers.add(timer);
  }

  async #retry(unresolved: Unresolved): Promise<void> {
    const paths = await this.deps.resolve(unresolved.change);
    if (this.#isClosed) return;
    if (paths === undefined) return this.#retryLater(unresolved);
    this.#unresolved.delete(unresolved);
    await this.deps.commit(unresolved.root, this.#hintsOf(unresolved.change, paths), undefined);
  }
}

/** Calls that come while one runs lead to one more run, not to several. */
function onlyOnceAtATime(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  return async () => {
    again = true;
    if (running) return running;
    running = (async () => {
      while (again) {
        again = false;
        await run();
      }
    })().finally(() => {
      running = undefined;
    });
    return running;
  };
}
