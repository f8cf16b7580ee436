/**
 * Tells when events are missing from the stream. Every event of the kernel has the next serial, whatever its rule, and
 * all reach the plugin. A serial that does not come was dropped by auditd, whose queue to the plugins was full. (What
 * the kernel itself drops takes no serial and shows as partial events.) Measured: up to 2 places out of order, no holes
 * otherwise.
 */
import { type ClockMark, NodeClock } from '../events/node-clock.js';

export interface Loss {
  readonly count: number;
  /** Time of the last event before the first loss. */
  readonly sinceMs: number;
}

/** Since when a serial is missing. */
interface Missing extends ClockMark {
  /** How often `age` had been called. */
  readonly age: number;
}

interface Series {
  next: number;
  readonly clock: NodeClock;
  /** Serials that were passed over; oldest first. */
  readonly missing: Map<number, Missing>;
}

/** By the clock of the node's stream: longer than an event may wait for its end. */
const PATIENCE_MS = 3000;
const MAX_MISSING = 1000;
/** Streams from other machines have serials of their own. */
const MAX_NODES = 16;

export class SerialWatch {
  readonly #series = new Map<string, Series>();
  #age = 0;

  /** @returns what is now known to be lost. */
  see(node: string, serial: number, timestampMs: number): Loss | undefined {
    const series = this.#series.get(node) ?? this.#begin(node, serial);
    if (!series) return undefined;
    const { missing, next, clock } = series;
    if (serial > next) this.#passOver(series, serial);
    clock.begin(timestampMs);
    if (serial < next && !missing.delete(serial) && serial < next - MAX_MISSING) missing.clear();
    else if (serial < next) return undefined;
    series.next = serial + 1;
    return missing.size === 0 ? undefined : takeOverdue(missing, (since) => clock.isPast(since, PATIENCE_MS));
  }

  /** To be called every few seconds: what was missing the last time, too, will not come. */
  age(): Loss | undefined {
    const known = this.#age++;
    return this.#take(({ age }) => age < known);
  }

  /** At the end of the stream: what is missing will not come. */
  giveUp(): Loss | undefined {
    return this.#take(() => true);
  }

  #begin(node: string, serial: number): Series | undefined {
    if (this.#series.size >= MAX_NODES) return undefined;
    const series = { next: serial, clock: new NodeClock(), missing: new Map() };
    this.#series.set(node, series);
    return series;
  }

  #take(isOverdue: (since: Missing) => boolean): Loss | undefined {
    let loss: Loss | undefined;
    for (const { missing } of this.#series.values()) loss = add(loss, takeOverdue(missing, isOverdue));
    return loss;
  }

  #passOver({ missing, next, clock }: Series, serial: number): void {
    const since = { events: clock.events, ms: clock.ms, age: this.#age };
    for (let passed = Math.max(next, serial - MAX_MISSING); passed < serial; passed++) missing.set(passed, since);
  }
}

/** Removes and counts what has been missing for too long. */
function takeOverdue(missing: Map<number, Missing>, isOverdue: (since: Missing) => boolean): Loss | undefined {
  let count = 0;
  let sinceMs = 0;
  for (const [serial, since] of missing) {
    if (!isOverdue(since) && missing.size <= MAX_MISSING) break;
    if (count++ === 0) sinceMs = since.ms;
    missing.delete(serial);
  }
  return count === 0 ? undefined : { count, sinceMs };
}

function add(a: Loss | undefined, b: Loss | undefined): Loss | undefined {
  if (!a || !b) return a ?? b;
  return { count: a.count + b.count, sinceMs: Math.min(a.sinceMs, b.sinceMs) };
}
