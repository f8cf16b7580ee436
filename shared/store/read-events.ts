/** Reads the events of the index: in their order, by their numbers, of one file or folder. */
import type { Actor, EventKind, EventOrigin } from '../file-event.js';
import { isWithin } from '../path-within.js';
import { ACTOR_COLUMNS, type ActorRow, toActor } from './actor-rows.js';
import type { Db } from './open.js';
import { prepared } from './prepared.js';

/** An event as it is kept. */
export interface KeptEvent {
  /** Grows from event to event; never given twice. */
  readonly sequence: number;
  readonly id: string;
  readonly atMs: number;
  readonly kind: EventKind;
  readonly path: Buffer;
  readonly to: Buffer | null;
  readonly origin: EventOrigin;
  readonly actor: Actor | null;
  readonly isWithheld: boolean;
}

export interface EventFilter {
  /** Only later ones. */
  readonly afterSequence: number;
  readonly sinceMs: number;
  /** Only what concerns this file or folder. */
  readonly path?: Buffer | undefined;
}

export interface EventPage {
  /** The newest first. */
  readonly events: readonly KeptEvent[];
  /** What stands before this one was not looked at; null: there is nothing. */
  readonly before: number | null;
}

interface EventRow extends ActorRow {
  readonly sequence: number;
  readonly source_id: string | null;
  readonly at_ms: number;
  readonly kind: EventKind;
  readonly path: Buffer;
  readonly to_path: Buffer | null;
  readonly origin: EventOrigin;
  readonly is_withheld: number;
  readonly actor_id: number | null;
}

/** With a folder goes what is in it. */
const TAKING_ALONG: readonly EventKind[] = ['rename', 'exchange', 'delete', 'rmdir'];
const ROWS_PER_PAGE = 500;
/** Of one file there may be none among many. */
const MOST_LOOKED_AT = 50_000;
const EVENT_ROWS = `
  SELECT event.id AS sequence, source_id, at_ms, kind, path, to_path, origin, is_withheld, actor_id, ${ACTOR_COLUMNS}
  FROM event LEFT JOIN actor ON actor.id = actor_id`;

/** In the order they were told, a page at a time, so that no snapshot is held between two pages. */
export function* readEvents(db: Db, filter: EventFilter): Generator<KeptEvent> {
  const page = db.prepare<[number, number], EventRow>(
    `${EVENT_ROWS} WHERE event.id > ? AND at_ms >= ? ORDER BY event.id LIMIT ${ROWS_PER_PAGE}`,
  );
  for (let after: number | undefined = filter.afterSequence; after !== undefined; ) {
    const rows: readonly EventRow[] = page.all(after, filter.sinceMs);
    for (const row of rows) if (!filter.path || concerns(row, filter.path)) yield toKept(row);
    after = rows.length === ROWS_PER_PAGE ? rows.at(-1)?.sequence : undefined;
  }
}

/** Those before an event, back in time. @param most  so many, fewer where too many had to be looked at. */
export function readEventsBefore(
  db: Db,
  { before, most, path }: { readonly before: number; readonly most: number; readonly path?: Buffer | undefined },
): EventPage {
  const page = db.prepare<[number], EventRow>(
    `${EVENT_ROWS} WHERE event.id < ? ORDER BY event.id DESC LIMIT ${ROWS_PER_PAGE}`,
  );
  const events: KeptEvent[] = [];
  let at = before;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += ROWS_PER_PAGE) {
    const rows = page.all(at);
    for (const row of rows) {
      at = row.sequence;
      if (!path || concerns(row, path)) events.push(toKept(row));
      if (events.length === most) return { events, before: at };
    }
    if (rows.length < ROWS_PER_PAGE) return { events, before: null };
  }
  return { events, before: at };
}

/** How many there were in each stretch of time from then on. */
export function countEventsBy(db: Db, stretchMs: number, sinceMs: number): ReadonlyMap<number, number> {
  const rows = db
    .prepare<[number, number, number], [number, number]>(
      'SELECT (at_ms - ?) / ? AS stretch, count(*) FROM event WHERE at_ms >= ? GROUP BY stretch',
    )
    .raw();
  return new Map(rows.all(sinceMs, stretchMs, sinceMs).map(([stretch, count]) => [Math.floor(stretch), count]));
}

/** @param name  its number, or its id */
export function findEvent(db: Db, name: string): KeptEvent | undefined {
  const byId = db.prepare<[string], number>('SELECT id FROM event WHERE source_id = ?').pluck().get(name);
  const sequence = byId ?? (/^\d{1,15}$/.test(name) ? Number(name) : undefined);
  if (sequence === undefined) return undefined;
  const [event] = readEvents(db, { afterSequence: sequence - 1, sinceMs: 0 });
  return event?.sequence === sequence ? event : undefined;
}

/** By their numbers; those that are not kept any more are missing. */
export function readEventsById(db: Db, sequences: readonly number[]): ReadonlyMap<number, KeptEvent> {
  const sql = `${EVENT_ROWS} WHERE event.id IN (SELECT value FROM json_each(?))`;
  const rows = prepared<EventRow>(db, sql).all(JSON.stringify(sequences));
  return new Map(rows.map((row) => [row.sequence, toKept(row)]));
}

/** Milliseconds since 1970; null: there is none. */
export function oldestEventMs(db: Db): number | null {
  return db.prepare<[], number>('SELECT at_ms FROM event ORDER BY id LIMIT 1').pluck().get() ?? null;
}

function concerns({ kind, path, to_path: to }: EventRow, target: Buffer): boolean {
  return [path, to].some(
    (name) => name !== null && (isWithin(name, target) || (TAKING_ALONG.includes(kind) && isWithin(target, name))),
  );
}

function toKept(row: EventRow): KeptEvent {
  const { sequence, source_id, at_ms, kind, path, to_path, origin, is_withheld, actor_id } = row;
  return {
    sequence,
    id: source_id ?? String(sequence),
    atMs: at_ms,
    kind,
    path,
    to: to_path,
    origin,
    actor: actor_id === null ? null : toActor(row),
    isWithheld: is_withheld === 1,
  };
}
