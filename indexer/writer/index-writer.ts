/**
 * The only place that changes the index. It applies a batch of operations in one transaction, together with the
 * finished queue entries. So a crash leaves all of a batch or none of it. Runs inside the writer thread; tests run it
 * directly.
 */
import { FRESHNESS_KEY } from '../../shared/freshness.js';
import { displayPath } from '../../shared/path-text.js';
import { splitPath, toBytes } from '../../shared/paths.js';
import { Cleanliness } from '../../shared/store/cleanliness.js';
import { type DocumentRow, Documents, pathOf } from '../../shared/store/documents.js';
import { type EventLimits, Events } from '../../shared/store/events.js';
import { type Failed, Failures } from '../../shared/store/failures.js';
import { Meta } from '../../shared/store/meta.js';
import type { Db } from '../../shared/store/open.js';
import { outdate, outdateContainers } from '../../shared/store/outdate.js';
import { type FileStat, PRIORITY } from '../../shared/types.js';
import { isOwnId } from '../extract/own/own-id.js';
import { eventOf, toQueue } from '../queue/attribute-change.js';
import { ChangeQueue, type QueueCounts, type QueueOptions } from '../queue/change-queue.js';
import { takeDue } from '../queue/turns.js';
import type { Commit, LostName, RemovalCause, Taken, TakeRequest, WriteOp } from '../words.js';
import { CommitDraft, isRewritten, isSameStat, knownRoots, statOf } from './commit.js';

/** What may bring words. */
const BRINGING: readonly WriteOp['kind'][] = ['put', 'append', 'continue', 'move', 'moveTree'];
const NO_EVENTS: EventLimits = { maxBytes: 0, keepMs: 0 };
const SEQ_KEY = 'commit';

export class IndexWriter {
  readonly #documents: Documents;
  readonly #failures: Failures;
  readonly #meta: Meta;
  readonly #cleanliness: Cleanliness;
  readonly #queue: ChangeQueue;
  readonly #events: Events;
  /** Files that lost a name in this batch, by device and inode. */
  readonly #withLostNames = new Map<string, Pick<DocumentRow, 'dev' | 'ino'>>();
  /** This batch has taken text or names out. */
  #takesOut = false;
  readonly #apply: (ops: readonly WriteOp[], nowMs: number) => Commit;
  readonly #take: (request: TakeRequest, nowMs: number) => Taken;
  #knownRoots: readonly Buffer[];
  #seq: number;
  #draft: CommitDraft;

  /** @param limits  of the events that are kept; default: none are. */
  constructor(
    private readonly db: Db,
    options: QueueOptions,
    limits = NO_EVENTS,
  ) {
    const onTakenOut = () => {
      this.#takesOut = true;
    };
    const onNameLost = (file: Pick<DocumentRow, 'dev' | 'ino'>) =>
      void this.#withLostNames.set(`${file.dev} ${file.ino}`, file);
    this.#documents = new Documents(db, { onNameLost, onTakenOut });
    this.#failures = new Failures(db, onTakenOut);
    this.#meta = new Meta(db);
    this.#cleanliness = new Cleanliness(db, () => Date.now());
    this.#queue = new ChangeQueue(db, options, onTakenOut);
    this.#events = new Events(db, limits, onTakenOut);
    this.#knownRoots = knownRoots(this.#meta.get(FRESHNESS_KEY));
    this.#seq = Number(this.#meta.get(SEQ_KEY) ?? 0);
    this.#draft = this.#newDraft(false);
    this.#apply = db.transaction((ops: readonly WriteOp[], nowMs: number) => {
      this.#takesOut = false;
      this.#withLostNames.clear();
      this.#failures.begin();
      this.#documents.begin();
      for (const op of ops) this.#applyOne(op, nowMs);
      this.#readOtherNames(nowMs);
      const commit = this.#commit(ops.some(({ kind }) => kind === 'finish'));
      if (this.#takesOut) this.#cleanliness.soil();
      if (ops.some(({ kind }) => BRINGING.includes(kind))) this.#cleanliness.hasNewWords();
      return commit;
    }).immediate;
    this.#take = db.transaction((request: TakeRequest, nowMs: number) =>
      takeDue(this.#queue, request, nowMs),
    ).immediate;
  }

  /** @param isTold  somebody listens to the commits; otherwise they come without their changes. */
  apply(ops: readonly WriteOp[], nowMs: number, isTold = true): Commit {
    this.#draft = this.#newDraft(isTold);
    try {
      const commit = this.#apply(ops, nowMs);
      this.#seq = commit.seq;
      return commit;
    } catch (error) {
      this.#events.rolledBack();
      throw error;
    }
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

  #applyOne(op: WriteOp, nowMs: number): void {
    switch (op.kind) {
      case 'put':
        return this.#put(op, nowMs);
      case 'keep':
        return this.#changeKnown(op, nowMs, (row) => this.#keep(row, op));
      case 'append':
        return this.#changeKnown(op, nowMs, (row) => this.#append(row, op));
      case 'continue':
        return this.#changeKnown(op, nowMs, (row) => this.#continue(row, op));
      case 'touch':
        return this.#documents.touch(op.path, op.stat);
      case 'attributes':
        return this.#noteAttributes(op, nowMs);
      case 'remove':
        if (!op.why && !op.keepsEvents) this.#events.dropOpen(op.path);
        return this.#remove(op.path, op.why);
      case 'forget':
        this.#events.dropOpen(op.path);
        this.#remove(op.path);
        this.#events.forget(op.path, Date.now());
        return this.#queue.drop(op.path);
      case 'event':
        return void this.#events.add(op);
      case 'forgetEventsBelow':
        return this.#events.forget(op.path, Date.now());
      case 'forgetEvents':
        return this.#events.drop(op.sequences);
      case 'takeOverEvents':
        return this.#events.takeOver(op.events, op.openSinceMs);
      case 'pruneEvents':
        return this.#events.prune(Date.now());
      case 'move':
        return this.#move(op.from, op.to, op.stat, nowMs);
      case 'moveTree':
        return this.#moveTree(op.from, op.to, op.stat, nowMs);
      case 'directory':
        return this.#putDirectory(op.path, op.stat);
      case 'failure':
        return this.#failures.put(op, Date.now());
      case 'missing':
        return this.#failures.put(missing(op), Date.now());
      case 'tryAgain':
        return this.#tryAgain(op, nowMs);
      case 'succeeded':
        return this.#failures.remove(op.path);
      case 'enqueue':
        return this.#queue.enqueue(op.hint, nowMs);
      case 'outdate':
        return outdate(this.db, op.files);
      case 'outdateContainers':
        return outdateContainers(this.db, op.versions);
      case 'hold':
        return this.#queue.hold(op.path, nowMs + op.forMs, nowMs);
      case 'finish':
        return this.#finish(op.path);
      case 'retry':
        return this.#queue.retry(op.path, nowMs, op.afterMs, op.isIndexed);
      case 'meta':
        if (op.key === FRESHNESS_KEY) this.#knownRoots = knownRoots(op.value);
        return this.#meta.set(op.key, op.value);
    }
  }

  /** Whatever has failed at and below a path, as if it had changed. */
  #tryAgain({ path: top, isForgiven = false }: Extract<WriteOp, { kind: 'tryAgain' }>, nowMs: number): void {
    for (const path of this.#failures.at(top)) {
      const row = this.#documents.find(path);
      if (row && (row.extractor === 'failed' || isOwnId(row.extractor))) this.#documents.parts.outdate(row.id);
      if (isForgiven) this.#failures.forgive(path);
      this.#queue.enqueue({ path, scope: 'path', priority: PRIORITY.bulk }, nowMs);
    }
  }

  #noteAttributes(op: Extract<WriteOp, { kind: 'attributes' }>, nowMs: number): void {
    const isDone = !this.#queue.has(op.path) && this.#documents.touchSame(op.id, op.stat);
    if (isDone) this.#draft.settle(eventOf(op), () => statOf(this.#documents.find(op.path)));
    else for (const each of toQueue(op)) this.#applyOne(each, nowMs);
  }

  #newDraft(isTold: boolean): CommitDraft {
    return new CommitDraft(this.#events, () => this.#knownRoots, isTold);
  }

  /** What goes on changing is worked on again: its events stay open until then. */
  #finish(path: Uint8Array): void {
    if (this.#queue.finish(path)) this.#draft.finish(path, () => statOf(this.#documents.find(path)));
  }

  #commit(hasFinished: boolean): Commit {
    if (hasFinished && this.#events.isAnyOpen && this.#queue.isEmpty) this.#draft.finishAll();
    if (this.#events.isTooLarge) this.#events.prune(Date.now());
    this.#events.save();
    const { isAny, changes } = this.#draft;
    if (!isAny) return { seq: this.#seq, changes };
    const seq = this.#seq + 1;
    this.#meta.set(SEQ_KEY, seq);
    return { seq, changes };
  }

  /** What was written through a name that is gone by now is seen under the names that are left. */
  #readOtherNames(nowMs: number): void {
    for (const { dev, ino } of this.#withLostNames.values())
      for (const row of this.#documents.findByInode(dev, ino))
        this.#queue.enqueue({ path: pathOf(row), scope: 'path', priority: PRIORITY.reconcile }, nowMs);
  }

  #put({ path, stat, extraction, from }: Extract<WriteOp, { kind: 'put' }>, nowMs: number): void {
    const file = this.#fileAbove(path);
    if (file) return this.#lookAgain([file, path], nowMs);
    this.#removeBelow(path);
    const row = this.#documents.find(path);
    const lost = row || !from ? undefined : this.#withLostName(from, path, stat);
    if (lost) this.#documents.move(lost, path, stat);
    this.#documents.put(path, stat, extraction, lost ? undefined : (row ?? null));
    if (lost) return this.#noteMoved(lost, path, stat);
    const isChanged = !row || isRewritten(row, stat, extraction.input);
    const kind = row ? (isChanged ? 'changed' : 'unchanged') : 'added';
    const found = row ? 'write' : 'create';
    this.#draft.note({ path, kind, before: statOf(row), after: stat }, isChanged ? found : undefined);
  }

  /** What is reported of one of the two names is not to be found by comparing. */
  #withLostName(from: LostName, path: Uint8Array, stat: FileStat): DocumentRow | undefined {
    if (this.#events.isOpen(path) || this.#events.isOpen(from.path)) return undefined;
    const row = this.#documents.find(from.path);
    return row?.ino === stat.ino && row.dev === stat.dev && row.ctime_ms === from.ctimeMs ? row : undefined;
  }

  #noteMoved(row: DocumentRow, path: Uint8Array, stat: FileStat): void {
    this.#documents.directories.removeUnneeded(row.dir_id);
    this.#draft.note({ path, kind: 'moved', from: pathOf(row), before: statOf(row), after: stat }, 'rename');
  }

  #keep(row: DocumentRow, { path, stat, content }: Extract<WriteOp, { kind: 'keep' }>): void {
    this.#documents.keep(row, stat, content);
    const found = row.ino === stat.ino ? 'attrib' : 'write';
    const change = { path, kind: 'unchanged', before: statOf(row), after: stat } as const;
    if (!isSameStat(row, stat)) this.#draft.note(change, found);
  }

  #append(row: DocumentRow, { path, stat, appended }: Extract<WriteOp, { kind: 'append' }>): void {
    this.#documents.append(row.id, stat, appended);
    this.#draft.note({ path, kind: 'changed', before: statOf(row), after: stat }, 'write');
  }

  #continue(row: DocumentRow, { path, stat, extraction }: Extract<WriteOp, { kind: 'continue' }>): void {
    this.#documents.continue(row.id, path, stat, extraction);
    const kind = row.input === extraction.input ? 'unchanged' : 'changed';
    if (!isSameStat(row, stat)) this.#draft.note({ path, kind, before: statOf(row), after: stat }, 'write');
  }

  #changeKnown(op: { path: Uint8Array; known: string }, nowMs: number, change: (row: DocumentRow) => void): void {
    const row = this.#documents.find(op.path);
    if (row?.input === op.known) change(row);
    else this.#lookAgain([op.path], nowMs);
  }

  #lookAgain(paths: readonly Uint8Array[], nowMs: number): void {
    for (const path of paths) this.#queue.enqueue({ path, scope: 'path', priority: PRIORITY.interactive }, nowMs);
  }

  /** What was read below a folder may come after a file has taken the folder's name: one of the two is gone by now. */
  #fileAbove(path: Uint8Array): Uint8Array | undefined {
    const { directory } = splitPath(path);
    if (directory.length <= 1 || this.#documents.directories.has(directory)) return undefined;
    return this.#documents.find(directory) ? directory : this.#fileAbove(directory);
  }

  #move(from: Uint8Array, to: Uint8Array, stat: FileStat, nowMs: number): void {
    const row = this.#documents.find(from);
    if (row && row.ino === stat.ino && row.size === stat.size && row.mtime_ms === stat.mtimeMs) {
      this.#documents.move(row, to, stat);
      // After it: the file may come from the very folder it replaces.
      this.#removeBelow(to);
      this.#noteMoved(row, to, stat);
    } else {
      this.#lookAgain([to], nowMs);
    }
  }

  /** Whatever the index had elsewhere, the folder at `to` is compared with the disk afterwards. */
  #moveTree(from: Uint8Array, to: Uint8Array, stat: FileStat, nowMs: number): void {
    if (this.#documents.directories.find(from)?.ino !== stat.ino) return;
    // What failed under its old name is tried again under the new one; so is a file that had the name of the folder.
    for (const path of [...this.#failures.below(from), ...this.#failures.at(to)]) {
      const row = this.#documents.find(path);
      if (row) this.#documents.remove(row);
    }
    this.#failures.removeTree(from);
    this.#failures.removeTree(to);
    this.#documents.moveTree(from, to);
    this.#draft.note({ path: to, kind: 'moved', from, before: null, after: null }, 'rename');
    // What stands there by now, and was indexed already, has moved along.
    this.#queue.enqueue({ path: from, scope: 'tree', priority: PRIORITY.interactive }, nowMs);
  }

  /** Also of a path that the index has not: its name has stood in the queue. */
  #remove(path: Uint8Array, why?: RemovalCause): void {
    this.#takesOut = true;
    const row = this.#documents.find(path);
    const isFolder = this.#documents.directories.find(path) !== undefined;
    if (row) {
      this.#documents.remove(row);
      this.#documents.directories.removeUnneeded(row.dir_id);
    }
    this.#documents.removeTree(path);
    const gone = isFolder ? 'rmdir' : 'delete';
    const found = why === 'gone' ? gone : why && 'attrib';
    if (row || isFolder) this.#draft.note({ path, kind: 'removed', before: statOf(row), after: null }, found);
    this.#failures.removeTree(path);
  }

  /** Where a file stands nothing is below. */
  #removeBelow(path: Uint8Array): void {
    if (this.#documents.directories.find(path)) this.#documents.removeTree(path);
    this.#failures.removeTree(path);
  }

  #putDirectory(path: Uint8Array, stat: Omit<FileStat, 'size' | 'ctimeMs'>): void {
    const file = this.#documents.find(path);
    if (file) {
      this.#documents.remove(file);
      this.#draft.note({ path, kind: 'removed', before: statOf(file), after: null }, 'delete');
    }
    const isKnown = this.#documents.directories.find(path) !== undefined;
    this.#documents.directories.put(toBytes(path), stat);
    if (!isKnown) this.#draft.note({ path, kind: 'added', before: null, after: null }, 'mkdir');
  }
}

function missing({ folder, why }: Extract<WriteOp, { kind: 'missing' }>): Failed {
  const message = `look at ${displayPath(folder)}: ${why}; what was indexed there is kept`;
  return { path: folder, code: 'FT_ROOT_MISSING', message };
}
