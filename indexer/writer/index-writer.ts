/**
 * The one place that changes the index: applies a batch of operations in one transaction, the finished queue entries
 * included, so a crash leaves either all of a batch or none of it. Runs inside the writer thread; tests run it directly.
 */
import { toBytes } from '../../shared/paths.js';
import { Cleanliness } from '../../shared/store/cleanliness.js';
import { type DocumentRow, Documents } from '../../shared/store/documents.js';
import { Failures } from '../../shared/store/failures.js';
import { Meta } from '../../shared/store/meta.js';
import type { Db } from '../../shared/store/open.js';
import {
  type Appended,
  type ChangeHint,
  type Extraction,
  type FileStat,
  PRIORITY,
  type Priority,
} from '../../shared/types.js';
import {
  ChangeQueue,
  type QueueCounts,
  type QueueEntry,
  type QueueOptions,
  type Scope,
} from '../queue/change-queue.js';

export type WriteOp =
  | { readonly kind: 'put'; readonly path: Uint8Array; readonly stat: FileStat; readonly extraction: Extraction }
  /** The document is as it was. Done only when the index still has what it was compared with (`known`); else the path is queued again. */
  | {
      readonly kind: 'keep';
      readonly path: Uint8Array;
      readonly known: string;
      readonly stat: FileStat;
      readonly content: Pick<Extraction, 'input' | 'output'>;
    }
  /** Something was appended. Done only when the index still has what it was appended to; else the path is queued again. */
  | {
      readonly kind: 'append';
      readonly path: Uint8Array;
      readonly known: string;
      readonly stat: FileStat;
      readonly appended: Appended;
    }
  | { readonly kind: 'touch'; readonly path: Uint8Array; readonly stat: FileStat }
  /** A document, or a folder with everything below it; whatever the index has at that path. */
  | { readonly kind: 'remove'; readonly path: Uint8Array }
  /** The same, and whatever waits to be looked at there. */
  | { readonly kind: 'forget'; readonly path: Uint8Array }
  /** Done only when the index still has that very file at `from`; else `to` is queued again. */
  | { readonly kind: 'move'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  /** Done only when the index still has that very inode at `from`; the caller compares `to` with the disk afterwards. */
  | { readonly kind: 'moveTree'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  | { readonly kind: 'directory'; readonly path: Uint8Array; readonly stat: Omit<FileStat, 'size' | 'ctimeMs'> }
  | { readonly kind: 'failure'; readonly path: Uint8Array; readonly code: string; readonly message: string }
  | { readonly kind: 'succeeded'; readonly path: Uint8Array }
  | { readonly kind: 'enqueue'; readonly hint: ChangeHint }
  | { readonly kind: 'finish'; readonly path: Uint8Array }
  /** It has cost enough for a while: changes of it wait until then. */
  | { readonly kind: 'hold'; readonly path: Uint8Array; readonly forMs: number }
  /** isIndexed: the index has it as it was a moment ago; it is looked at again because it goes on changing. */
  | { readonly kind: 'retry'; readonly path: Uint8Array; readonly afterMs: number; readonly isIndexed?: boolean }
  | { readonly kind: 'meta'; readonly key: string; readonly value: unknown };

export interface TakeRequest {
  readonly interactive: number;
  /** Folders to compare, of the other priorities, the more urgent first. */
  readonly trees: number;
  /** Paths, of the other priorities. */
  readonly other: number;
}

export interface Taken {
  readonly entries: readonly QueueEntry[];
  /** Of the kinds that were asked for. */
  readonly nextDueMs: number | undefined;
}

interface Kind {
  readonly room: keyof TakeRequest;
  readonly priority: Priority;
  readonly scope: Scope;
}

/** What is taken from the backlog, in this order; `last` only when nothing of these is due. */
const KINDS = [
  { room: 'interactive', priority: PRIORITY.interactive, scope: 'tree' },
  { room: 'interactive', priority: PRIORITY.interactive, scope: 'path' },
  { room: 'trees', priority: PRIORITY.reconcile, scope: 'tree' },
  { room: 'trees', priority: PRIORITY.bulk, scope: 'tree' },
  { room: 'other', priority: PRIORITY.reconcile, scope: 'path' },
  { room: 'other', priority: PRIORITY.bulk, scope: 'path' },
] as const satisfies Kind[];
const LAST = [
  { room: 'trees', priority: PRIORITY.last, scope: 'tree' },
  { room: 'trees', priority: PRIORITY.last, scope: 'path' },
] as const satisfies Kind[];

/** What takes text or names out, or may do so. */
const SOILING: readonly WriteOp['kind'][] = ['put', 'append', 'remove', 'forget', 'move', 'moveTree'];

export class IndexWriter {
  readonly #documents: Documents;
  readonly #failures: Failures;
  readonly #meta: Meta;
  readonly #cleanliness: Cleanliness;
  readonly #queue: ChangeQueue;
  readonly #othersToRead: Buffer[] = [];
  readonly #apply: (ops: readonly WriteOp[], nowMs: number) => void;
  readonly #take: (request: TakeRequest, nowMs: number) => Taken;

  constructor(db: Db, options: QueueOptions) {
    this.#documents = new Documents(db, (path) => this.#othersToRead.push(path));
    this.#failures = new Failures(db);
    this.#meta = new Meta(db);
    this.#cleanliness = new Cleanliness(db, () => Date.now());
    this.#queue = new ChangeQueue(db, options);
    this.#apply = db.transaction((ops: readonly WriteOp[], nowMs: number) => {
      if (ops.some(({ kind }) => SOILING.includes(kind))) this.#cleanliness.soil();
      for (const op of ops) this.#applyOne(op, nowMs);
      this.#readOtherNames(nowMs);
    }).immediate;
    this.#take = db.transaction((request: TakeRequest, nowMs: number) => this.#takeDue(request, nowMs)).immediate;
  }

  apply(ops: readonly WriteOp[], nowMs: number): void {
    this.#apply(ops, nowMs);
  }

  /** Would `take` find anything? */
  isAnyDue(nowMs: number): boolean {
    return (this.#queue.firstDueMs() ?? Number.POSITIVE_INFINITY) <= nowMs;
  }

  take(request: TakeRequest, nowMs: number): Taken {
    return this.#take(request, nowMs);
  }

  counts(): QueueCounts {
    return this.#queue.counts();
  }

  hasRechecks(folder: Uint8Array): boolean {
    return this.#queue.hasRechecks(folder);
  }

  #takeDue(request: TakeRequest, nowMs: number): Taken {
    const room = { ...request };
    const entries = KINDS.flatMap((kind) => {
      const taken = this.#queue.take(kind.priority, nowMs, room[kind.room], [kind.scope]);
      // One priority of folders at a time: they are one job.
      room[kind.room] -= kind.room === 'trees' && taken.length > 0 ? room.trees : taken.length;
      return taken;
    });
    if (entries.length === 0) entries.push(...this.#takeLast(request, nowMs));
    const asked = [...KINDS, ...LAST].filter((kind) => request[kind.room] > 0);
    // One of the last that is due and was not taken waits for others, not for its time.
    const nextDueMs = this.#earliest(
      asked.filter((kind) => kind.priority !== PRIORITY.last || this.#isLater(kind, nowMs)),
    );
    return { entries, nextDueMs };
  }

  #isLater({ priority, scope }: Kind, nowMs: number): boolean {
    return (this.#queue.nextDueMs(priority, scope) ?? 0) > nowMs;
  }

  #takeLast({ trees }: TakeRequest, nowMs: number): QueueEntry[] {
    const earlierMs = this.#earliest(KINDS.filter(({ room }) => room !== 'interactive')) ?? Number.POSITIVE_INFINITY;
    return earlierMs <= nowMs ? [] : this.#queue.take(PRIORITY.last, nowMs, trees);
  }

  #earliest(kinds: readonly Kind[]): number | undefined {
    const due = kinds.map(({ priority, scope }) => this.#queue.nextDueMs(priority, scope));
    const known = due.filter((ms) => ms !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  #applyOne(op: WriteOp, nowMs: number): void {
    switch (op.kind) {
      case 'put':
        return this.#put(op.path, op.stat, op.extraction);
      case 'keep':
        return this.#changeKnown(op, nowMs, (row) => this.#documents.keep(row, op.stat, op.content));
      case 'append':
        return this.#changeKnown(op, nowMs, ({ id }) => this.#documents.append(id, op.stat, op.appended));
      case 'touch': {
        const row = this.#documents.find(op.path);
        if (row) this.#documents.setStat(row.id, op.stat);
        return;
      }
      case 'remove':
        return this.#remove(op.path);
      case 'forget':
        this.#remove(op.path);
        return this.#queue.drop(op.path);
      case 'move':
        return this.#move(op.from, op.to, op.stat, nowMs);
      case 'moveTree':
        return this.#moveTree(op.from, op.to, op.stat, nowMs);
      case 'directory':
        return this.#putDirectory(op.path, op.stat);
      case 'failure':
        return this.#failures.put(op.path, op.code, op.message, Date.now());
      case 'succeeded':
        return this.#failures.remove(op.path);
      case 'enqueue':
        return this.#queue.enqueue(op.hint, nowMs);
      case 'hold':
        return this.#queue.hold(op.path, nowMs + op.forMs);
      case 'finish':
        return this.#queue.finish(op.path);
      case 'retry':
        return this.#queue.retry(op.path, nowMs, op.afterMs, op.isIndexed);
      case 'meta':
        return this.#meta.set(op.key, op.value);
    }
  }

  /** What was written through a name that is gone by now is seen under the names that are left. */
  #readOtherNames(nowMs: number): void {
    for (const path of this.#othersToRead.splice(0)) {
      this.#queue.enqueue({ path, scope: 'path', priority: PRIORITY.reconcile }, nowMs);
    }
  }

  #put(path: Uint8Array, stat: FileStat, extraction: Extraction): void {
    this.#removeBelow(path);
    this.#documents.put(path, stat, extraction);
  }

  #changeKnown(op: { path: Uint8Array; known: string }, nowMs: number, change: (row: DocumentRow) => void): void {
    const row = this.#documents.find(op.path);
    if (row?.input === op.known) change(row);
    else this.#queue.enqueue({ path: op.path, scope: 'path', priority: PRIORITY.interactive }, nowMs);
  }

  #move(from: Uint8Array, to: Uint8Array, stat: FileStat, nowMs: number): void {
    const row = this.#documents.find(from);
    if (row && row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs) {
      this.#documents.move(row, to, stat);
      // After it: the file may come from the very folder it replaces.
      this.#removeBelow(to);
      this.#documents.directories.removeUnneeded(row.dir_id);
    } else {
      this.#queue.enqueue({ path: to, scope: 'path', priority: PRIORITY.interactive }, nowMs);
    }
  }

  /** Whatever the index had elsewhere, the folder at `to` is compared with the disk afterwards. */
  #moveTree(from: Uint8Array, to: Uint8Array, stat: FileStat, nowMs: number): void {
    if (this.#documents.directories.find(from)?.ino !== stat.ino) return;
    // What failed under its old name is tried again under the new one.
    for (const path of this.#failures.below(from)) {
      const row = this.#documents.find(path);
      if (row) this.#documents.remove(row);
    }
    this.#failures.removeTree(from);
    this.#failures.removeTree(to);
    this.#documents.moveTree(from, to);
    // What stands there by now, and was indexed already, has moved along.
    this.#queue.enqueue({ path: from, scope: 'tree', priority: PRIORITY.interactive }, nowMs);
  }

  #remove(path: Uint8Array): void {
    const row = this.#documents.find(path);
    if (row) {
      this.#documents.remove(row);
      this.#documents.directories.removeUnneeded(row.dir_id);
    }
    this.#documents.removeTree(path);
    this.#failures.removeTree(path);
  }

  /** Where a file stands nothing is below. */
  #removeBelow(path: Uint8Array): void {
    if (this.#documents.directories.find(path)) this.#documents.removeTree(path);
    this.#failures.removeTree(path);
  }

  #putDirectory(path: Uint8Array, stat: Omit<FileStat, 'size' | 'ctimeMs'>): void {
    const file = this.#documents.find(path);
    if (file) this.#documents.remove(file);
    this.#documents.directories.put(toBytes(path), stat);
  }
}
