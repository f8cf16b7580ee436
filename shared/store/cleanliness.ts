/**
 * Since when the files of the index hold text that no document has any more, and when they were last cleaned of it.
 * One JSON value in `meta`, so that a cleaning which a restart cuts off goes on where it was. Written by the writer; read by `find-textd status`.
 */
import { Meta } from './meta.js';
import type { Db } from './open.js';

/** Times are milliseconds since 1970. */
export interface Cleaning {
  /** Text has been taken out since then that no cleaning has wiped; null: the files hold only what documents have. */
  readonly uncleanSinceMs: number | null;
  readonly cleanedMs: number | null;
  /** What the last cleaning took of the writer's time. */
  readonly tookMs: number;
  readonly running: RunningCleaning | null;
}

/** The segments of the full-text tables, the vocabulary, free space; in this order. */
export type Stage = 'body' | 'names' | 'appended_text' | 'words' | 'space';

export interface RunningCleaning {
  readonly stage: Stage;
  /** The term up to which the vocabulary is done. */
  readonly term: string;
  readonly tookMs: number;
  /** Text was taken out that this cleaning may miss. */
  readonly uncleanSinceMs: number | null;
}

const KEY = 'cleaning';
/** An index that was never cleaned: nobody knows what is in its files. */
const UNKNOWN: Cleaning = { uncleanSinceMs: 0, cleanedMs: null, tookMs: 0, running: null };
const BEGIN: RunningCleaning = { stage: 'body', term: '', tookMs: 0, uncleanSinceMs: null };

export function readCleaning(db: Db): Cleaning {
  return toCleaning(new Meta(db));
}

function toCleaning(meta: Meta): Cleaning {
  return { ...UNKNOWN, ...(meta.get(KEY) as Partial<Cleaning> | undefined) };
}

/** The writer's view of it. Each call reads and writes the database, so what a transaction takes back is taken back here, too. */
export class Cleanliness {
  readonly #meta: Meta;

  constructor(
    db: Db,
    private readonly nowMs: () => number,
  ) {
    this.#meta = new Meta(db);
  }

  get state(): Cleaning {
    return toCleaning(this.#meta);
  }

  /** Text is being taken out: to be called in the same transaction. */
  soil(): void {
    const state = this.state;
    const { running } = state;
    const holder = running ?? state;
    if (holder.uncleanSinceMs !== null) return;
    const uncleanSinceMs = this.nowMs();
    this.#set(running ? { ...state, running: { ...running, uncleanSinceMs } } : { ...state, uncleanSinceMs });
  }

  begin(): RunningCleaning {
    this.#set({ ...this.state, running: BEGIN });
    return BEGIN;
  }

  goOn(progress: Partial<RunningCleaning>): void {
    const state = this.state;
    if (state.running) this.#set({ ...state, running: { ...state.running, ...progress } });
  }

  end(): void {
    const { running } = this.state;
    const { tookMs = 0, uncleanSinceMs = null } = running ?? {};
    this.#set({ uncleanSinceMs, cleanedMs: this.nowMs(), tookMs, running: null });
  }

  #set(state: Cleaning): void {
    this.#meta.set(KEY, state);
  }
}
