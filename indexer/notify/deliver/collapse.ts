/** Too much waits for an endpoint: many messages become one digest. Nothing is lost by it: all of them are in the history. */
import { randomUUID } from 'node:crypto';
import type { Db } from '../../../shared/store/open.js';
import { SEVERITIES, type Severity } from '../rules/rule.js';
import { severityOf } from './formats/message.js';
import type { PayloadView } from './formats/payload-view.js';

interface Row {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly severity: string;
  readonly createdMs: number;
  readonly payload: string;
}

/** In the transaction of the caller. @returns how many messages it took. */
export function collapse(db: Db, endpoint: string, nowMs: number): number {
  // Not one that was tried: it may have arrived, under its own id.
  const which = `endpoint = @endpoint AND dead_ms IS NULL AND attempts = 0 AND severity <> 'critical'`;
  const { half } = db.prepare(`SELECT count(*) / 2 AS half FROM outbox WHERE ${which}`).get({ endpoint }) as {
    half: number;
  };
  if (half < 2) return 0;
  const rows = db
    .prepare(`SELECT id, first_sequence AS first, last_sequence AS last, severity, created_ms AS createdMs, payload
      FROM outbox WHERE ${which} ORDER BY id LIMIT @half`)
    .iterate({ endpoint, half }) as IterableIterator<Row>;
  const digest = new Digest();
  for (const row of rows) digest.add(row);
  replace(db, endpoint, digest, { which, nowMs });
  return half;
}

function replace(db: Db, endpoint: string, digest: Digest, how: { which: string; nowMs: number }): void {
  const webhookId = `evt_${randomUUID().replaceAll('-', '')}`;
  db.prepare(`DELETE FROM outbox WHERE ${how.which} AND id < @last`).run({ endpoint, last: digest.lastId });
  db.prepare(`UPDATE outbox SET webhook_id = @webhookId, first_sequence = @first, last_sequence = @last,
    severity = @severity, created_ms = @createdMs, payload = @payload WHERE id = @id`).run({
    id: digest.lastId,
    webhookId,
    ...digest.place,
    payload: JSON.stringify(digest.toPayload(webhookId, how.nowMs)),
  });
}

type Counts = Record<string, number>;
/** Folders and people that are counted one by one; the rest is counted together. */
const MAX_NAMES = 1_000;

/** Adds up changes, own events, and digests. */
class Digest {
  lastId = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  #severity: Severity = 'info';
  #createdMs = 0;
  #count = 0;
  #from: string | undefined;
  #to: string | undefined;
  #host: PayloadView['host'];
  readonly #rules = new Set<string>();
  readonly #counts: Record<string, Counts> = {};

  add(row: Row): void {
    this.lastId = row.id;
    this.#first = Math.min(this.#first, row.first);
    this.#last = Math.max(this.#last, row.last);
    this.#createdMs = Math.max(this.#createdMs, row.createdMs);
    const severity = severityOf(row.severity);
    if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(this.#severity)) this.#severity = severity;
    this.#take(JSON.parse(row.payload) as PayloadView);
  }

  get place() {
    return { first: this.#first, last: this.#last, severity: this.#severity, createdMs: this.#createdMs };
  }

  toPayload(id: string, nowMs: number): PayloadView {
    const rule = this.#rules.size === 1 ? [...this.#rules][0] : undefined;
    return {
      type: 'digest',
      id,
      timestamp: new Date(nowMs).toISOString(),
      event_type: 'digest',
      src_path: '',
      dest_path: '',
      is_directory: false,
      ...(rule && { rule }),
      severity: this.#severity,
      ...(this.#host && { host: this.#host }),
      reason: 'more waited for this endpoint than is kept',
      sequence: this.#last,
      first_sequence: this.#first,
      last_sequence: this.#last,
      count: this.#count,
      counts: this.#counts,
      ...(this.#from && { first: this.#from }),
      ...(this.#to && { last: this.#to }),
      events: `find-textd events --since ${this.#from ?? '7d'}`,
    };
  }

  #take(payload: PayloadView): void {
    const { count = 1, counts, first = payload.timestamp, last = payload.timestamp, rule, host } = payload;
    const isDigest = counts !== undefined;
    this.#count += isDigest ? count : 1;
    this.#from ??= first;
    this.#to = last ?? this.#to;
    this.#host ??= host;
    if (rule) this.#rules.add(rule);
    for (const [what, each] of Object.entries(isDigest ? counts : countsOf(payload)))
      for (const [name, number] of Object.entries(each)) this.#add(what, name, number);
  }

  #add(what: string, name: string, number: number): void {
    this.#counts[what] ??= Object.create(null) as Counts;
    const counts = this.#counts[what];
    const key = name in counts || Object.keys(counts).length < MAX_NAMES ? name : '…';
    counts[key] = (counts[key] ?? 0) + number;
  }
}

function countsOf({ event_type: kind, type = '', src_path: path = '', actor }: PayloadView): Record<string, Counts> {
  const login = actor?.login === 'unset' ? null : actor?.login;
  const who = (login ?? actor?.user)?.name;
  const folder = path.replace(/\/[^/]*$/, '') || '/';
  return {
    by_kind: { [kind || type]: 1 },
    ...(path && { by_folder: { [folder]: 1 }, by_actor: { [who ?? 'not known']: 1 } }),
  };
}
