/**
 * How far the events of the index are worked off. An event that comes after one that still settles may be done before
 * it. It is noted by its number, so that after a crash it is not told again. Tables of notify.db.
 */
import type { Db } from '../../../shared/store/open.js';

export const CURSOR_SCHEMA = `
  CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1), file TEXT NOT NULL, sequence INTEGER NOT NULL, event_id TEXT, at_ms INTEGER NOT NULL
  );
  CREATE TABLE handled (sequence INTEGER PRIMARY KEY);
`;

export interface Place {
  /** The index file, by its name and inode: another one counts anew. */
  readonly file: string;
  /** Everything up to here is done. */
  readonly sequence: number;
  /** Of the event there; null: it was before the first one. */
  readonly eventId: string | null;
  readonly atMs: number;
}

export class Cursor {
  readonly #read;
  readonly #write;
  readonly #isHandled;
  readonly #lastHandled;
  readonly #handle;
  readonly #forget;

  constructor(db: Db) {
    this.#read = db.prepare<[], Place>('SELECT file, sequence, event_id AS eventId, at_ms AS atMs FROM cursor');
    this.#write = db.prepare('INSERT OR REPLACE INTO cursor VALUES (1, ?, ?, ?, ?)');
    this.#isHandled = db.prepare<[number], number>('SELECT 1 FROM handled WHERE sequence = ?').pluck();
    this.#lastHandled = db.prepare<[], number | null>('SELECT max(sequence) FROM handled').pluck();
    this.#handle = db.prepare('INSERT OR IGNORE INTO handled VALUES (?)');
    this.#forget = db.prepare('DELETE FROM handled WHERE sequence <= ?');
  }

  get place(): Place | undefined {
    return this.#read.get();
  }

  isHandled(sequence: number): boolean {
    return this.#isHandled.get(sequence) !== undefined;
  }

  get lastHandled(): number {
    return this.#lastHandled.get() ?? 0;
  }

  handle(sequences: Iterable<number>): void {
    for (const sequence of sequences) this.#handle.run(sequence);
  }

  advance({ file, sequence, eventId, atMs }: Place): void {
    this.#write.run(file, sequence, eventId, Math.round(atMs));
    this.#forget.run(sequence);
  }

  /** Of another index file: numbers mean nothing there. */
  startAnew(place: Place): void {
    this.#forget.run(Number.MAX_SAFE_INTEGER);
    this.advance(place);
  }
}
