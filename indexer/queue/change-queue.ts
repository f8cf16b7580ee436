/**
 * The backlog of paths to look at, in SQLite, so that it survives a crash and costs no memory. Used inside the writer.
 *
 * A path is released when it has been quiet for `settleMs`, or `maxWaitMs` after its first change, whichever comes first;
 * what a crawl found is at rest already and is released at once. Times are those of a clock that never goes back.
 * Invariants: at most one entry per path; a path is never released twice at the same time; a change that arrives while
 * its path is being worked on is released again afterwards.
 */
import { rangeBelow, toBytes } from '../../shared/paths.js';
import type { Db } from '../../shared/store/open.js';
import { type ChangeHint, PRIORITY, type Priority } from '../../shared/types.js';

export interface QueueOptions {
  readonly settleMs: number;
  readonly maxWaitMs: number;
}

export interface QueueEntry {
  readonly path: Buffer;
  readonly scope: 'path' | 'tree';
  readonly priority: Priority;
  readonly attempt: number;
}

export interface QueueCounts {
  readonly queued: number;
  readonly running: number;
}

export class ChangeQueue {
  readonly #upsert;
  readonly #swallow;
  readonly #due;
  readonly #take;
  readonly #finish;
  readonly #release;
  readonly #retry;
  readonly #nextDue;
  readonly #counts;

  constructor(
    db: Db,
    private readonly options: QueueOptions,
  ) {
    // The clock of this queue begins anew with each process, so what is left over is due now.
    db.exec('UPDATE queue SET taken = 0, first_ms = 0, due_ms = 0');
    this.#upsert = db.prepare(`
      INSERT INTO queue (path, scope, priority, first_ms, due_ms, attempt, taken)
      VALUES (@path, @scope, @priority, @nowMs, @nowMs + @settleMs, 0, 0)
      ON CONFLICT (path) DO UPDATE SET
        scope = CASE WHEN excluded.scope = 'tree' THEN 'tree' ELSE CASE taken WHEN 0 THEN scope ELSE 'path' END END,
        priority = CASE taken WHEN 0 THEN min(priority, excluded.priority) ELSE excluded.priority END,
        first_ms = CASE taken WHEN 1 THEN excluded.first_ms ELSE first_ms END,
        due_ms = min(excluded.due_ms, CASE taken WHEN 1 THEN excluded.first_ms ELSE first_ms END + @maxWaitMs),
        attempt = 0,
        taken = CASE taken WHEN 0 THEN 0 ELSE 2 END`);
    this.#swallow = db.prepare('DELETE FROM queue WHERE path >= ? AND path < ? AND taken = 0 AND priority >= ?');
    this.#due = db.prepare<[number, number, number], QueueEntry>(
      `SELECT path, scope, priority, attempt FROM queue WHERE taken = 0 AND priority = ? AND due_ms <= ?
       ORDER BY due_ms LIMIT ?`,
    );
    this.#take = db.prepare('UPDATE queue SET taken = 1 WHERE path = ?');
    this.#finish = db.prepare('DELETE FROM queue WHERE path = ? AND taken = 1');
    this.#release = db.prepare('UPDATE queue SET taken = 0 WHERE path = ? AND taken = 2');
    this.#retry = db.prepare(
      'UPDATE queue SET taken = 0, attempt = attempt + 1, due_ms = @dueMs, first_ms = @nowMs WHERE path = @path AND taken = 1',
    );
    this.#nextDue = db
      .prepare<[number], number>('SELECT due_ms FROM queue WHERE taken = 0 AND priority = ? ORDER BY due_ms LIMIT 1')
      .pluck();
    this.#counts = db.prepare<[], QueueCounts>(
      'SELECT count(*) - total(taken > 0) AS queued, total(taken > 0) AS running FROM queue',
    );
  }

  enqueue(hint: ChangeHint, nowMs: number): void {
    const settleMs = hint.priority === PRIORITY.interactive ? this.options.settleMs : 0;
    const { scope, priority } = hint;
    const path = toBytes(hint.path);
    if (scope === 'tree') this.#swallowBelow(path, priority);
    this.#upsert.run({ path, scope, priority, nowMs, settleMs, maxWaitMs: this.options.maxWaitMs });
  }

  /** Due entries of one priority, the longest due first. They stay in the backlog until finished. */
  take(priority: Priority, nowMs: number, limit: number): QueueEntry[] {
    if (limit <= 0) return [];
    const entries = this.#due.all(priority, nowMs, limit);
    for (const entry of entries) this.#take.run(entry.path);
    return entries;
  }

  finish(path: Uint8Array): void {
    this.#finish.run(toBytes(path));
    this.#release.run(toBytes(path));
  }

  /** The path could not be worked on now. A change that came meanwhile is worked on when it has settled. */
  retry(path: Uint8Array, nowMs: number, afterMs: number): void {
    this.#retry.run({ path: toBytes(path), nowMs, dueMs: nowMs + afterMs });
    this.#release.run(toBytes(path));
  }

  /** When the next waiting entry of this priority is due, or undefined when none waits. */
  nextDueMs(priority: Priority): number | undefined {
    return this.#nextDue.get(priority);
  }

  counts(): QueueCounts {
    return this.#counts.get() as QueueCounts;
  }

  /** The re-check of a folder looks at everything below it, so waiting entries below have nothing to add. */
  #swallowBelow(folder: Uint8Array, priority: Priority): void {
    const { from, to } = rangeBelow(folder);
    this.#swallow.run(from, to, priority);
  }
}
