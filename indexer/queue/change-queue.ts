/**
 * The queue of paths to look at. It is in SQLite, so that it survives a crash and costs no memory. Used inside the
 * writer.
 *
 * A path is released when it has been quiet for `settleMs`, or `maxWaitMs` after its first change, whichever comes
 * first. What a comparison found is released at once, because it is quiet already. Times are those of a clock that
 * never goes back.
 *
 * Invariants:
 * - A path has at most one entry, and is never released twice at the same time.
 * - A change that arrives while its path is worked on is released again afterwards.
 * - What a comparison found counts as a re-check until it is done, whatever else happens to its path.
 * - A held path is released when its time is over, as a change that nobody waits for. What a comparison found is not
 *   held.
 */
import { pathKey } from '../../shared/path-key.js';
import { rangeBelow } from '../../shared/path-within.js';
import { splitPath, toBytes } from '../../shared/paths.js';
import type { Db } from '../../shared/store/open.js';
import { type ChangeHint, PRIORITY, type Priority } from '../../shared/types.js';
import type { QueueEntry, Scope } from '../words.js';

export interface QueueOptions {
  readonly settleMs: number;
  readonly maxWaitMs: number;
}

export interface QueueCounts {
  readonly queued: number;
  readonly running: number;
}

/** Above so many, those whose time is over are forgotten: they may never change again. */
const MAX_HELD = 1000;
const PRIORITIES: readonly Priority[] = Object.values(PRIORITY);
const SCOPES: readonly Scope[] = ['tree', 'path'];

export class ChangeQueue {
  readonly #upsert;
  readonly #firstTreeDue;
  readonly #hasRecheck;
  readonly #swallow;
  readonly #drop;
  readonly #take;
  readonly #finish;
  readonly #release;
  readonly #retry;
  readonly #nextDue;
  readonly #first;
  readonly #has;
  readonly #counts;
  readonly #isRecheck;
  readonly #rechecksBelow;
  readonly #waitsAlready;
  readonly #delay;
  /** Until when, by path. Not kept over a restart: then everything is due. */
  readonly #held = new Map<string, number>();

  /** @param onTakenOut  called when paths are dropped that may be gone before they were indexed. */
  constructor(
    db: Db,
    private readonly options: QueueOptions,
    private readonly onTakenOut: () => void = () => {},
  ) {
    // The clock of this queue begins anew with each process: what is left over is due now, and in the order it was.
    const lastMs = db.prepare<[], number | null>('SELECT max(due_ms) FROM queue').pluck().get() ?? 0;
    db.prepare(
      'UPDATE queue SET taken = 0, first_ms = 0, due_ms = due_ms - ?, is_recheck = is_recheck > 0, is_attributes = 0',
    ).run(lastMs);
    this.#upsert = db.prepare<[Buffer, Scope, Priority, number, number, 0 | 1, Buffer | null, 0 | 1]>(`
      INSERT INTO queue (path, scope, priority, first_ms, due_ms, is_recheck, renamed_from, is_attributes, attempt, taken)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
      ON CONFLICT (path) DO UPDATE SET
        scope = CASE WHEN excluded.scope = 'tree' THEN 'tree' ELSE CASE taken WHEN 1 THEN 'path' ELSE scope END END,
        priority = CASE taken WHEN 1 THEN excluded.priority ELSE min(priority, excluded.priority) END,
        first_ms = CASE taken WHEN 1 THEN excluded.first_ms ELSE first_ms END,
        due_ms = min(excluded.due_ms, CASE taken WHEN 1 THEN excluded.first_ms ELSE first_ms END + ${Number(options.maxWaitMs)}),
        attempt = 0,
        renamed_from = NULL,
        is_attributes = is_attributes & excluded.is_attributes,
        is_recheck = is_recheck | CASE taken WHEN 0 THEN excluded.is_recheck ELSE excluded.is_recheck * 2 END,
        taken = CASE taken WHEN 0 THEN 0 ELSE 2 END`);
    // The plus keeps SQLite from looking through all that waits, by the index of what is due.
    const waiting = 'path >= ? AND path < ? AND +taken = 0';
    this.#firstTreeDue = db
      .prepare<[Buffer, Buffer], number | null>(`SELECT min(due_ms) FROM queue WHERE ${waiting} AND +scope = 'tree'`)
      .pluck();
    const waitingBelow = `${waiting} AND +priority >= ? AND +scope = 'path'`;
    this.#hasRecheck = db
      .prepare<[Buffer, Buffer, number], number>(`SELECT 1 FROM queue WHERE ${waitingBelow} AND is_recheck > 0 LIMIT 1`)
      .pluck();
    this.#swallow = db.prepare(`DELETE FROM queue WHERE ${waitingBelow}`);
    this.#drop = db.prepare('DELETE FROM queue WHERE path = ? OR (path >= ? AND path < ?)');
    this.#take = db.prepare<[number, Scope, number, number], QueueEntry & { readonly dueMs: number }>(
      `UPDATE queue SET taken = 1
       WHERE path IN (
         SELECT path FROM queue WHERE taken = 0 AND priority = ? AND scope = ? AND due_ms <= ? ORDER BY due_ms, path LIMIT ?
       )
       RETURNING path, scope, priority, attempt, renamed_from AS renamedFrom, is_attributes AS isAttributes,
         due_ms AS dueMs`,
    );
    this.#finish = db.prepare('DELETE FROM queue WHERE path = ? AND taken = 1');
    this.#release = db.prepare(
      `UPDATE queue SET taken = 0, is_recheck = max(is_recheck & @isRecheck, is_recheck >> 1)
       WHERE path = @path AND taken = 2`,
    );
    this.#retry = db.prepare(
      `UPDATE queue SET taken = 0, attempt = attempt + 1, due_ms = @dueMs, first_ms = @nowMs,
         is_recheck = is_recheck & @isRecheck
       WHERE path = @path AND taken = 1`,
    );
    this.#waitsAlready = db
      .prepare<[Buffer, number], number>(
        'SELECT 1 FROM queue WHERE path = ? AND taken = 0 AND due_ms <= ? AND renamed_from IS NULL AND is_attributes = 0',
      )
      .pluck();
    this.#delay = db.prepare(
      `UPDATE queue SET due_ms = max(due_ms, @untilMs), priority = max(priority, ${PRIORITY.reconcile})
       WHERE path = @path AND taken = 0 AND scope = 'path' AND is_recheck = 0`,
    );
    this.#nextDue = db
      .prepare<[number, Scope], number>(
        'SELECT due_ms FROM queue WHERE taken = 0 AND priority = ? AND scope = ? ORDER BY due_ms LIMIT 1',
      )
      .pluck();
    this.#first = db.prepare('SELECT 1 FROM queue LIMIT 1');
    this.#has = db.prepare<[Buffer], number>('SELECT 1 FROM queue WHERE path = ?').pluck();
    this.#counts = db.prepare<[], QueueCounts>(
      'SELECT count(*) - total(taken > 0) AS queued, total(taken > 0) AS running FROM queue',
    );
    this.#isRecheck = db.prepare<[Buffer], number>('SELECT 1 FROM queue WHERE path = ? AND is_recheck > 0').pluck();
    this.#rechecksBelow = db
      .prepare<[Buffer, Buffer], number>('SELECT 1 FROM queue WHERE path >= ? AND path < ? AND is_recheck > 0 LIMIT 1')
      .pluck();
  }

  enqueue(hint: ChangeHint, nowMs: number): void {
    const { scope, priority } = hint;
    const isFresh = priority === PRIORITY.interactive || hint.isFresh === true;
    const path = toBytes(hint.path);
    let dueMs = nowMs + (isFresh ? this.options.settleMs : 0);
    let isRecheck = !isFresh;
    const heldMs = isFresh && scope === 'path' ? this.#heldUntil(path, nowMs) : 0;
    if (heldMs > 0 && this.#waitsAlready.get(path, heldMs) && !hint.renamedFrom) return;
    if (scope === 'tree') {
      const { from, to } = rangeBelow(path);
      // First of all of them, so that it leaves the folders that wait by themselves to their own entries.
      dueMs = Math.min(dueMs, this.#firstTreeDue.get(from, to) ?? dueMs);
      isRecheck ||= this.#hasRecheck.get(from, to, priority) !== undefined;
      // The re-check of a folder looks at every path below it.
      // What a comparison has listed itself is there, and will be indexed.
      const { changes } = this.#swallow.run(from, to, priority);
      if (changes > 0 && priority === PRIORITY.interactive) this.onTakenOut();
    }
    const renamedFrom = hint.renamedFrom ? toBytes(hint.renamedFrom) : null;
    const isAttributes = hint.isAttributes ? 1 : 0;
    this.#upsert.run(path, scope, priority, nowMs, dueMs, isRecheck ? 1 : 0, renamedFrom, isAttributes);
    if (heldMs > 0) this.#delay.run({ path, untilMs: heldMs });
  }

  /** Changes of this path wait until then. For a path that is being worked on. */
  hold(path: Uint8Array, untilMs: number, nowMs: number): void {
    if (this.#held.size >= MAX_HELD) this.#forgetPast(nowMs);
    this.#held.set(pathKey(path), untilMs);
  }

  #forgetPast(nowMs: number): void {
    for (const [key, untilMs] of this.#held) if (untilMs <= nowMs) this.#held.delete(key);
  }

  /** 0: it is not held. */
  #heldUntil(path: Uint8Array, nowMs: number): number {
    const untilMs = this.#held.get(pathKey(path)) ?? 0;
    if (untilMs > nowMs) return untilMs;
    this.#held.delete(pathKey(path));
    return 0;
  }

  /**
   * Due entries of one priority, the longest due first; folders before paths. They stay in the queue until finished.
   */
  take(priority: Priority, nowMs: number, limit: number, scopes: readonly Scope[] = SCOPES): QueueEntry[] {
    const entries: QueueEntry[] = [];
    for (const scope of scopes) {
      const room = limit - entries.length;
      if (room > 0) entries.push(...this.#take.all(priority, scope, nowMs, room).sort(byTurn).map(withoutTime));
    }
    return entries;
  }

  /** @returns false when it has changed while it was worked on, and waits anew. */
  finish(path: Uint8Array): boolean {
    return this.#finish.run(toBytes(path)).changes > 0 || !this.#releaseAgain(toBytes(path), 0);
  }

  /** What has changed while it was worked on waits anew. */
  #releaseAgain(path: Buffer, isRecheck: 0 | 1): boolean {
    const { changes } = this.#release.run({ path, isRecheck });
    const untilMs = this.#held.get(pathKey(path));
    if (untilMs !== undefined) this.#delay.run({ path, untilMs });
    return changes > 0;
  }

  /** Forgets what waits or runs at the path and below it. */
  drop(path: Uint8Array): void {
    const { from, to } = rangeBelow(path);
    this.#drop.run(toBytes(path), from, to);
  }

  /**
   * The path could not be worked on now. A change that came meanwhile is worked on when it has settled.
   * @param isIndexed  what a comparison wanted is done: the path is looked at again only because it goes on changing.
   */
  retry(path: Uint8Array, nowMs: number, afterMs: number, isIndexed = false): void {
    const isRecheck = isIndexed ? 0 : 1;
    this.#retry.run({ path: toBytes(path), isRecheck, nowMs, dueMs: nowMs + afterMs });
    this.#releaseAgain(toBytes(path), isRecheck);
  }

  /** When the next waiting entry of this kind is due, or undefined when none waits. */
  nextDueMs(priority: Priority, scope: Scope): number | undefined {
    return this.#nextDue.get(priority, scope);
  }

  /** As `nextDueMs`, of all kinds. */
  firstDueMs(): number | undefined {
    const due = PRIORITIES.flatMap((priority) => SCOPES.map((scope) => this.nextDueMs(priority, scope)));
    const known = due.filter((ms) => ms !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** It waits, or is being worked on. */
  has(path: Uint8Array): boolean {
    return this.#has.get(toBytes(path)) !== undefined;
  }

  get isEmpty(): boolean {
    return this.#first.get() === undefined;
  }

  counts(): QueueCounts {
    return this.#counts.get() as QueueCounts;
  }

  /** Is a comparison of this folder or of a part of it, or a path that one found, still queued or running? */
  hasRechecks(folder: Uint8Array): boolean {
    const { from, to } = rangeBelow(folder);
    return this.#rechecksBelow.get(from, to) !== undefined || this.#isRecheckedFromAbove(toBytes(folder));
  }

  #isRecheckedFromAbove(folder: Buffer): boolean {
    for (let path = folder; ; path = splitPath(path).directory) {
      if (this.#isRecheck.get(path) !== undefined) return true;
      if (path.length === 1) return false;
    }
  }
}

/** SQLite returns rows in no order of its own. */
function byTurn(one: QueueEntry & { readonly dueMs: number }, other: QueueEntry & { readonly dueMs: number }): number {
  return one.dueMs - other.dueMs || Buffer.compare(one.path, other.path);
}

function withoutTime({ dueMs: _, ...entry }: QueueEntry & { readonly dueMs: number }): QueueEntry {
  return entry;
}
