/**
 * Change windows: times in which changes are expected, with a reason. What happens in one is recorded and told in one
 * digest with that reason. A command opens and ends them, the notifier tells of both.
 */
import type { Db } from '../../../shared/store/open.js';

export const WINDOW_SCHEMA = `
  CREATE TABLE window (
    id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, reason TEXT NOT NULL,
    opened_by TEXT NOT NULL, is_opening_told INTEGER NOT NULL DEFAULT 0, is_end_told INTEGER NOT NULL DEFAULT 0
  );
`;

export interface ChangeWindow {
  readonly id: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
  readonly openedBy: string;
}

const COLUMNS = 'id, from_ms AS fromMs, until_ms AS untilMs, reason, opened_by AS openedBy';

export class Windows {
  readonly #open;
  readonly #end;
  readonly #at;
  readonly #opened;
  readonly #ended;
  readonly #newest;
  readonly #begun;
  readonly #told;
  readonly #endTold;

  constructor(db: Db) {
    const select = (where: string) =>
      db.prepare<[{ ms: number }], ChangeWindow>(`SELECT ${COLUMNS} FROM window ${where}`);
    this.#open = db.prepare('INSERT INTO window (from_ms, until_ms, reason, opened_by) VALUES (?, ?, ?, ?)');
    this.#end = db.prepare('UPDATE window SET until_ms = @ms WHERE until_ms > @ms AND from_ms <= @ms');
    this.#at = select('WHERE from_ms <= @ms AND until_ms > @ms ORDER BY id DESC LIMIT 1');
    this.#opened = select('WHERE is_opening_told = 0 AND from_ms <= @ms ORDER BY id');
    this.#ended = select('WHERE is_end_told = 0 AND is_opening_told = 1 AND until_ms <= @ms ORDER BY id');
    this.#newest = select('WHERE from_ms <= @ms ORDER BY id DESC LIMIT 1');
    this.#begun = select('WHERE from_ms < @ms ORDER BY id');
    this.#told = db.prepare('UPDATE window SET is_opening_told = 1 WHERE id = ?');
    this.#endTold = db.prepare('UPDATE window SET is_end_told = 1 WHERE id = ?');
  }

  open({ fromMs, untilMs, reason, openedBy }: Omit<ChangeWindow, 'id'>): void {
    this.#open.run(Math.round(fromMs), Math.round(untilMs), reason, openedBy);
  }

  /** @returns how many were open */
  end(nowMs: number): number {
    return this.#end.run({ ms: Math.round(nowMs) }).changes;
  }

  /** The newest that is open then. */
  at(ms: number): ChangeWindow | undefined {
    return this.#at.get({ ms });
  }

  /** Of which nobody has been told that they are open. */
  opened(nowMs: number): readonly ChangeWindow[] {
    return this.#opened.all({ ms: nowMs });
  }

  /** Over, and their end is not told yet. */
  ended(nowMs: number): readonly ChangeWindow[] {
    return this.#ended.all({ ms: nowMs });
  }

  /** That has begun. */
  newest(nowMs: number): ChangeWindow | undefined {
    return this.#newest.get({ ms: nowMs });
  }

  begunBefore(ms: number): readonly ChangeWindow[] {
    return this.#begun.all({ ms });
  }

  openingTold(id: number): void {
    this.#told.run(id);
  }

  endTold(id: number): void {
    this.#endTold.run(id);
  }
}
