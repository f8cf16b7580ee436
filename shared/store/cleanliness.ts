/**
 * Since when the files of the index hold text that no document has any more, and when they were last cleaned of it. The
 * same of words that the vocabulary has not yet. One JSON value in `meta`, so that work which a restart cuts off goes
 * on where it was. Written by the writer; read by `find-textd status`.
 */
import { Meta } from './meta.js';
import type { Db } from './open.js';

/** Times are milliseconds since 1970. */
export interface Cleaning {
  /** Text has been taken out since then that no cleaning has wiped; null: the files hold only what documents have. */
  readonly uncleanSinceMs: number | null;
  /** null: not yet. */
  readonly cleanedMs: number | null;
  /** What the last cleaning took of the writer's time; 0: there was none. */
  readonly tookMs: number;
  readonly words: Words;
  readonly running: RunningCleaning | null;
}

/** Of the vocabulary for typo repair. */
export interface Words {
  /** Documents came since that may have words which it has not. */
  readonly areNew: boolean;
  readonly refreshedMs: number;
  readonly tookMs: number;
}

/** All hold words of documents. */
export const FULL_TEXT_TABLES = ['body', 'names', 'appended_text', 'name_trigram'] as const;
export type FullTextTable = (typeof FULL_TEXT_TABLES)[number];

/** The segments of the full-text tables, the vocabulary, the champion lists, free space; in this order. */
export type Stage = FullTextTable | 'words' | 'lists' | 'space';

export interface RunningCleaning {
  /** False: nothing was taken out, so segments are not merged for that, and nothing is wiped. */
  readonly wipes: boolean;
  readonly stage: Stage;
  /** The term up to which the vocabulary is done. */
  readonly term: string;
  /** The champion lists are made anew. */
  readonly hasLists: boolean;
  readonly tookMs: number;
  /** Text was taken out that this cleaning may miss. */
  readonly uncleanSinceMs: number | null;
}

const KEY = 'cleaning';
const NO_WORDS: Words = { areNew: true, refreshedMs: 0, tookMs: 0 };
/** An index from before this was kept: nobody knows what is in its files. */
const UNKNOWN: Cleaning = { uncleanSinceMs: 0, cleanedMs: null, tookMs: 0, words: NO_WORDS, running: null };
const BEGIN: RunningCleaning = {
  wipes: true,
  stage: 'body',
  term: '',
  hasLists: false,
  tookMs: 0,
  uncleanSinceMs: null,
};

export function readCleaning(db: Db): Cleaning {
  return toCleaning(new Meta(db));
}

/** Of a file that is made just now. */
export function beginClean(db: Db): void {
  new Meta(db).set(KEY, { ...UNKNOWN, uncleanSinceMs: null } satisfies Cleaning);
}

function toCleaning(meta: Meta): Cleaning {
  const known = { ...UNKNOWN, ...(meta.get(KEY) as Partial<Cleaning> | undefined) };
  return { ...known, running: known.running && { ...BEGIN, ...known.running } };
}

/**
 * The writer's view of it. Each call reads and writes the database, so what a transaction takes back is taken back
 * here, too.
 */
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
    const running = state.running?.wipes ? state.running : undefined;
    const holder = running ?? state;
    if (holder.uncleanSinceMs !== null) return;
    const uncleanSinceMs = this.nowMs();
    this.#set(running ? { ...state, running: { ...running, uncleanSinceMs } } : { ...state, uncleanSinceMs });
  }

  /** Documents are being put in: to be called in the same transaction. */
  hasNewWords(): void {
    const state = this.state;
    if (!state.words.areNew) this.#set({ ...state, words: { ...state.words, areNew: true } });
  }

  begin(wipes: boolean): RunningCleaning {
    const state = this.state;
    const running = { ...BEGIN, wipes };
    this.#set({ ...state, words: { ...state.words, areNew: false }, running });
    return running;
  }

  goOn(progress: Partial<RunningCleaning>): void {
    const state = this.state;
    if (state.running) this.#set({ ...state, running: { ...state.running, ...progress } });
  }

  end(): void {
    const state = this.state;
    if (!state.running) return;
    const { wipes, tookMs, uncleanSinceMs } = state.running;
    const refreshedMs = this.nowMs();
    const cleaned = wipes ? { uncleanSinceMs, cleanedMs: refreshedMs, tookMs } : {};
    this.#set({ ...state, ...cleaned, words: { ...state.words, refreshedMs, tookMs }, running: null });
  }

  #set(state: Cleaning): void {
    this.#meta.set(KEY, state);
  }
}
