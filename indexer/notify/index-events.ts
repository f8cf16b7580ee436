/** The event table of the index, as the notifier follows it: read-only, in a thread of its own. */
import { basename } from 'node:path';
import { CLOSED_GAPS_KEY, type ClosedGaps, parseClosed } from '../../shared/closed-gaps.js';
import { FRESHNESS_KEY, type Gap, parseFreshness } from '../../shared/freshness.js';
import { toBytes } from '../../shared/paths.js';
import { readEventTotals } from '../../shared/store/events.js';
import { Meta } from '../../shared/store/meta.js';
import { type Db, openForReading } from '../../shared/store/open.js';
import { type KeptEvent, readEvents, readEventsById } from '../../shared/store/read-events.js';

/** Events are read in their order, once. */
const CACHE_KIB = 2 * 1024;

export class IndexEvents {
  /** Another index file counts its events anew. */
  readonly name: string;
  readonly #db: Db;
  readonly #meta: Meta;
  readonly #isOpen;
  readonly #goingOn;
  readonly #missing;
  readonly #first;
  readonly #idAt;
  #version = -1;

  /** @throws FindTextError FT_STORE_… */
  constructor(file: string) {
    this.name = basename(file);
    this.#db = openForReading(file);
    this.#db.pragma(`cache_size = -${CACHE_KIB}`);
    this.#meta = new Meta(this.#db);
    this.#isOpen = this.#db
      .prepare<[Buffer], number>(
        `SELECT 1 FROM open_event JOIN event ON event.id = event_id
         WHERE open_event.path = ? AND origin = 'inotify' LIMIT 1`,
      )
      .pluck();
    this.#goingOn = this.#db.prepare<[], { path: Buffer; sequence: number }>(
      `SELECT open_event.path, event_id AS sequence FROM open_event JOIN event ON event.id = event_id
       WHERE origin = 'inotify'`,
    );
    this.#missing = this.#db.prepare<[], Buffer>(`SELECT path FROM failure WHERE code = 'FT_ROOT_MISSING'`).pluck();
    this.#idAt = this.#db
      .prepare<[number], string>('SELECT CAST(coalesce(source_id, id) AS TEXT) FROM event WHERE id = ?')
      .pluck();
    this.#first = this.#db.prepare<[], number>('SELECT id FROM event ORDER BY id LIMIT 1').pluck();
  }

  /** True at the first call, and when anything was committed since the last one. */
  hasNews(): boolean {
    const version = this.#db.pragma('data_version', { simple: true }) as number;
    const isNew = version !== this.#version;
    this.#version = version;
    return isNew;
  }

  /** The number of the newest that there ever was. */
  get last(): number {
    return readEventTotals(this.#db).last;
  }

  /** The number of the oldest that is kept; undefined: none is. */
  get first(): number | undefined {
    return this.#first.get();
  }

  after(sequence: number): Generator<KeptEvent> {
    return readEvents(this.#db, { afterSequence: sequence, sinceMs: 0 });
  }

  /** In their order; those that are not kept any more are missing. */
  at(sequences: readonly number[]): readonly KeptEvent[] {
    return [...readEventsById(this.#db, sequences).values()].sort((one, other) => one.sequence - other.sequence);
  }

  idAt(sequence: number): string | undefined {
    return this.#idAt.get(sequence);
  }

  /**
   * The index has not looked at the path since inotify told of it: more of the same that happens there meanwhile has no
   * event of its own.
   */
  isGoingOn(path: Uint8Array): boolean {
    return this.#isOpen.get(toBytes(path)) !== undefined;
  }

  /** All such paths, with the numbers of their events. */
  get goingOn(): Iterable<{ readonly path: Buffer; readonly sequence: number }> {
    return this.#goingOn.iterate();
  }

  /** Folders whose volume is missing. */
  get missing(): readonly Buffer[] {
    return this.#missing.all();
  }

  /** Times in which changes may have been missed: those that are not made good yet, and those that are. */
  get gapBook(): { readonly open: readonly Gap[]; readonly closed: ClosedGaps } {
    const read = () => ({
      open: this.#freshness?.roots.flatMap(({ gaps }) => gaps) ?? [],
      closed: parseClosed(this.#meta.get(CLOSED_GAPS_KEY)),
    });
    return this.#db.transaction(read)();
  }

  /** The daemon of this process sees every change from now on. */
  get isComplete(): boolean {
    const freshness = this.#freshness;
    return freshness?.keeper?.pid === process.pid && freshness.roots.every(({ gaps }) => gaps.length === 0);
  }

  get #freshness() {
    return parseFreshness(this.#meta.get(FRESHNESS_KEY));
  }

  close(): void {
    this.#db.close();
  }
}
