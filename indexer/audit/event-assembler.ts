/**
 * Records → events. Events interleave, so a record belongs to the open event with its node, timestamp and serial.
 * An event is complete at its end record (record-types.ts), when the stream is `timeoutMs` past it, or at `flush`.
 * Invariant: memory is bounded by its options whatever comes in; an event that has to go early is handed on, never dropped.
 */
import { AuditEvent } from './audit-event.js';
import { AuditRecord, PreambleReader } from './parse-record.js';
import { endsEvent } from './record-types.js';
import { type RuleChange, readRuleChange } from './rule-change.js';

export interface AssemblerOptions {
  /** How long after its own time an event may still get records, in the stream's time. auditd.conf's default is 2 s. */
  readonly timeoutMs: number;
  /** Measured with 8 writers: 8 events open at once. */
  readonly maxOpenEvents: number;
  readonly maxRecords: number;
  /** Of all open events together. */
  readonly maxOpenBytes: number;
  /** Called when the record comes in, before its event is complete. */
  readonly onRuleChange: (change: RuleChange) => void;
}

const DEFAULTS: AssemblerOptions = {
  timeoutMs: 2000,
  maxOpenEvents: 1000,
  maxRecords: 1000,
  maxOpenBytes: 16 * 1024 * 1024,
  onRuleChange: () => {},
};

export class EventAssembler {
  /** Events that had to go before their end because too many were open. */
  evictedEvents = 0;

  readonly #preamble = new PreambleReader();
  /** The event of the line before; not in #parked. */
  #current: AuditEvent | undefined;
  /** The other open events, oldest first, by serial: events of one serial on several nodes share an entry. */
  readonly #parked = new Map<number, AuditEvent[]>();
  #openEvents = 0;
  #openBytes = 0;
  readonly #options: AssemblerOptions;

  constructor(
    readonly onEvent: (event: AuditEvent) => void,
    options: Partial<AssemblerOptions> = {},
  ) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Takes one line; its event's `onEvent` is called from here when the line completes it. The records of an event point
   * into `bytes` until `own()` is called.
   * @returns false when the line is not a record.
   */
  add(bytes: Buffer, start: number, end: number): boolean {
    const preamble = this.#preamble;
    if (!preamble.read(bytes, start, end)) return false;
    const event = this.#find();
    if (preamble.type === 'EOE') {
      if (event) this.#finish(event);
      return true;
    }
    this.#append(event ?? this.#open(), new AuditRecord(preamble.type, bytes, start, preamble.body, end));
    return true;
  }

  /** Copies the records of open events, so that the chunk they came in can go. */
  own(): void {
    this.#preamble.forget();
    this.#current?.own();
    for (const events of this.#parked.values()) for (const event of events) event.own();
  }

  /** At the end of input: hands on what is open, oldest first. */
  flush(): void {
    const last = this.#current;
    for (const events of [...this.#parked.values()]) for (const event of [...events]) this.#finish(event);
    if (last) this.#finish(last);
  }

  #find(): AuditEvent | undefined {
    const current = this.#current;
    if (current && this.#isOf(current)) return current;
    if (this.#parked.size === 0) return undefined;
    const found = this.#parked.get(this.#preamble.serial)?.find((event) => this.#isOf(event));
    if (found) this.#swapIn(found);
    return found;
  }

  #isOf(event: AuditEvent): boolean {
    const { serial, timestampMs, node } = this.#preamble;
    return event.serial === serial && event.timestampMs === timestampMs && event.node === node;
  }

  #open(): AuditEvent {
    const { node, timestampMs, serial } = this.#preamble;
    this.#expire(timestampMs);
    if (this.#openEvents >= this.#options.maxOpenEvents) this.#evict();
    const event = new AuditEvent(node, timestampMs, serial);
    this.#openEvents++;
    this.#park();
    this.#current = event;
    return event;
  }

  #append(event: AuditEvent, record: AuditRecord): void {
    if (event.records.length < this.#options.maxRecords) event.records.push(record);
    else event.isPartial = true;
    const size = record.end - record.start;
    event.bytes += size;
    this.#openBytes += size;
    if (record.type === 'CONFIG_CHANGE') this.#takeConfigChange(record, event.timestampMs);
    if (endsEvent(record.type)) this.#finish(event);
    else while (this.#openBytes > this.#options.maxOpenBytes) this.#evict();
  }

  #takeConfigChange(record: AuditRecord, timestampMs: number): void {
    const change = readRuleChange(record, timestampMs);
    if (change) this.#options.onRuleChange(change);
  }

  /** Also what seems to lie ahead: after a leap of the clock it would keep those behind it from ever being handed on. */
  #expire(nowMs: number): void {
    for (let oldest = this.#oldest(); oldest; oldest = this.#oldest()) {
      if (Math.abs(nowMs - oldest.timestampMs) < this.#options.timeoutMs) return;
      this.#finish(oldest);
    }
  }

  #evict(): void {
    const oldest = this.#oldest();
    if (!oldest) return;
    this.evictedEvents++;
    this.#finish(oldest);
  }

  #oldest(): AuditEvent | undefined {
    if (this.#parked.size === 0) return this.#current;
    for (const events of this.#parked.values()) return events[0];
    return undefined;
  }

  #finish(event: AuditEvent): void {
    if (event === this.#current) this.#current = undefined;
    else this.#unpark(event);
    this.#openEvents--;
    this.#openBytes -= event.bytes;
    event.complete(event.isPartial);
    this.onEvent(event);
  }

  #swapIn(event: AuditEvent): void {
    this.#unpark(event);
    this.#park();
    this.#current = event;
  }

  #park(): void {
    const event = this.#current;
    if (!event) return;
    const sameSerial = this.#parked.get(event.serial);
    if (sameSerial) sameSerial.push(event);
    else this.#parked.set(event.serial, [event]);
  }

  #unpark(event: AuditEvent): void {
    const rest = this.#parked.get(event.serial)?.filter((other) => other !== event) ?? [];
    if (rest.length > 0) this.#parked.set(event.serial, rest);
    else this.#parked.delete(event.serial);
  }
}
