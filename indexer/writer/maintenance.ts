/**
 * Work on the index that can wait until nothing else is to do, in slices of a few milliseconds: merging the segments of
 * the full-text tables (smaller index, faster search), refreshing the vocabulary for typo repair, and the seal.
 */
import type { Db } from '../../shared/store/open.js';
import { refreshVocabulary } from '../../shared/store/vocabulary.js';
import type { SealKeeper } from './seal-keeper.js';

/** Pages merged in one slice: measured 5 to 25 ms each. */
const MERGE_PAGES = 64;
const TABLES = ['body', 'names', 'appended_text'] as const;
const VOCABULARY_MS = 25;

export class Maintenance {
  #pending: (() => boolean)[] = [];

  constructor(
    private readonly db: Db,
    private readonly seal: SealKeeper,
  ) {}

  /** @param isFull  many documents have changed: everything is looked after again; else the file is sealed if it is time. */
  plan(isFull: boolean): void {
    if (isFull) this.seal.beforeWrite();
    this.#pending = isFull || this.seal.isDue ? [...(isFull ? this.#mending() : []), ...this.#sealing()] : [];
  }

  #sealing(): (() => boolean)[] {
    const begin = () => {
      this.#checkpoint();
      this.seal.begin();
      return true;
    };
    return [begin, () => this.seal.step()];
  }

  #mending(): (() => boolean)[] {
    const merges = TABLES.map((table) => {
      let isFirst = true;
      return () => {
        const isDone = this.#merge(table, isFirst ? -MERGE_PAGES : MERGE_PAGES);
        isFirst = false;
        return isDone;
      };
    });
    let term: string | undefined = '';
    const refresh = () => {
      term = refreshVocabulary(this.db, term ?? '', VOCABULARY_MS);
      return term === undefined;
    };
    return [...merges, refresh];
  }

  /** Does one slice. @returns true when nothing is left to do. */
  step(): boolean {
    const task = this.#pending[0];
    if (task?.()) this.#pending.shift();
    return this.#pending.length === 0;
  }

  /** A negative first value makes FTS5 merge everything into one segment, step by step; done when a step changes little. */
  #merge(table: (typeof TABLES)[number], pages: number): boolean {
    const before = this.#changes();
    this.db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`).run(pages);
    return this.#changes() - before < 2;
  }

  #changes(): number {
    return this.db.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0;
  }

  #checkpoint(): void {
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }
}
