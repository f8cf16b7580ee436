/** Small facts about the index as a whole, JSON by key: the roots, the state the daemon shows in `status`. */
import type { Db } from './open.js';
import { prepared } from './prepared.js';

export class Meta {
  readonly #get;
  readonly #set;
  readonly #keys;

  constructor(db: Db) {
    this.#get = prepared<string>(db, 'SELECT value FROM meta WHERE key = ?').pluck();
    this.#set = prepared(db, 'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    this.#keys = prepared<string>(db, 'SELECT key FROM meta').pluck();
  }

  get(key: string): unknown {
    const text = this.#get.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  set(key: string, value: unknown): void {
    this.#set.run(key, JSON.stringify(value));
  }
  keys(): readonly string[] {
    return this.#keys.all();
  }
}
