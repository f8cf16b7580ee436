/**
 * The events of the index: appended by the writer, kept for a time and up to a size, read by read-events.ts. An event is
 * open at a path until the operation that finishes the path claims it there. What happened to a path whose change no
 * open event explains was found by comparing; the writer adds that event itself. Used inside a transaction of the writer.
 */
import type { Config } from '../config/options.js';
import { type Actor, type FileEvent, isRead, type ReportedEvent } from '../file-event.js';
import { fromPathKey, pathKey } from '../path-key.js';
import { isWithin, rangeBelow } from '../path-within.js';
import { toBytes } from '../paths.js';
import { ACTOR_COLUMNS, toActorRow } from './actor-rows.js';
import { Meta } from './meta.js';
import type { Db } from './open.js';
import type { KeptEvent } from './read-events.js';

/** 0 bytes: no events are kept. */
export interface EventLimits {
  readonly maxBytes: number;
  readonly keepMs: number;
}

export function eventLimits(config: Pick<Config, 'events.keepDays' | 'events.maxMiB'>): EventLimits {
  return { maxBytes: config['events.maxMiB'] * 2 ** 20, keepMs: config['events.keepDays'] * 86_400_000 };
}

/** Of all events that are kept. */
export interface EventTotals {
  readonly count: number;
  /** About what they take in the index file. */
  readonly bytes: number;
  /** The number of the newest that there ever was. */
  readonly last: number;
}

const TOTALS_KEY = 'events';
const NOTHING: EventTotals = { count: 0, bytes: 0, last: 0 };
/** Of a row and its places in the indexes, without its names. Measured. */
const ROW_BYTES = 97;
/** How much of the size is given back at a time. */
const PRUNED_SHARE = 0.1;
const MAX_ACTORS = 1000;
const MAX_FORGOTTEN = 1000;
const SIZE = `${ROW_BYTES} + length(path) + coalesce(length(to_path), 0) + 2 * coalesce(length(source_id), 0)`;

export class Events {
  readonly #meta: Meta;
  readonly #insert;
  readonly #insertActor;
  readonly #open;
  readonly #isOpen;
  readonly #isGoingOn;
  readonly #claim;
  readonly #close;
  readonly #claimAll;
  readonly #countOpen;
  readonly #sizes;
  readonly #firstSince;
  readonly #dropUntil;
  readonly #dropOpenUntil;
  readonly #dropActors;
  readonly #dropAt;
  readonly #dropOne;
  readonly #dropOrphans;
  readonly #sizeBelow;
  readonly #dropBelow;
  readonly #dropOpenBelow;
  #totals: EventTotals;
  #openCount: number;
  /** By path: the event of this transaction that is open there, and is in no table yet. */
  readonly #found = new Map<string, number>();
  #isUnsaved = false;
  /** Row of each actor, the last used last. */
  readonly #actors = new Map<string, number>();
  /** What is reported late of them is not kept. */
  #forgotten: readonly { readonly path: Buffer; readonly atMs: number }[] = [];

  constructor(
    db: Db,
    private readonly limits: EventLimits,
    private readonly onTakenOut: () => void = () => {},
  ) {
    this.#meta = new Meta(db);
    this.#insert = db.prepare<
      [number, string | null, number, string, Buffer, Buffer | null, string, number | null, number]
    >(
      `INSERT INTO event (id, source_id, at_ms, kind, path, to_path, origin, actor_id, is_withheld)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) WHERE source_id IS NOT NULL DO NOTHING`,
    );
    this.#insertActor = db.prepare(
      `INSERT INTO actor (${ACTOR_COLUMNS}) VALUES (${ACTOR_COLUMNS.replace(/\w+/g, '?')})`,
    );
    this.#open = db.prepare('INSERT OR IGNORE INTO open_event (path, event_id) VALUES (?, ?)');
    this.#isOpen = db.prepare<[Buffer], number>('SELECT 1 FROM open_event WHERE path = ? LIMIT 1').pluck();
    this.#isGoingOn = db
      .prepare<[Buffer, string], number>(
        `SELECT 1 FROM open_event JOIN event ON id = event_id
         WHERE open_event.path = ? AND origin = 'inotify' AND kind IN (?, 'create') LIMIT 1`,
      )
      .pluck();
    this.#claim = db
      .prepare<[Buffer], string>(
        `DELETE FROM open_event WHERE path = ?
         RETURNING (SELECT coalesce(source_id, id) FROM event WHERE id = event_id)`,
      )
      .pluck();
    this.#close = db.prepare<[Buffer]>('DELETE FROM open_event WHERE path = ?');
    this.#claimAll = db.prepare<[], { path: Buffer; id: string }>(
      `DELETE FROM open_event RETURNING path, (SELECT coalesce(source_id, id) FROM event WHERE id = event_id) AS id`,
    );
    this.#countOpen = db.prepare<[], number>('SELECT count(*) FROM open_event').pluck();
    this.#sizes = db.prepare<[], { id: number; bytes: number }>(`SELECT id, ${SIZE} AS bytes FROM event ORDER BY id`);
    this.#firstSince = db
      .prepare<[number], number | null>('SELECT id FROM event WHERE at_ms >= ? ORDER BY id LIMIT 1')
      .pluck();
    this.#dropUntil = db.prepare<[number], number>(`DELETE FROM event WHERE id < ? RETURNING ${SIZE}`).pluck();
    this.#dropOpenUntil = db.prepare('DELETE FROM open_event WHERE event_id < ?');
    this.#dropActors = db.prepare(
      'DELETE FROM actor WHERE id NOT IN (SELECT actor_id FROM event WHERE actor_id IS NOT NULL)',
    );
    this.#dropAt = db
      .prepare<[Buffer], number>(
        `DELETE FROM event WHERE id IN (SELECT event_id FROM open_event WHERE path = ?) RETURNING ${SIZE}`,
      )
      .pluck();
    this.#dropOne = db.prepare<[number], number>(`DELETE FROM event WHERE id = ? RETURNING ${SIZE}`).pluck();
    const orphan = 'NOT EXISTS (SELECT 1 FROM event WHERE id = event_id)';
    this.#dropOrphans = db.prepare(`DELETE FROM open_event WHERE ${orphan}`);
    const below = (name: string) => `(${name} = @path OR (${name} >= @from AND ${name} < @to))`;
    this.#sizeBelow = db.prepare<[Record<string, Buffer>], { count: number; bytes: number | null }>(
      `SELECT count(*) AS count, sum(${SIZE}) AS bytes FROM event WHERE ${below('path')} OR ${below('to_path')}`,
    );
    this.#dropBelow = db.prepare(`DELETE FROM event WHERE ${below('path')} OR ${below('to_path')}`);
    this.#dropOpenBelow = db.prepare(`DELETE FROM open_event WHERE ${below('path')} OR ${orphan}`);
    this.#totals = readEventTotals(db);
    this.#openCount = this.#countOpen.get() ?? 0;
  }

  get isKept(): boolean {
    return this.limits.maxBytes > 0;
  }

  /** An event that is known already, or of what was forgotten, changes nothing. @returns its id. */
  add({ event, paths }: ReportedEvent): string | undefined {
    if (!this.isKept || this.#isForgotten(event) || this.#goesOn(event)) return undefined;
    const { id, atMs, kind, path, to, origin, actor, isWithheld } = event;
    const actorId = actor ? this.#actorId(actor) : null;
    const [from, toPath] = [toBytes(path), to ? toBytes(to) : null];
    const sequence = this.#totals.last + 1;
    const withheld = isWithheld ? 1 : 0;
    const { changes } = this.#insert.run(sequence, id ?? null, atMs, kind, from, toPath, origin, actorId, withheld);
    if (changes === 0) return undefined;
    for (const each of paths) this.#openCount += this.#open.run(toBytes(each), sequence).changes;
    // As SIZE, which would cost a fifth more of the insertion.
    const bytes = ROW_BYTES + from.length + (toPath?.length ?? 0) + 2 * (id?.length ?? 0);
    this.#count(1, bytes);
    this.#totals = { ...this.#totals, last: sequence };
    return id ?? String(sequence);
  }

  /**
   * What the writer has found at paths where nothing is open. Mostly they are finished in the same transaction: that they
   * were open is written at its end only.
   */
  addFound({ event, paths }: ReportedEvent): void {
    if (this.add({ event, paths: [] }) === undefined) return;
    for (const each of paths) this.#found.set(pathKey(each), this.#totals.last);
  }

  get isAnyOpen(): boolean {
    return this.#openCount > 0 || this.#found.size > 0;
  }

  isOpen(path: Uint8Array): boolean {
    if (this.#found.has(pathKey(path))) return true;
    return this.#openCount > 0 && this.#isOpen.get(toBytes(path)) !== undefined;
  }

  /** The path is finished. @returns the ids of the events that explain it. */
  claim(path: Uint8Array): readonly string[] {
    const found = this.#found.get(pathKey(path));
    if (found !== undefined) this.#found.delete(pathKey(path));
    const ids = this.#openCount > 0 ? this.#claim.all(toBytes(path)).map(String) : [];
    this.#openCount -= ids.length;
    return found === undefined ? ids : [String(found), ...ids];
  }

  /** As `claim`, where nobody wants the ids. @returns whether there were any. */
  close(path: Uint8Array): boolean {
    const isFound = this.#found.delete(pathKey(path));
    if (this.#openCount === 0) return isFound;
    const { changes } = this.#close.run(toBytes(path));
    this.#openCount -= changes;
    return isFound || changes > 0;
  }

  /** The name is left out by now: what is open there is not kept. */
  dropOpen(path: Uint8Array): void {
    if (!this.isOpen(path)) return;
    this.#openFound();
    const sizes = this.#dropAt.all(toBytes(path));
    this.#dropOrphans.run();
    this.#openCount = this.#countOpen.get() ?? 0;
    this.#takeOut(sizes.length, sum(sizes));
  }

  /** Nothing is left to be looked at. @returns the ids by path key. */
  claimAll(): ReadonlyMap<string, readonly string[]> {
    const claimed = new Map<string, string[]>();
    if (!this.isAnyOpen) return claimed;
    this.#openFound();
    for (const { path, id } of this.#claimAll.all()) {
      const ids = claimed.get(pathKey(path)) ?? [];
      ids.push(String(id));
      claimed.set(pathKey(path), ids);
    }
    this.#openCount = 0;
    return claimed;
  }

  /** Events that name the path or something below it go, whichever of their names it is. */
  forget(path: Uint8Array, nowMs: number): void {
    this.#forgotten = [...this.#forgotten.slice(1 - MAX_FORGOTTEN), { path: toBytes(path), atMs: nowMs }];
    if (this.#totals.count === 0) return;
    this.#openFound();
    const range = { path: toBytes(path), ...rangeBelow(path) };
    const { count = 0, bytes } = this.#sizeBelow.get(range) ?? {};
    if (count > 0) this.#dropBelow.run(range);
    this.#dropOpenBelow.run(range);
    this.#openCount = this.#countOpen.get() ?? 0;
    if (count > 0) this.#takeOut(count, bytes ?? 0);
  }

  drop(sequences: readonly number[]): void {
    this.#openFound();
    const sizes = sequences.flatMap((sequence) => this.#dropOne.all(sequence));
    if (sizes.length === 0) return;
    this.#dropOrphans.run();
    this.#openCount = this.#countOpen.get() ?? 0;
    this.#takeOut(sizes.length, sum(sizes));
  }

  /**
   * Of another index, with their numbers; in their order.
   * @param openSinceMs  those from then on may explain what is still to be found.
   */
  takeOver(events: readonly KeptEvent[], openSinceMs: number): void {
    for (const { sequence, id, to, actor, isWithheld, ...event } of events) {
      if (sequence <= this.#totals.last) continue;
      this.#totals = { ...this.#totals, last: sequence - 1 };
      const own = id === String(sequence) ? {} : { id };
      const rest = { ...(to && { to }), ...(actor && { actor }), ...(isWithheld && { isWithheld }) };
      const isOpen = event.atMs >= openSinceMs && !isRead(event.kind);
      const paths = isOpen ? [event.path, ...(to ? [to] : [])] : [];
      this.add({ event: { ...event, ...own, ...rest }, paths });
    }
  }

  get isTooLarge(): boolean {
    return this.#totals.bytes > this.limits.maxBytes;
  }

  /** Drops the oldest, by age and by size. */
  prune(nowMs: number): void {
    if (this.#totals.count === 0) return;
    this.#openFound();
    const bySize = this.isTooLarge ? this.#firstKeptBySize() : 0;
    const byAge = this.#firstSince.get(nowMs - this.limits.keepMs) ?? Number.MAX_SAFE_INTEGER;
    const first = Math.max(bySize, byAge);
    const dropped = this.#dropUntil.all(first);
    if (dropped.length === 0) return;
    this.#dropOpenUntil.run(first);
    this.#openCount = this.#countOpen.get() ?? 0;
    this.#dropActors.run();
    this.#actors.clear();
    this.#takeOut(dropped.length, sum(dropped));
  }

  /** Takes back what a transaction has noted. */
  rolledBack(): void {
    this.#isUnsaved = false;
    this.#found.clear();
    this.#actors.clear();
    this.#totals = toTotals(this.#meta.get(TOTALS_KEY));
    this.#openCount = this.#countOpen.get() ?? 0;
  }

  /** To be called once at the end of a transaction. */
  save(): void {
    this.#openFound();
    if (this.#isUnsaved) this.#meta.set(TOTALS_KEY, this.#totals);
    this.#isUnsaved = false;
  }

  #openFound(): void {
    for (const [key, sequence] of this.#found) this.#openCount += this.#open.run(fromPathKey(key), sequence).changes;
    this.#found.clear();
  }

  #count(count: number, bytes: number): void {
    const { count: before, bytes: size, last } = this.#totals;
    this.#totals = { count: before + count, bytes: Math.max(0, size + bytes), last };
    this.#isUnsaved = true;
  }

  #takeOut(count: number, bytes: number): void {
    this.onTakenOut();
    this.#count(-count, -bytes);
  }

  /**
   * Of a burst that inotify tells piece by piece nothing more is known than of its first piece, until it is looked at.
   */
  #goesOn({ origin, kind, path }: FileEvent): boolean {
    if (origin !== 'inotify' || (kind !== 'write' && kind !== 'attrib') || !this.isAnyOpen) return false;
    return this.#isGoingOn.get(toBytes(path), kind) !== undefined;
  }

  #isForgotten({ path, to, atMs }: FileEvent): boolean {
    return this.#forgotten.some(
      (forgotten) => atMs <= forgotten.atMs && (isWithin(path, forgotten.path) || (to && isWithin(to, forgotten.path))),
    );
  }

  #firstKeptBySize(): number {
    let tooMany = this.#totals.bytes - this.limits.maxBytes * (1 - PRUNED_SHARE);
    for (const { id, bytes } of this.#sizes.iterate()) {
      if (tooMany <= 0) return id;
      tooMany -= bytes;
    }
    return Number.MAX_SAFE_INTEGER;
  }

  #actorId(actor: Actor): number {
    const { auid, uid, pid, ppid, exe, comm, gid, euid, session, parents = [], isParentsCut, unit } = actor;
    // Names may hold anything but NUL.
    const key = [auid, uid, pid, ppid, exe, comm, gid, euid, session, unit, isParentsCut, ...parents].join('\0');
    const known = this.#actors.get(key);
    this.#actors.delete(key);
    const id = known ?? Number(this.#insertActor.run(...toActorRow(actor)).lastInsertRowid);
    this.#actors.set(key, id);
    if (this.#actors.size > MAX_ACTORS) this.#actors.delete(this.#actors.keys().next().value as string);
    return id;
  }
}

export function readEventTotals(db: Db): EventTotals {
  return toTotals(new Meta(db).get(TOTALS_KEY));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

function toTotals(value: unknown): EventTotals {
  return { ...NOTHING, ...(value as Partial<EventTotals> | undefined) };
}
