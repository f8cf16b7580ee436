/**
 * Records → events. Events interleave, so a record belongs to the open event with its node, timestamp and serial. An
 * event is complete at its end record (record-types.ts), when the stream of its node has gone on without it for
 * `timeoutMs` (node-clock.ts), when it was without a record for long (`age`), or at `flush`. Invariant: memory is
 * bounded by its options whatever comes in; an event that has to go early is handed on, never dropped.
 */

import { type RuleChange, readRuleChange } from '../changes/rule-change.js';
import { AuditRecord, PreambleReader } from '../records/parse-record.js';
import { endsEvent } from '../records/record-types.js';
import type { AuditEvent } from './audit-event.js';
import { OpenEvents } from './open-events.js';

export interface AssemblerOptions {
  /** How long an event may still get records, by the clock of its node's stream. auditd.conf's default is 2 s. */
  readonly timeoutMs: number;
  /** Measured with 8 writers: 8 events open at once. */
  readonly maxOpenEvents: number;
  readonly maxRecords: number;
  /** Of all open events together. */
  readonly maxOpenBytes: number;
  /** Machines whose open events are kept apart at the same time. */
  readonly maxNodes: number;
  /** Called when the record comes in, before its event is complete. */
  readonly onRuleChange: (change: RuleChange) => void;
}

const DEFAULTS: AssemblerOptions = {
  timeoutMs: 2000,
  maxOpenEvents: 1000,
  maxRecords: 1000,
  maxOpenBytes: 16 * 1024 * 1024,
  maxNodes: 1000,
  onRuleChange: () => {},
};

export class EventAssembler {
  /** Events that had to go before their end because too many were open. */
  evictedEvents = 0;

  readonly #preamble = new PreambleReader();
  readonly #nodes = new Map<string, OpenEvents>();
  /** Of the line before. */
  #node = new OpenEvents('');
  #openEvents = 0;
  #openBytes = 0;
  #records = 0;
  #recordsAtAge = 0;
  /** Events come in blocks, as ausearch prints them: their records in any order, and no other event between. */
  #isInBlocks = false;
  readonly #options: AssemblerOptions;

  constructor(
    readonly onEvent: (event: AuditEvent) => void,
    options: Partial<AssemblerOptions> = {},
  ) {
    this.#options = { ...DEFAULTS, ...options };
    this.#nodes.set('', this.#node);
  }

  /**
   * Takes one line; its event's `onEvent` is called from here when the line completes it. The records of an event point
   * into `bytes` until `own()` is called.
   * @returns false when the line is not a record.
   */
  add(bytes: Buffer, start: number, end: number): boolean {
    if (!this.#preamble.read(bytes, start, end)) return false;
    this.#take(bytes, start, end);
    return true;
  }

  /** The same for a line in one of the forms that other programs give records. */
  addLoose(bytes: Buffer): boolean {
    if (!this.#preamble.readLoose(bytes)) return false;
    this.#take(bytes, 0, bytes.length);
    return true;
  }

  /** At the line that ausearch prints between events. */
  endBlock(): void {
    this.flush();
    this.#isInBlocks = true;
  }

  /** Copies the records of open events, so that the chunk they came in can go. */
  own(): void {
    this.#preamble.forget();
    for (const open of this.#nodes.values()) open.own();
  }

  /**
   * To be called every few seconds where the stream is live: hands on the events that got no record since the last
   * time.
   */
  age(): void {
    const known = this.#recordsAtAge;
    this.#recordsAtAge = this.#records;
    for (const open of this.#nodes.values()) {
      for (const event of open.all()) if (event.lastRecord <= known) this.#finish(open, event);
    }
  }

  /** At the end of input: hands on what is open, oldest first. */
  flush(): void {
    for (const open of this.#nodes.values()) for (const event of open.all()) this.#finish(open, event);
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const preamble = this.#preamble;
    const { type, node, body } = preamble;
    if (node !== this.#node.node) this.#node = this.#nodes.get(node) ?? this.#addNode(node);
    const event = this.#node.find(preamble);
    if (type !== 'EOE') this.#append(event ?? this.#open(), new AuditRecord(type, bytes, start, body, end));
    else if (event && !this.#isInBlocks) this.#finish(this.#node, event);
  }

  #addNode(node: string): OpenEvents {
    if (this.#nodes.size >= this.#options.maxNodes) this.#dropNode();
    const open = new OpenEvents(node);
    this.#nodes.set(node, open);
    return open;
  }

  /** The one that came first, unless another has nothing open. */
  #dropNode(): void {
    const nodes = [...this.#nodes.values()];
    const open = nodes.find((other) => other.oldest() === undefined) ?? (nodes[0] as OpenEvents);
    for (const event of open.all()) {
      this.evictedEvents++;
      this.#finish(open, event);
    }
    this.#nodes.delete(open.node);
  }

  #open(): AuditEvent {
    const open = this.#node;
    const { timeoutMs, maxOpenEvents } = this.#options;
    if (this.#openEvents > 0) this.#isInBlocks = false;
    open.begin(this.#preamble);
    for (let event = open.overdue(timeoutMs); event; event = open.overdue(timeoutMs)) this.#finish(open, event);
    if (this.#openEvents >= maxOpenEvents) this.#evict();
    this.#openEvents++;
    return open.open(this.#preamble);
  }

  #append(event: AuditEvent, record: AuditRecord): void {
    const { records } = event;
    if (records.length < this.#options.maxRecords) records.push(record);
    else event.isPartial = true;
    const size = record.end - record.start;
    event.bytes += size;
    event.lastRecord = ++this.#records;
    this.#openBytes += size;
    if (record.type === 'CONFIG_CHANGE') this.#takeConfigChange(record, event.timestampMs);
    if (endsEvent(record.type) && !this.#isInBlocks && !isBackwards(event)) this.#finish(this.#node, event);
    else while (this.#openBytes > this.#options.maxOpenBytes) this.#evict();
  }

  #takeConfigChange(record: AuditRecord, timestampMs: number): void {
    const change = readRuleChange(record, timestampMs);
    if (change) this.#options.onRuleChange(change);
  }

  /** The event that has been without a record for longest. */
  #evict(): void {
    let from: OpenEvents | undefined;
    let oldest: AuditEvent | undefined;
    for (const open of this.#nodes.values()) {
      const event = open.oldest();
      if (!event || (oldest && event.lastRecord >= oldest.lastRecord)) continue;
      oldest = event;
      from = open;
    }
    if (!from || !oldest) return;
    this.evictedEvents++;
    this.#finish(from, oldest);
  }

  #finish(open: OpenEvents, event: AuditEvent): void {
    open.remove(event);
    this.#openEvents--;
    this.#openBytes -= event.bytes;
    event.complete(event.isPartial);
    this.onEvent(event);
  }
}

/** The kernel never begins with PROCTITLE: more is to come where the records were turned round. */
function isBackwards({ records }: AuditEvent): boolean {
  return records[0]?.type === 'PROCTITLE';
}
