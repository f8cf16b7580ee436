/**
 * Which changes of a rule are told one by one, and when the others are told of together. The first of a burst are told
 * in full. What comes after them waits for a digest: one minute after the first change, then 5, 15 and 60 minutes after
 * the digest before it, as long as there is more. Kept in notify.db, so that no count is lost.
 */
import type { Db } from '../../../shared/store/open.js';

export const BURST_SCHEMA = `
  CREATE TABLE burst (
    rule TEXT PRIMARY KEY, told INTEGER NOT NULL, step INTEGER NOT NULL, due_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

export interface Burst {
  /** Changes that were told in full. */
  readonly told: number;
  /** Digests that there were. */
  readonly step: number;
  /** Milliseconds since 1970: when the next digest is due, if there is anything for it. */
  readonly dueMs: number;
}

const DIGEST_MINUTES = [1, 5, 15, 60];

/** One more change of the rule: is it told in full? */
export function withChange(
  burst: Burst | undefined,
  first: number | 'all',
  nowMs: number,
): { readonly burst: Burst; readonly isTold: boolean } {
  const { told, step, dueMs } = burst ?? { told: 0, step: 0, dueMs: nowMs + minutesOf(0) };
  const isTold = first === 'all' || told < first;
  return { burst: { told: told + (isTold ? 1 : 0), step, dueMs }, isTold };
}

/** The clock may have been set back. */
export function isDue({ dueMs }: Burst, nowMs: number): boolean {
  return nowMs >= dueMs || dueMs - nowMs > minutesOf(DIGEST_MINUTES.length);
}

/** A digest was made. */
export function afterDigest({ told, step }: Burst, nowMs: number): Burst {
  return { told, step: step + 1, dueMs: nowMs + minutesOf(step + 1) };
}

function minutesOf(step: number): number {
  return (DIGEST_MINUTES[step] ?? (DIGEST_MINUTES.at(-1) as number)) * 60_000;
}

export class Bursts {
  readonly #get;
  readonly #put;
  readonly #end;
  readonly #all;

  constructor(db: Db) {
    const columns = 'rule, told, step, due_ms AS dueMs';
    this.#get = db.prepare<[string], Burst>(`SELECT ${columns} FROM burst WHERE rule = ?`);
    this.#put = db.prepare('INSERT OR REPLACE INTO burst VALUES (?, ?, ?, ?)');
    this.#end = db.prepare('DELETE FROM burst WHERE rule = ?');
    this.#all = db.prepare<[], Burst & { rule: string }>(`SELECT ${columns} FROM burst`);
  }

  get(rule: string): Burst | undefined {
    return this.#get.get(rule);
  }

  set(rule: string, { told, step, dueMs }: Burst): void {
    this.#put.run(rule, told, step, Math.round(dueMs));
  }

  end(rule: string): void {
    this.#end.run(rule);
  }

  all(): readonly (Burst & { readonly rule: string })[] {
    return this.#all.all();
  }
}
