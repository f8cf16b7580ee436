/**
 * The events of one node whose end has not come, and the node's clock. A part of event-assembler.ts.
 */
import { AuditEvent } from './audit-event.js';
import { type ClockMark, NodeClock } from './node-clock.js';

/** What a record says of its event, beside the node. */
export interface Stamp {
  readonly serial: number;
  readonly timestampMs: number;
}

export class OpenEvents {
  readonly #clock = new NodeClock();
  /** The event of the line before. */
  #current: AuditEvent | undefined;
  /** The others, the one that has been without a record for longest first, by serial. */
  readonly #parked = new Map<number, AuditEvent[]>();

  /** @param node  '' when the stream names no node. */
  constructor(readonly node: string) {}

  /** The event with this stamp becomes the current one. */
  find(stamp: Stamp): AuditEvent | undefined {
    const current = this.#current;
    if (current && isOf(current, stamp)) return current;
    if (this.#parked.size === 0) return undefined;
    const found = this.#parked.get(stamp.serial)?.find((event) => isOf(event, stamp));
    if (!found) return undefined;
    this.#unpark(found);
    this.#park();
    this.#current = found;
    return found;
  }

  /** To be called before `open`: what is open now may be overdue for it. */
  begin({ timestampMs }: Stamp): void {
    this.#park();
    this.#current = undefined;
    this.#clock.begin(timestampMs);
  }

  open({ serial, timestampMs }: Stamp): AuditEvent {
    this.#current = new AuditEvent(this.node, timestampMs, serial);
    return this.#current;
  }

  remove(event: AuditEvent): void {
    if (event === this.#current) this.#current = undefined;
    else this.#unpark(event);
  }

  /** The event that has been without a record for longest. */
  oldest(): AuditEvent | undefined {
    return this.#oldestParked() ?? this.#current;
  }

  /** The oldest, if the stream of its node has gone on long enough without it. */
  overdue(timeoutMs: number): AuditEvent | undefined {
    const oldest = this.#oldestParked();
    return oldest?.parkedAt && this.#clock.isPast(oldest.parkedAt, timeoutMs) ? oldest : undefined;
  }

  /** Oldest first. */
  all(): readonly AuditEvent[] {
    const events = [...this.#parked.values()].flat();
    return this.#current ? [...events, this.#current] : events;
  }

  own(): void {
    this.#current?.own();
    for (const events of this.#parked.values()) for (const event of events) event.own();
  }

  #oldestParked(): AuditEvent | undefined {
    if (this.#parked.size === 0) return undefined;
    for (const events of this.#parked.values()) return events[0];
    return undefined;
  }

  #park(): void {
    const event = this.#current;
    if (!event) return;
    event.parkedAt = this.#now();
    const sameSerial = this.#parked.get(event.serial);
    if (sameSerial) sameSerial.push(event);
    else this.#parked.set(event.serial, [event]);
  }

  #now(): ClockMark {
    return { events: this.#clock.events, ms: this.#clock.ms };
  }

  #unpark(event: AuditEvent): void {
    const rest = this.#parked.get(event.serial)?.filter((other) => other !== event) ?? [];
    if (rest.length > 0) this.#parked.set(event.serial, rest);
    else this.#parked.delete(event.serial);
  }
}

function isOf(event: AuditEvent, { serial, timestampMs }: Stamp): boolean {
  return event.serial === serial && event.timestampMs === timestampMs;
}
