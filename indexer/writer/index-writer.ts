/**
 * The one place that changes the index: applies a batch of operations in one transaction, the finished queue entries
 * included, so a crash leaves either all of a batch or none of it. Runs inside the writer thread; tests run it directly.
 */
import { toBytes } from '../../shared/paths.js';
import { Documents } from '../../shared/store/documents.js';
import { Failures } from '../../shared/store/failures.js';
import { Meta } from '../../shared/store/meta.js';
import type { Db } from '../../shared/store/open.js';
import { type ChangeHint, type Extraction, type FileStat, PRIORITY } from '../../shared/types.js';
import { ChangeQueue, type QueueCounts, type QueueEntry, type QueueOptions } from '../queue/change-queue.js';

export type WriteOp =
  | { readonly kind: 'put'; readonly path: Uint8Array; readonly stat: FileStat; readonly extraction: Extraction }
  | { readonly kind: 'touch'; readonly path: Uint8Array; readonly stat: FileStat }
  /** A document, or a folder with everything below it; whatever the index has at that path. */
  | { readonly kind: 'remove'; readonly path: Uint8Array }
  /** Done only when the index still has that very file at `from`; else `to` is queued again. */
  | { readonly kind: 'move'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  /** Done only when the index still has that very inode at `from`; the caller compares `to` with the disk afterwards. */
  | { readonly kind: 'moveTree'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  | { readonly kind: 'directory'; readonly path: Uint8Array; readonly stat: Omit<FileStat, 'size' | 'ctimeMs'> }
  | { readonly kind: 'failure'; readonly path: Uint8Array; readonly code: string; readonly message: string }
  | { readonly kind: 'succeeded'; readonly path: Uint8Array }
  | { readonly kind: 'enqueue'; readonly hint: ChangeHint }
  | { readonly kind: 'finish'; readonly path: Uint8Array }
  | { readonly kind: 'retry'; readonly path: Uint8Array; readonly afterMs: number }
  | { readonly kind: 'meta'; readonly key: string; readonly value: unknown };

export interface TakeRequest {
  readonly interactive: number;
  /** For both reconcile and bulk, reconcile first. */
  readonly other: number;
}

export interface Taken {
  readonly entries: readonly QueueEntry[];
  /** Of the kinds that were asked for. */
  readonly nextDueMs: number | undefined;
  /** Nothing waits, due or not. */
  readonly isEmpty: boolean;
}

export class IndexWriter {
  readonly #documents: Documents;
  readonly #failures: Failures;
  readonly #meta: Meta;
  readonly #queue: ChangeQueue;
  readonly #apply: (ops: readonly WriteOp[], nowMs: number) => void;
  readonly #take: (request: TakeRequest, nowMs: number) => Taken;

  constructor(db: Db, options: QueueOptions) {
    this.#documents = new Documents(db);
    this.#failures = new Failures(db);
    this.#meta = new Meta(db);
    this.#queue = new ChangeQueue(db, options);
    this.#apply = db.transaction((ops: readonly WriteOp[], nowMs: number) => {
      for (const op of ops) this.#applyOne(op, nowMs);
    }).immediate;
    this.#take = db.transaction((request: TakeRequest, nowMs: number) => this.#takeDue(request, nowMs)).immediate;
  }

  apply(ops: readonly WriteOp[], nowMs: number): void {
    this.#apply(ops, nowMs);
  }

  /** Would `take` find anything? */
  isAnyDue(nowMs: number): boolean {
    return Object.values(PRIORITY).some(
      (priority) => (this.#queue.nextDueMs(priority) ?? Number.POSITIVE_INFINITY) <= nowMs,
    );
  }

  take(request: TakeRequest, nowMs: number): Taken {
    return this.#take(request, nowMs);
  }

  counts(): QueueCounts {
    return this.#queue.counts();
  }

  #takeDue(request: TakeRequest, nowMs: number): Taken {
    const interactive = this.#queue.take(PRIORITY.interactive, nowMs, request.interactive);
    const reconcile = this.#queue.take(PRIORITY.reconcile, nowMs, request.other);
    const bulk = this.#queue.take(PRIORITY.bulk, nowMs, request.other - reconcile.length);
    const entries = [...interactive, ...reconcile, ...bulk];
    const nextMs = this.#queue.nextDueMs(PRIORITY.interactive);
    const nextOtherMs = earlier(this.#queue.nextDueMs(PRIORITY.reconcile), this.#queue.nextDueMs(PRIORITY.bulk));
    const nextDueMs = earlier(
      request.interactive > 0 ? nextMs : undefined,
      request.other > 0 ? nextOtherMs : undefined,
    );
    return { entries, nextDueMs, isEmpty: nextMs === undefined && nextOtherMs === undefined };
  }

  #applyOne(op: WriteOp, nowMs: number): void {
    switch (op.kind) {
      case 'put':
        return this.#put(op.path, op.stat, op.extraction);
      case 'touch': {
        const row = this.#documents.find(op.path);
        if (row) this.#documents.setStat(row.id, op.stat);
        return;
      }
      case 'remove':
        return this.#remove(op.path);
      case 'move':
        return this.#move(op.from, op.to, op.stat, nowMs);
      case 'moveTree':
        return this.#moveTree(op.from, op.to, op.stat);
      case 'directory':
        return this.#putDirectory(op.path, op.stat);
      case 'failure':
        return this.#failures.put(op.path, op.code, op.message, Date.now());
      case 'succeeded':
        return this.#failures.remove(op.path);
      case 'enqueue':
        return this.#queue.enqueue(op.hint, nowMs);
      case 'finish':
        return this.#queue.finish(op.path);
      case 'retry':
        return this.#queue.retry(op.path, nowMs, op.afterMs);
      case 'meta':
        return this.#meta.set(op.key, op.value);
    }
  }

  #put(path: Uint8Array, stat: FileStat, extraction: Extraction): void {
    if (this.#documents.directories.find(path)) this.#documents.removeTree(path);
    this.#documents.put(path, stat, extraction);
  }

  #move(from: Uint8Array, to: Uint8Array, stat: FileStat, nowMs: number): void {
    const row = this.#documents.find(from);
    if (row && row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs) {
      this.#documents.move(row, to, stat);
      this.#documents.directories.removeUnneeded(row.dir_id);
    } else {
      this.#queue.enqueue({ path: to, scope: 'path', priority: PRIORITY.interactive }, nowMs);
    }
  }

  /** Whatever the index had elsewhere, the folder at `to` is compared with the disk afterwards. */
  #moveTree(from: Uint8Array, to: Uint8Array, stat: FileStat): void {
    if (this.#documents.directories.find(from)?.ino !== stat.ino) return;
    // What failed under its old name is tried again under the new one.
    for (const path of this.#failures.below(from)) {
      const row = this.#documents.find(path);
      if (row) this.#documents.remove(row.id);
    }
    this.#failures.removeTree(from);
    this.#failures.removeTree(to);
    this.#documents.moveTree(from, to);
  }

  #remove(path: Uint8Array): void {
    const row = this.#documents.find(path);
    if (row) {
      this.#documents.remove(row.id);
      this.#documents.directories.removeUnneeded(row.dir_id);
    }
    this.#documents.removeTree(path);
    this.#failures.removeTree(path);
  }

  #putDirectory(path: Uint8Array, stat: Omit<FileStat, 'size' | 'ctimeMs'>): void {
    const file = this.#documents.find(path);
    if (file) this.#documents.remove(file.id);
    this.#documents.directories.put(toBytes(path), stat);
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
