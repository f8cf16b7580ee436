/**
 * The history of all that was told or kept back: numbered without a hole, each entry sealed by the digest of all before
 * it. Who knows a later digest sees when an earlier entry was changed, cut out or put in. Used inside a transaction of
 * notify.db; nothing is cached, as commands append, too.
 */
import { createHash } from 'node:crypto';
import type { Db } from '../../../shared/store/open.js';
import { canonicalJson } from './canonical.js';

export const LEDGER_SCHEMA = `
  CREATE TABLE ledger (
    sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, rule TEXT, kind TEXT NOT NULL, path BLOB,
    delivery TEXT NOT NULL, json TEXT NOT NULL, hash BLOB NOT NULL
  );
  CREATE INDEX ledger_waiting ON ledger (rule, delivery) WHERE delivery IN ('digest', 'quiet', 'window', 'package');
  CREATE TABLE anchor (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, hash BLOB NOT NULL, at_ms INTEGER NOT NULL);
`;

/**
 * `sent`: in full. `kept back`: its rule, or `watch`, leaves it out. `digest`, `quiet`, `window`: it waits to be counted in a
 * digest, `package`: in the line of its package. `counted`: it was.
 */
export type Delivery = 'sent' | 'kept back' | 'digest' | 'quiet' | 'window' | 'package' | 'counted';

export interface ChainHead {
  /** 0: nothing has happened yet. */
  readonly sequence: number;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

export interface NewEntry {
  readonly atMs: number;
  /** null: an event of find-text's own. */
  readonly rule: string | null;
  readonly kind: string;
  readonly path: Buffer | null;
  readonly delivery: Delivery;
  /** Without `sequence`, which is added here. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LedgerEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly rule: string | null;
  readonly kind: string;
  readonly path: Buffer | null;
  readonly delivery: Delivery;
  readonly json: string;
  readonly hash: Buffer;
}

export interface Waiting {
  readonly rule: string;
  readonly delivery: 'digest' | 'quiet' | 'window' | 'package';
}

/** What stands before the first entry. */
export const GENESIS: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

const COLUMNS = 'sequence, at_ms AS atMs, rule, kind, path, delivery, json, hash';
const PAGE = 500;

export class Ledger {
  readonly #head;
  readonly #anchor;
  readonly #insert;
  readonly #after;
  readonly #before;
  readonly #mark;
  readonly #firstSince;
  readonly #setAnchor;
  readonly #dropUntil;
  readonly #hashAt;
  readonly #waiting;
  readonly #waitingOf;
  readonly #countWaiting;

  constructor(db: Db) {
    const head = (table: string) =>
      db.prepare<[], { sequence: number; hash: Buffer }>(
        `SELECT sequence, hash FROM ${table} ORDER BY sequence DESC LIMIT 1`,
      );
    this.#head = head('ledger');
    this.#anchor = head('anchor');
    this.#insert = db.prepare(
      'INSERT INTO ledger (sequence, at_ms, rule, kind, path, delivery, json, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#after = db.prepare<[number], LedgerEntry>(
      `SELECT ${COLUMNS} FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ${PAGE}`,
    );
    this.#before = db.prepare<[number, number], LedgerEntry>(
      `SELECT ${COLUMNS} FROM ledger WHERE sequence < ? ORDER BY sequence DESC LIMIT ?`,
    );
    this.#mark = db.prepare('UPDATE ledger SET delivery = ? WHERE sequence = ?');
    this.#firstSince = db
      .prepare<[number], number>('SELECT sequence FROM ledger WHERE at_ms >= ? ORDER BY sequence LIMIT 1')
      .pluck();
    this.#setAnchor = db.prepare('INSERT OR REPLACE INTO anchor VALUES (1, ?, ?, ?)');
    this.#dropUntil = db.prepare('DELETE FROM ledger WHERE sequence <= ?');
    this.#hashAt = db.prepare<[number], Buffer>('SELECT hash FROM ledger WHERE sequence = ?').pluck();
    const isWaiting = "delivery IN ('digest', 'quiet', 'window', 'package')";
    this.#waiting = db.prepare<[], Waiting>(`SELECT DISTINCT rule, delivery FROM ledger WHERE ${isWaiting}`);
    this.#waitingOf = db.prepare<[string, string], LedgerEntry>(
      `SELECT ${COLUMNS} FROM ledger WHERE ${isWaiting} AND rule = ? AND delivery = ? ORDER BY sequence`,
    );
    this.#countWaiting = db.prepare<[], number>(`SELECT count(*) FROM ledger WHERE ${isWaiting}`).pluck();
  }

  get head(): ChainHead {
    return toHead(this.#head.get() ?? this.#anchor.get());
  }

  /** What stands before the oldest entry that is kept. */
  get anchor(): ChainHead {
    return toHead(this.#anchor.get());
  }

  /** @returns the head after it */
  append({ atMs, rule, kind, path, delivery, body }: NewEntry): ChainHead {
    const before = this.head;
    const sequence = before.sequence + 1;
    const json = canonicalJson({ ...body, sequence });
    const hash = chained(before.hash, json);
    this.#insert.run(sequence, Math.round(atMs), rule, kind, path, delivery, json, Buffer.from(hash, 'hex'));
    return { sequence, hash };
  }

  mark(sequence: number, delivery: Delivery): void {
    this.#mark.run(delivery, sequence);
  }

  hashAt(sequence: number): string | undefined {
    return sequence === 0 ? GENESIS.hash : this.#hashAt.get(sequence)?.toString('hex');
  }

  /** For a digest: which rules have entries that wait, and for what. */
  get waiting(): readonly Waiting[] {
    return this.#waiting.all();
  }

  get waitingCount(): number {
    return this.#countWaiting.get() ?? 0;
  }

  waitingOf({ rule, delivery }: Waiting): IterableIterator<LedgerEntry> {
    return this.#waitingOf.iterate(rule, delivery);
  }

  /** In their order, a page at a time. */
  *entries(afterSequence = 0): Generator<LedgerEntry> {
    for (let page = this.#after.all(afterSequence); page.length > 0; ) {
      yield* page;
      page = this.#after.all((page.at(-1) as LedgerEntry).sequence);
    }
  }

  /** The newest first. */
  entriesBefore(sequence: number, most: number): readonly LedgerEntry[] {
    return this.#before.all(sequence, most);
  }

  /** Entries from before go; what stood before the first one that is kept stays, so that the rest can be verified. */
  prune(beforeMs: number, nowMs: number): void {
    const { sequence: last } = this.head;
    const kept = this.#firstSince.get(beforeMs) ?? last;
    const until = Math.min(kept, last) - 1;
    const hash = until > this.anchor.sequence ? this.hashAt(until) : undefined;
    if (hash === undefined) return;
    this.#setAnchor.run(until, Buffer.from(hash, 'hex'), Math.round(nowMs));
    this.#dropUntil.run(until);
  }
}

/** SHA-256 of the digest before it, as bytes, and the canonical JSON of the entry. */
export function chained(previousHash: string, json: string): string {
  return createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(json).digest('hex');
}

function toHead(row: { sequence: number; hash: Buffer } | undefined): ChainHead {
  return row ? { sequence: row.sequence, hash: row.hash.toString('hex') } : GENESIS;
}
