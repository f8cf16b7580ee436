/**
 * What is to be sent, in tables of notify.db: a message a row, a lane for each endpoint. Rows are added in the transaction
 * of the caller. A row is removed after its endpoint has taken it: what a crash comes between is sent twice, with the
 * same id.
 *
 * It holds names of endpoints, never their addresses: those are secrets.
 */
import type { Db } from '../../../shared/store/open.js';
import type { Severity } from '../rules/rule.js';
import { Backlog } from './backlog.js';
import { collapse } from './collapse.js';

export const OUTBOX_SCHEMA = `
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    severity TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- of a dead letter
    dead_ms INTEGER,
    dead_why TEXT,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (endpoint, id) WHERE dead_ms IS NULL;
  CREATE INDEX outbox_dead ON outbox (dead_ms) WHERE dead_ms IS NOT NULL;
  CREATE TABLE lane (
    endpoint TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    identity TEXT NOT NULL DEFAULT '',
    -- in a row
    failures INTEGER NOT NULL DEFAULT 0,
    -- after the last failure, and from when on
    wait_ms INTEGER NOT NULL DEFAULT 0,
    since_ms INTEGER NOT NULL DEFAULT 0,
    is_off INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    problem_ms INTEGER,
    delivered INTEGER NOT NULL DEFAULT 0,
    delivered_ms INTEGER
  ) STRICT;
`;

export interface NewMessage {
  readonly webhookId: string;
  readonly sequence: number;
  /** Of a digest: the first of its sequences. @default sequence */
  readonly firstSequence?: number;
  readonly severity: Severity;
  readonly createdMs: number;
  /** JSON. */
  readonly payload: string;
}

export interface Waiting {
  readonly id: number;
  readonly webhookId: string;
  readonly attempts: number;
  readonly createdMs: number;
  readonly payload: string;
}

/** What is known of an endpoint across starts. */
export interface LaneState {
  readonly failures: number;
  readonly waitMs: number;
  /** By the wall clock, which may be set. */
  readonly sinceMs: number;
  readonly isOff: boolean;
  readonly problem: string | null;
}

export interface DeadLetter {
  readonly id: number;
  readonly endpoint: string;
  readonly webhookId: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly createdMs: number;
  readonly deadMs: number;
  readonly why: string;
}

export const FULL = 'full: more waits for the endpoint than is kept';
const FRESH: LaneState = { failures: 0, waitMs: 0, sinceMs: 0, isOff: false, problem: null };
const DEAD_COLUMNS = `id, endpoint, webhook_id AS webhookId, first_sequence AS firstSequence,
  last_sequence AS lastSequence, created_ms AS createdMs, dead_ms AS deadMs, dead_why AS why`;
/** Of all endpoints; the oldest go. */
const MAX_DEAD = { messages: 10_000, bytes: 64 << 20 };

interface Amount {
  readonly messages: number;
  readonly bytes: number;
}

/** What was done so that no more waits than is bearable. */
export interface Room {
  /** Messages that became one digest. */
  readonly collapsed: number;
  /** Messages that became dead letters. */
  readonly buried: number;
}

export class Outbox {
  readonly #statements: Statements;
  readonly #backlog: Backlog;
  #hasNews = false;

  constructor(private readonly db: Db) {
    this.#statements = prepare(db);
    this.#backlog = new Backlog(db);
  }

  /** Something was added since it was asked last. */
  takeNews(): boolean {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** In the transaction of the caller. */
  add(endpoint: string, message: NewMessage): void {
    const { sequence, firstSequence = sequence, payload } = message;
    this.#statements.add.run({ ...message, endpoint, firstSequence, lastSequence: sequence });
    this.#backlog.added(endpoint, payload.length);
    this.#hasNews = true;
  }

  /** The oldest of an endpoint. */
  head(endpoint: string): Waiting | undefined {
    return this.#statements.head.get(endpoint) as Waiting | undefined;
  }

  /** Makes the row of an endpoint; one that leads elsewhere than before begins anew. */
  open(endpoint: string, place: string, identity: string | undefined): void {
    this.#statements.open.run({ endpoint, place, identity: identity ?? '' });
    if (identity !== undefined) this.#statements.move.run({ endpoint, identity });
  }

  lane(endpoint: string): LaneState {
    const row = this.#statements.lane.get(endpoint) as (Omit<LaneState, 'isOff'> & { isOff: number }) | undefined;
    return row ? { ...row, isOff: row.isOff === 1 } : FRESH;
  }

  delivered(endpoint: string, { id, payload }: Waiting, atMs: number): void {
    this.#atOnce(() => {
      this.#statements.remove.run(id);
      this.#statements.delivered.run({ endpoint, atMs });
    });
    this.#backlog.removed(endpoint, payload.length);
  }

  /** It is tried again as the lane says. */
  failed(endpoint: string, { id }: Waiting, state: LaneState): void {
    this.#atOnce(() => {
      this.#statements.attempted.run(id);
      this.#save(endpoint, state);
    });
  }

  /** It becomes a dead letter; the next one is tried at once. */
  bury(endpoint: string, { id, payload }: Waiting, state: LaneState): void {
    this.#atOnce(() => {
      this.#statements.attempted.run(id);
      this.#statements.bury.run({ id, atMs: state.sinceMs, why: state.problem });
      this.#statements.prune.run(MAX_DEAD);
      this.#save(endpoint, state);
    });
    this.#backlog.removed(endpoint, payload.length);
  }

  /** Those made before `beforeMs` become dead letters. */
  expire(endpoint: string, beforeMs: number, { atMs, why }: { readonly atMs: number; readonly why: string }): number {
    const { changes } = this.#statements.expire.run({ endpoint, beforeMs, atMs, why });
    if (changes > 0) this.#backlog.forget(endpoint);
    return changes;
  }

  /** What waits for endpoints that are not configured any more becomes dead letters. */
  buryStrangers(endpoints: readonly string[], atMs: number): number {
    const known = JSON.stringify(endpoints);
    this.#statements.forgetLanes.run(known);
    return this.#statements.strangers.run({ known, atMs, why: 'no such endpoint is configured any more' }).changes;
  }

  /**
   * When more waits than is bearable: the older half of what is not critical becomes one digest, which takes the place
   * of the newest of them. Where nothing is left to be made one, the older half becomes dead letters.
   */
  makeRoom(endpoint: string, limits: Amount, nowMs: number): Room {
    if (!this.#backlog.isAbove(endpoint, limits)) return { collapsed: 0, buried: 0 };
    const room = this.#atOnce(() => {
      const collapsed = collapse(this.db, endpoint, nowMs);
      return { collapsed, buried: collapsed > 0 ? 0 : this.#buryOldest(endpoint, limits, nowMs) };
    });
    this.#backlog.forget(endpoint);
    return room;
  }

  #buryOldest(endpoint: string, { messages, bytes }: Amount, atMs: number): number {
    const half = { messages: messages / 2, bytes: bytes / 2 };
    const { changes } = this.#statements.buryOldest.run({ ...half, endpoint, atMs, why: FULL });
    this.#statements.prune.run(MAX_DEAD);
    return changes;
  }

  #save(endpoint: string, { isOff, ...state }: LaneState): void {
    this.#statements.save.run({ ...state, endpoint, isOff: isOff ? 1 : 0 });
  }

  #atOnce<T>(action: () => T): T {
    return this.db.transaction(action).immediate();
  }
}

/** Newest last. */
export function readDeadLetters(db: Db): DeadLetter[] {
  return db.prepare(`SELECT ${DEAD_COLUMNS} FROM outbox WHERE dead_ms IS NOT NULL ORDER BY id`).all() as DeadLetter[];
}

/** They wait again, before all that is newer. @returns how many there were. */
export function resend(db: Db, id: number | 'all'): number {
  const which = id === 'all' ? '' : 'AND id = ?';
  const again = `UPDATE outbox SET dead_ms = NULL, dead_why = NULL, attempts = 0 WHERE dead_ms IS NOT NULL ${which}`;
  return db.prepare(again).run(...(id === 'all' ? [] : [id])).changes;
}

/** It is tried at once, whatever was before. @returns false: there is no such endpoint. */
export function enable(db: Db, endpoint: string): boolean {
  const anew = 'UPDATE lane SET is_off = 0, failures = 0, wait_ms = 0 WHERE endpoint = ?';
  return db.prepare(anew).run(endpoint).changes > 0;
}

/** The newest of those that are too many: from the newest back, more than so many messages, or bytes. */
function beyond(which: string): string {
  return `(SELECT max(id) FROM (
    SELECT id, count(*) OVER newer AS count, sum(length(payload)) OVER newer AS total FROM outbox WHERE ${which}
    WINDOW newer AS (ORDER BY id DESC)) WHERE count > @messages OR total > @bytes)`;
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: Db) {
  return {
    add: db.prepare(`INSERT INTO outbox (endpoint, webhook_id, first_sequence, last_sequence, severity, created_ms, payload)
      VALUES (@endpoint, @webhookId, @firstSequence, @lastSequence, @severity, @createdMs, @payload)`),
    head: db.prepare(`SELECT id, webhook_id AS webhookId, attempts, created_ms AS createdMs, payload
      FROM outbox WHERE endpoint = ? AND dead_ms IS NULL ORDER BY id LIMIT 1`),
    open: db.prepare(`INSERT INTO lane (endpoint, place, identity) VALUES (@endpoint, @place, @identity)
      ON CONFLICT DO UPDATE SET place = excluded.place`),
    move: db.prepare(`UPDATE lane SET identity = @identity, is_off = 0, failures = 0, wait_ms = 0
      WHERE endpoint = @endpoint AND identity <> @identity`),
    lane: db.prepare(`SELECT failures, wait_ms AS waitMs, since_ms AS sinceMs, is_off AS isOff, problem
      FROM lane WHERE endpoint = ?`),
    save: db.prepare(`UPDATE lane SET failures = @failures, wait_ms = @waitMs, since_ms = @sinceMs, is_off = @isOff,
      problem = @problem, problem_ms = @sinceMs WHERE endpoint = @endpoint`),
    remove: db.prepare('DELETE FROM outbox WHERE id = ?'),
    attempted: db.prepare('UPDATE outbox SET attempts = attempts + 1 WHERE id = ?'),
    delivered: db.prepare(`UPDATE lane SET failures = 0, wait_ms = 0, delivered = delivered + 1, delivered_ms = @atMs
      WHERE endpoint = @endpoint`),
    bury: db.prepare('UPDATE outbox SET dead_ms = @atMs, dead_why = @why WHERE id = @id'),
    prune: db.prepare(`DELETE FROM outbox WHERE dead_ms IS NOT NULL AND id <= ${beyond('dead_ms IS NOT NULL')}`),
    buryOldest: db.prepare(`UPDATE outbox SET dead_ms = @atMs, dead_why = @why
      WHERE endpoint = @endpoint AND dead_ms IS NULL AND id <= ${beyond('endpoint = @endpoint AND dead_ms IS NULL')}`),
    expire: db.prepare(`UPDATE outbox SET dead_ms = @atMs, dead_why = @why
      WHERE endpoint = @endpoint AND dead_ms IS NULL AND created_ms < @beforeMs`),
    strangers: db.prepare(`UPDATE outbox SET dead_ms = @atMs, dead_why = @why
      WHERE dead_ms IS NULL AND endpoint NOT IN (SELECT value FROM json_each(@known))`),
    forgetLanes: db.prepare('DELETE FROM lane WHERE endpoint NOT IN (SELECT value FROM json_each(?))'),
  };
}
