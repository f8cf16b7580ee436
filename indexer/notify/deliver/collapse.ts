/** Too much waits for an endpoint: many messages become one digest. Nothing is lost by it: all of them are in the history. */
import { randomBytes } from 'node:crypto';
import { counted } from '../../../shared/counted.js';
import type { Db } from '../../../shared/store/open.js';
import { digestBody, type Json } from '../payload.js';
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
  const webhookId = `evt_${randomBytes(15).toString('base64url')}`;
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
const MAX_NAMES = 100;
const OTHERS = 'others';

/** Adds up changes, own events, and digests. */
class Digest {
  lastId = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  #severity: Severity = 'info';
  #createdMs = 0;
  #count = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = 0;
  #newest: PayloadView = {};
  readonly #rules = new Set<string>();
  readonly counts = { kinds: newCounts(), actors: newCounts(), folders: newCounts() };

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

  /** With the place in the history of the newest of them. */
  toPayload(id: string, nowMs: number): Json {
    const { host, sequence, chain } = this.#newest;
    const label = { name: [...this.#rules].join(', '), severity: this.#severity, tags: [] };
    const digest = {
      why: 'backlog' as const,
      count: this.#count,
      counts: this.counts,
      firstSequence: this.#first,
      lastSequence: this.#last,
      firstMs: this.#fromMs,
      lastMs: this.#toMs,
      text: `${counted(this.#count, 'message')} in one: more waited for this endpoint than is kept`,
    };
    return {
      ...digestBody(digest, label, { id, host: { name: host?.name ?? '', id: host?.id ?? '' }, atMs: nowMs }),
      sequence,
      chain,
    };
  }

  #take(payload: PayloadView): void {
    const { count = 1, counts, first = payload.timestamp, last = payload.timestamp, rule } = payload;
    const isDigest = counts !== undefined;
    this.#newest = payload;
    this.#count += isDigest ? count : 1;
    this.#fromMs = Math.min(this.#fromMs, msOf(first) ?? this.#fromMs);
    this.#toMs = Math.max(this.#toMs, msOf(last) ?? this.#toMs);
    if (rule) this.#rules.add(rule);
    for (const [what, each] of Object.entries(isDigest ? counts : countsOf(payload)))
      for (const [name, number] of Object.entries(each)) this.#add(what as keyof Digest['counts'], name, number);
  }

  #add(what: keyof Digest['counts'], name: string, number: number): void {
    const counts = this.counts[what];
    if (!counts) return;
    const key = name in counts || Object.keys(counts).length < MAX_NAMES ? name : OTHERS;
    counts[key] = (counts[key] ?? 0) + number;
  }
}

/** Names of files are its keys: none is special. */
function newCounts(): Counts {
  return Object.create(null) as Counts;
}

function countsOf({ event_type: kind, type = '', src_path: path = '', actor }: PayloadView): Record<string, Counts> {
  const login = actor?.login === 'unset' ? null : actor?.login;
  const who = (login ?? actor?.user)?.name;
  const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  return {
    kinds: { [kind || type]: 1 },
    ...(path && { folders: { [folder]: 1 }, actors: { [who ?? 'unknown']: 1 } }),
  };
}

function msOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
