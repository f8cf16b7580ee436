/** How much waits for each endpoint. Counted once, then kept in mind: a count of a long table takes longer than a message. */
import type { Db } from '../../../shared/store/open.js';

interface Amount {
  messages: number;
  /** Of the payloads, in characters. */
  bytes: number;
}

export class Backlog {
  readonly #amounts = new Map<string, Amount>();

  constructor(private readonly db: Db) {}

  added(endpoint: string, bytes: number): void {
    this.#change(endpoint, 1, bytes);
  }

  removed(endpoint: string, bytes: number): void {
    this.#change(endpoint, -1, -bytes);
  }

  /** It is counted again: another process, or a transaction that was taken back, may have changed it. */
  forget(endpoint: string): void {
    this.#amounts.delete(endpoint);
  }

  isAbove(endpoint: string, limits: Amount): boolean {
    const isAbove = ({ messages, bytes }: Amount) => messages > limits.messages || bytes > limits.bytes;
    if (!isAbove(this.#amount(endpoint))) return false;
    this.forget(endpoint);
    return isAbove(this.#amount(endpoint));
  }

  #change(endpoint: string, messages: number, bytes: number): void {
    const amount = this.#amounts.get(endpoint);
    if (!amount) return;
    amount.messages += messages;
    amount.bytes += bytes;
  }

  #amount(endpoint: string): Amount {
    const known = this.#amounts.get(endpoint);
    if (known) return known;
    const counted = this.db
      .prepare(`SELECT count(*) AS messages, coalesce(sum(length(payload)), 0) AS bytes
        FROM outbox WHERE endpoint = ? AND dead_ms IS NULL`)
      .get(endpoint) as Amount;
    this.#amounts.set(endpoint, counted);
    return counted;
  }
}
