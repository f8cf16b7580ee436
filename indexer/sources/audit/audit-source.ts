/**
 * The audit change log as a source of hints. It tails the log of each root, resolves every change to real paths, and
 * commits its place in the log together with the hints it led to. A gap is answered by a comparison of the root with
 * the disk. A change that cannot be resolved, because the index does not have its folder or file, is tried again, and
 * at last left to a comparison.
 */
import { isRead, type ReportedEvent } from '../../../shared/file-event.js';
import type { Meta } from '../../../shared/store/meta.js';
import type { ChangeHint } from '../../../shared/types.js';
import { PRIORITY } from '../../../shared/types.js';
import type { ChangeKind, FileChange } from '../../audit/changes/file-change.js';
import type { Gap } from '../../audit/log/gap.js';
import { coalesced } from '../../system/coalesced.js';
import type { ComparisonPlan } from '../../volumes/comparison-plan.js';
import { type ChangeInbox, PLACE_PREFIX } from '../change-source.js';
import type { Ancestors } from './ancestors.js';
import type { AuditReads } from './audit-reads.js';
import type { ChangeResolver } from './change-resolver.js';
import { eventOf, type ReadChange } from './event-of.js';
import { LogReading } from './log-reading.js';
import type { OpenWriters } from './open-writers.js';
import { Sight } from './sight.js';
import type { UnknownChanges } from './unknown-changes.js';

export interface ChangeLog<Cursor = unknown> {
  readonly root: Uint8Array;
  /**
   * What has come since the last call, at most about `maxBytes` of it; the cursor is undefined while there is no log.
   */
  read(
    maxBytes: number,
  ): Promise<{ readonly items: readonly (FileChange | Gap)[]; readonly cursor: Cursor | undefined }>;
  onMore(callback: () => void): void;
  close(): void;
}

/** Under which the place in the log of a root is kept. */
export function placeKey(root: Uint8Array): string {
  return `${PLACE_PREFIX}${Buffer.from(root).toString('base64')}`;
}

/** What has to be known to go on where the last daemon ended. Survives as JSON. */
export interface LogPlace<Cursor = unknown> {
  readonly cursor?: Cursor;
  readonly ruleEndMs?: number;
  /** That has the rule. */
  readonly folder?: string;
}

export interface AuditSourceDeps {
  readonly logs: readonly ChangeLog[];
  /** Has the places that were committed last. */
  readonly meta: Pick<Meta, 'get'>;
  readonly inbox: Pick<ChangeInbox, 'commit' | 'fail'>;
  readonly resolver: Pick<ChangeResolver, 'resolve'>;
  readonly writers: Pick<OpenWriters, 'noteChange'>;
  readonly unknown: Pick<UnknownChanges, 'retry' | 'retried' | 'lose'>;
  readonly plan: Pick<ComparisonPlan, 'suspect'>;
  /** Missing: nobody asks for reads. */
  readonly reads?: Pick<AuditReads, 'isOwn' | 'isTold'>;
  /** Asked for each change right when it is read; missing: nobody wants to know. */
  readonly ancestors?: Pick<Ancestors, 'of'>;
  /** @param sinceMs  undefined: not known. */
  readonly onGap: (root: Uint8Array, reason: string, sinceMs: number | undefined) => void;
}

/** What changes led to. */
interface Found {
  readonly hints: readonly ChangeHint[];
  readonly events: readonly ReportedEvent[];
}

interface Unresolved {
  readonly root: Uint8Array;
  readonly changes: readonly ReadChange[];
  readonly tries: number;
  /** What was read together with them. */
  readonly batch: Batch;
}

/** A log and how it stands with it. */
interface Tail {
  readonly log: ChangeLog;
  readonly sight: Sight;
  readonly reading: LogReading;
  /** To its end. */
  readonly read: () => void;
}

/** What was read at once: its place is committed when all of it, and all before it, is resolved or given up. */
interface Batch {
  place: LogPlace | undefined;
  unresolved: number;
}

const READ_BYTES = 256 * 1024;
/** The index learns new inodes by working: a change that cannot be resolved yet mostly can a moment later. */
const RETRY_PAUSES_MS = [100, 400, 1_600, 6_400];
/** About 1 kB each. */
const MAX_UNRESOLVED = 20_000;

/** A folder may stand at these names: what is below has moved with it. */
const TREE_KINDS: ReadonlySet<ChangeKind> = new Set(['rename', 'exchange']);
/** Nothing is left that an index without the folder could lack. */
const REMOVING_KINDS: ReadonlySet<ChangeKind> = new Set(['delete', 'rmdir']);
const WRITING_KINDS: ReadonlySet<ChangeKind> = new Set(['create', 'write', 'link']);

export class AuditSource {
  readonly #sights = new Map<ChangeLog, Sight>();
  readonly #tails: Tail[] = [];
  /** Of each root, the batches whose place is not committed yet. */
  readonly #open = new Map<Uint8Array, Batch[]>();
  #unresolved = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;
  readonly #fail = (error: unknown) => this.deps.inbox.fail(error);

  constructor(private readonly deps: AuditSourceDeps) {}

  start(): void {
    for (const log of this.deps.logs) {
      const place = this.deps.meta.get(placeKey(log.root)) as LogPlace | undefined;
      const sight = new Sight(place?.ruleEndMs, place?.folder);
      this.#sights.set(log, sight);
      const reading = new LogReading(() => performance.now());
      const drain = coalesced(() => this.#drain(tail));
      const tail: Tail = { log, sight, reading, read: () => void drain().catch(this.#fail) };
      this.#tails.push(tail);
      log.onMore(tail.read);
      tail.read();
    }
  }

  /** @param identify  the folder that a path leads to now; undefined when that cannot be known. */
  async lookAtRoots(identify: (root: Uint8Array) => Promise<string | undefined>): Promise<void> {
    for (const [{ root }, sight] of this.#sights) sight.stand(await identify(root));
  }

  /** Roots in which changes are not seen now, and why. */
  blind(): { readonly root: Uint8Array; readonly why: string }[] {
    return [...this.#sights].flatMap(([{ root }, { trouble }]) => (trouble ? [{ root, why: trouble }] : []));
  }

  /** How far each log is read. */
  get readings(): readonly LogReading[] {
    return this.#tails.map(({ reading }) => reading);
  }

  /** Resolves when all that the logs have now is in the queue, but for what cannot be resolved yet. */
  async readAll(): Promise<void> {
    await Promise.all(
      this.#tails.map(({ reading, read }) => {
        const isRead = reading.next();
        read();
        return isRead;
      }),
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { reading } of this.#tails) reading.close();
    for (const log of this.deps.logs) log.close();
  }

  async #drain(tail: Tail): Promise<void> {
    const read = tail.reading.begin();
    try {
      while (!this.#isClosed && (await this.#readOnce(tail)));
    } finally {
      tail.reading.end(read);
    }
  }

  /** @returns false when there was nothing to read */
  async #readOnce({ log, sight, reading }: Tail): Promise<boolean> {
    const { items, cursor } = await log.read(READ_BYTES);
    for (const item of items) sight.see(item);
    sight.hasLog = cursor !== undefined;
    if (items.length === 0) return false;
    const batch: Batch = { place: undefined, unresolved: 0 };
    this.#batchesOf(log.root).push(batch);
    const found = await this.#takeItems(log.root, items, batch);
    batch.place = { cursor, ...keptOf(sight) };
    await this.#commit(log.root, found);
    reading.taken(items);
    return true;
  }

  async #takeItems(root: Uint8Array, items: readonly (FileChange | Gap)[], batch: Batch): Promise<Found> {
    const changes: ReadChange[] = [];
    for (const item of items) {
      if (item.kind === 'gap') this.deps.onGap(root, item.reason, item.sinceMs || undefined);
      else changes.push(this.#withAncestry(item));
    }
    return this.#resolveAll({ root, changes, tries: 0, batch });
  }

  /**
   * What is read again after a kill is known by its events; what was never resolved must be.
   * @returns undefined: the last one stands.
   */
  #nextPlace(root: Uint8Array): LogPlace | undefined {
    const batches = this.#batchesOf(root);
    const open = batches.findIndex(({ place, unresolved }) => place === undefined || unresolved > 0);
    return batches.splice(0, open < 0 ? batches.length : open).at(-1)?.place;
  }

  #batchesOf(root: Uint8Array): Batch[] {
    const batches = this.#open.get(root) ?? [];
    this.#open.set(root, batches);
    return batches;
  }

  async #resolveAll({ root, changes, tries, batch }: Unresolved): Promise<Found> {
    const hints: ChangeHint[] = [];
    const events: ReportedEvent[] = [];
    const left: ReadChange[] = [];
    for (const change of changes) {
      if (isRead(change.kind)) {
        events.push(...(await this.#readOf(change, root)));
        continue;
      }
      const paths = await this.deps.resolver.resolve(change, root);
      if (!paths) left.push(change);
      else hints.push(...this.#hintsOf(change, paths));
      const event = paths && eventOf(change, paths);
      if (event) events.push(event);
    }
    if (left.length > 0) this.#retryLater({ root, changes: left, tries, batch });
    return { hints, events };
  }

  /** What cannot be resolved is let go: nothing is missed by it. */
  async #readOf(change: ReadChange, root: Uint8Array): Promise<readonly ReportedEvent[]> {
    const { reads } = this.deps;
    if (!reads || reads.isOwn(change)) return [];
    const paths = await this.deps.resolver.resolve(change, root);
    const reported = paths && eventOf(change, paths);
    return reported && reads.isTold(reported.event) ? [reported] : [];
  }

  #withAncestry(change: FileChange): ReadChange {
    const ancestry = this.deps.ancestors?.of(change.who, change.timestampMs);
    return ancestry ? { ...change, ancestry } : change;
  }

  #hintsOf(change: FileChange, paths: readonly Buffer[]): ChangeHint[] {
    const { kind, from, to } = change;
    if (WRITING_KINDS.has(kind)) this.deps.writers.noteChange(change, paths);
    const scope = TREE_KINDS.has(kind) ? 'tree' : 'path';
    // Of two paths that both places are known by, the first is the old one (see resolve.ts).
    const isRename = kind === 'rename' && paths.length === 2 && from.path !== null && to?.path != null;
    const renamed = isRename ? { renamedFrom: paths[0] as Buffer } : {};
    return paths.map((path) => ({ path, scope, priority: PRIORITY.interactive, ...renamed }));
  }

  #retryLater({ root, changes, tries, batch }: Unresolved): void {
    const pause = RETRY_PAUSES_MS[tries];
    const isLacking = changes.some(({ kind }) => !REMOVING_KINDS.has(kind));
    if (pause === undefined) return this.#giveUp(root, isLacking);
    if (this.#unresolved + changes.length > MAX_UNRESOLVED)
      return this.deps.onGap(root, 'too many unknown folders', undefined);
    this.#unresolved += changes.length;
    batch.unresolved += changes.length;
    if (isLacking) this.deps.unknown.retry(root);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#unresolved -= changes.length;
      this.#retry({ root, changes, tries: tries + 1, batch })
        .then(() => isLacking && this.deps.unknown.retried(root))
        .catch(this.#fail);
    }, pause);
    this.#timers.add(timer);
  }

  /** Something changed that the index does not have: mostly it is excluded, or gone by now. */
  #giveUp(root: Uint8Array, isLacking: boolean): void {
    this.deps.plan.suspect();
    if (isLacking) this.deps.unknown.lose(root);
  }

  async #retry(unresolved: Unresolved): Promise<void> {
    const { root } = unresolved;
    const found = await this.#resolveAll(unresolved);
    unresolved.batch.unresolved -= unresolved.changes.length;
    await this.#commit(root, found);
  }

  async #commit(root: Uint8Array, found: Found): Promise<void> {
    const value = this.#nextPlace(root);
    if (this.#isClosed || (!value && found.hints.length === 0)) return;
    await this.deps.inbox.commit({ ...found, ...(value && { place: { key: placeKey(root), value } }) });
  }
}

function keptOf({ ruleEndMs, folder }: Sight): Omit<LogPlace, 'cursor'> {
  return { ...(ruleEndMs !== undefined && { ruleEndMs }), ...(folder !== undefined && { folder }) };
}
