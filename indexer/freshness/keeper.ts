/**
 * Keeps the ledger of gaps. It opens a gap together with the comparison that answers it, in one write. It closes the
 * gap when nothing of that comparison is left in the queue. Used by the pipeline.
 */
import { CLOSED_GAPS_KEY, type ClosedGaps, encodeClosed, withClosed } from '../../shared/closed-gaps.js';
import type { Gap, GapReason, RootFreshness } from '../../shared/freshness.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin, overlap } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import { PRIORITY, type Priority } from '../../shared/types.js';
import type { IndexView, Writer } from '../parts.js';
import type { Clock } from '../system/clock.js';
import { coalesced } from '../system/coalesced.js';
import type { WriteOp } from '../words.js';
import { closedBetween, closeGaps, type Ledger, notAfter, openGap, withRoots } from './ledger.js';

export interface KeeperParts {
  readonly writer: Pick<Writer, 'apply' | 'hasRechecks'>;
  readonly index: Pick<IndexView, 'isMissing' | 'countFolders'>;
  readonly report: Report;
  readonly clock: Clock;
  /** As the keeper before has left them. */
  readonly closed: ClosedGaps;
}

/** What the daemon reports of itself, with the ledger. */
export interface Report {
  /** To be written whenever the ledger changes. */
  opsFor(freshness: FreshnessKeeper): readonly WriteOp[];
}

/** How far the comparison of a root is, in folders; what is to do is known from the index, and grows. */
export interface Comparison {
  readonly root: Buffer;
  readonly done: number;
  readonly toDo: number;
}

export class FreshnessKeeper {
  #ledger: Ledger;
  /** Roots that were never indexed completely, whatever else happens to them before they are compared. */
  readonly #new: readonly Buffer[];
  /** Where no changes are seen now, by reason: such a gap stays open. */
  readonly #blind = new Map<GapReason, readonly Buffer[]>();
  readonly #comparisons = new Map<string, { done: number; toDo: number }>();
  #waiters: (() => void)[] = [];
  #closed: ClosedGaps;
  #unwritten = 0;

  constructor(
    previous: Ledger,
    roots: readonly Uint8Array[],
    private readonly parts: KeeperParts,
  ) {
    this.#ledger = withRoots(previous, roots.map(toBytes));
    this.#new = this.#ledger.filter((root) => !isKnown(root)).map(({ root }) => root);
    this.#closed = parts.closed;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get isComplete(): boolean {
    return this.#ledger.every(({ gaps }) => gaps.length === 0);
  }

  /** Nothing is left to compare, although changes may not be seen everywhere. */
  get isCompared(): boolean {
    return this.#unwritten === 0 && this.#ledger.every(({ gaps }) => gaps.every((gap) => this.#stands(gap)));
  }

  get comparisons(): readonly Comparison[] {
    return this.#ledger.flatMap(({ root }) => {
      const comparison = this.#comparisons.get(pathKey(root));
      return comparison ? [{ root, ...comparison }] : [];
    });
  }

  /** Nothing was watched until now. @param sinceMs  when a root was watched last; 0: not known. */
  async begin(sinceMs: number, priority: Priority): Promise<void> {
    const nowMs = this.parts.clock.wallMs();
    for (const { root, completeSinceMs } of this.#ledger) {
      const isNew = completeSinceMs === undefined && this.#new.includes(root);
      this.#openCompared(
        isNew ? { reason: 'new', sinceMs: nowMs, scope: root } : { reason: 'not running', sinceMs, scope: root },
      );
    }
    const roots = this.#ledger.map(({ root }) => root);
    await this.#writeWith(roots.map((path) => ({ kind: 'enqueue', hint: { path, scope: 'tree', priority } })));
  }

  /** Nothing began later than now. The caller writes the ledger. */
  clockWentBack(): void {
    this.#ledger = notAfter(this.#ledger, this.parts.clock.wallMs());
  }

  /** Changes below these folders may have been missed: they are compared with the disk. */
  async lost(folders: readonly Uint8Array[], reason: GapReason, sinceMs = this.parts.clock.wallMs()): Promise<void> {
    const scopes = folders.map(toBytes);
    for (const scope of scopes) this.#openCompared({ reason, sinceMs, scope });
    const priority = PRIORITY.reconcile;
    await this.#writeWith(scopes.map((path) => ({ kind: 'enqueue', hint: { path, scope: 'tree', priority } })));
  }

  /**
   * Replaces the set of folders that are currently unwatched for `reason`; pass none when watching has resumed. The
   * caller must queue a comparison of those folders first.
   */
  async blind(reason: GapReason, folders: readonly Uint8Array[]): Promise<void> {
    const before = this.#blind.get(reason) ?? [];
    const now = folders.map(toBytes);
    this.#blind.set(reason, now);
    const fresh = now.filter((folder) => !before.some((known) => isWithin(folder, known)));
    for (const scope of fresh) this.#open({ reason, sinceMs: this.parts.clock.wallMs(), scope });
    if (fresh.length > 0) await this.#writeWith([]);
    else await this.check();
  }

  /** What to write together with these operations: a volume that they find missing opens a gap. */
  opsWith(ops: readonly WriteOp[]): readonly WriteOp[] {
    const missing = ops.flatMap((op) => (op.kind === 'missing' ? [toBytes(op.folder)] : []));
    const fresh = missing.filter((path) => !this.#isOpen('not mounted', path));
    for (const scope of fresh) this.#open({ reason: 'not mounted', sinceMs: this.parts.clock.wallMs(), scope });
    return fresh.length > 0 ? this.parts.report.opsFor(this) : [];
  }

  compared(directory: Uint8Array): void {
    const root = this.#ledger.find((each) => isWithin(directory, each.root))?.root;
    const comparison = root && this.#comparisons.get(pathKey(root));
    if (!comparison) return;
    comparison.done++;
    comparison.toDo = Math.max(comparison.toDo, comparison.done);
  }

  /** Closes the gaps of which nothing is left in the queue. */
  readonly check = coalesced(() => this.#checkOnce());

  /** Resolves when nothing is left to compare. */
  whenCompared(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#tellWaiters();
    });
  }

  async #checkOnce(): Promise<void> {
    const asked = this.#ledger.flatMap(({ gaps }) => gaps).filter((gap) => !this.#stands(gap));
    if (asked.length > 0 && this.#unwritten === 0) {
      const pending = await this.parts.writer.hasRechecks(asked.map(({ scope }) => scope));
      // Asked again: what was written before the answer may say that a volume is missing.
      const done = new Set(asked.filter((gap, at) => !pending[at] && !this.#stands(gap)));
      await this.#close(done);
    }
    this.#tellWaiters();
  }

  async #close(done: ReadonlySet<Gap>): Promise<void> {
    const before = this.#ledger;
    this.#ledger = closeGaps(before, (gap) => done.has(gap), this.parts.clock.wallMs());
    if (this.#ledger.every((root, at) => root === before[at])) return;
    for (const { root, gaps } of this.#ledger) {
      if (gaps.every((gap) => this.#stands(gap))) this.#comparisons.delete(pathKey(root));
    }
    this.#closed = withClosed(this.#closed, closedBetween(before, this.#ledger));
    await this.#writeWith([{ kind: 'meta', key: CLOSED_GAPS_KEY, value: encodeClosed(this.#closed) }]);
  }

  #tellWaiters(): void {
    if (!this.isCompared) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #stands({ reason, scope }: Gap): boolean {
    if (reason === 'not mounted') return this.parts.index.isMissing(scope);
    return (this.#blind.get(reason) ?? []).some((folder) => overlap(scope, folder) !== undefined);
  }

  #isOpen(reason: GapReason, path: Buffer): boolean {
    return this.#ledger.some(({ gaps }) => gaps.some((gap) => gap.reason === reason && isWithin(path, gap.scope)));
  }

  #open(gap: Gap): void {
    this.#ledger = notAfter(openGap(this.#ledger, gap), this.parts.clock.wallMs());
  }

  #openCompared(gap: Gap): void {
    this.#open(gap);
    for (const { root } of this.#ledger) {
      const scope = overlap(root, gap.scope);
      if (!scope) continue;
      const { done, toDo } = this.#comparisons.get(pathKey(root)) ?? { done: 0, toDo: 0 };
      this.#comparisons.set(pathKey(root), { done, toDo: Math.max(done + this.parts.index.countFolders(scope), toDo) });
    }
  }

  async #writeWith(ops: readonly WriteOp[]): Promise<void> {
    this.#unwritten++;
    try {
      await this.parts.writer.apply([...this.parts.report.opsFor(this), ...ops]);
    } finally {
      this.#unwritten--;
    }
    await this.check();
  }
}

function isKnown({ completeSinceMs, gaps }: RootFreshness): boolean {
  return completeSinceMs !== undefined || (gaps.length > 0 && gaps.every(({ reason }) => reason !== 'new'));
}
