/** What is known of one entry of the history: what was decided then and why, and where its message is. */
import type { Db } from '../../../shared/store/open.js';
import type { LedgerEntry } from './ledger.js';

export interface ExplainedEntry extends Pick<LedgerEntry, 'sequence' | 'atMs' | 'rule' | 'kind' | 'path' | 'delivery'> {
  /** Of find-text's own events, and of digests. */
  readonly text: string | undefined;
  readonly clauses: readonly { readonly clause: string; readonly isPassed: boolean; readonly why: string }[];
  /** Of `counted`: in what it was; undefined: that is not kept any more. */
  readonly countedIn: { readonly sequence: number; readonly kind: string } | undefined;
  /** Messages with it that are not taken yet. */
  readonly undelivered: readonly Undelivered[];
}

export interface Undelivered {
  readonly endpoint: string;
  readonly attempts: number;
  /** It was given up; null: it waits. */
  readonly why: string | null;
}

interface Row extends Omit<ExplainedEntry, 'text' | 'clauses' | 'countedIn' | 'undelivered'> {
  readonly json: string;
}

interface Body {
  readonly text?: string;
  readonly decision?: { readonly clauses?: ExplainedEntry['clauses'] };
}

/** @param name  its number, or the id of its message. */
export function explainEntry(db: Db, name: string): ExplainedEntry | undefined {
  const row = find(db, name);
  if (!row) return undefined;
  const { json, ...entry } = row;
  const { text, decision } = JSON.parse(json) as Body;
  const countedIn = entry.delivery === 'counted' ? digestWith(db, entry) : undefined;
  const undelivered = undeliveredOf(db, countedIn?.sequence ?? entry.sequence);
  return { ...entry, text, clauses: decision?.clauses ?? [], countedIn, undelivered };
}

function find(db: Db, name: string): Row | undefined {
  const [isNumber, isId] = [/^\d{1,15}$/.test(name), name.startsWith('evt_')];
  if (!isNumber && !isId) return undefined;
  const which = isNumber ? 'sequence = ?' : `json_extract(json, '$.id') = ?`;
  return db
    .prepare<[string | number], Row>(
      `SELECT sequence, at_ms AS atMs, rule, kind, path, delivery, json FROM ledger WHERE ${which}`,
    )
    .get(isNumber ? Number(name) : name);
}

/** The first one behind it whose range has it. */
function digestWith(db: Db, { sequence, rule }: Pick<Row, 'sequence' | 'rule'>): ExplainedEntry['countedIn'] {
  const range = (place: string) =>
    `? BETWEEN json_extract(json, '$.${place}first_sequence') AND json_extract(json, '$.${place}last_sequence')`;
  return db
    .prepare<[number, string | null, number, number], { sequence: number; kind: string }>(
      `SELECT sequence, kind FROM ledger WHERE sequence > ? AND (
         (kind = 'digest' AND rule IS ? AND ${range('')}) OR (kind = 'package_changed' AND ${range('details.')}))
       ORDER BY sequence LIMIT 1`,
    )
    .get(sequence, rule, sequence, sequence);
}

/** Also as a part of what became one message because too much waited. */
function undeliveredOf(db: Db, sequence: number): readonly Undelivered[] {
  return db
    .prepare<Record<string, number>, Undelivered>(
      `SELECT endpoint, attempts, dead_why AS why FROM outbox
       WHERE last_sequence = @sequence OR (
         @sequence BETWEEN first_sequence AND last_sequence AND json_extract(payload, '$.why') = 'backlog')
       ORDER BY id`,
    )
    .all({ sequence });
}
