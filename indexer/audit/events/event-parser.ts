/**
 * The parser as a library: `import { AuditEventParser } from 'find-textd'`. Lines in, whole events out.
 */

import { type Accounts, loadAccounts } from '../view/accounts.js';
import { type EventView, toEventView } from '../view/event-view.js';
import type { AuditEvent } from './audit-event.js';
import { AuditStream, type StreamStats } from './audit-stream.js';

/** Of each field named here, an event must have one of the values: `{ action: ['deleted'], key: ['fsaction'] }`. */
export type EventFilters = { readonly [K in keyof EventView]?: readonly EventView[K][] };

const LINE_FEED = Buffer.from('\n');

/**
 * Puts records together to events. Records of several events may come interleaved, and an event is returned by the call
 * that completes it: mostly that with its last record, else one two seconds and 64 events later in the stream, else
 * `flush`.
 */
export class AuditEventParser {
  readonly #stream: AuditStream;
  #finished: EventView[] = [];

  /** @param accounts  names of users and groups, for records in which auditd wrote numbers only. */
  constructor(accounts: Accounts = loadAccounts()) {
    this.#stream = new AuditStream((event: AuditEvent) => this.#finished.push(toEventView(event, accounts)));
  }

  /**
   * Takes one line, with or without its line feed, and gives the events it completed. Never throws: a line that is no
   * record is counted in `stats`.
   * @param filters  an event is returned only if it passes all of them.
   */
  parseLine(line: string | Uint8Array, filters: EventFilters = {}): EventView[] {
    this.#stream.push(Buffer.from(line as Uint8Array));
    this.#stream.push(LINE_FEED);
    return this.#take(filters);
  }

  /** At the end of input: the events whose end never came. */
  flush(filters: EventFilters = {}): EventView[] {
    this.#stream.end();
    return this.#take(filters);
  }

  stats(): StreamStats {
    return this.#stream.stats();
  }

  #take(filters: EventFilters): EventView[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished.filter((event) => passes(event, filters));
  }
}

function passes(event: EventView, filters: EventFilters): boolean {
  return Object.entries(filters).every(([field, values]) => {
    const value = (event as unknown as Readonly<Record<string, unknown>>)[field];
    return (values as readonly unknown[]).includes(value);
  });
}
