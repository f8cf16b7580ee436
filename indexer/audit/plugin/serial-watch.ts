/**
 * Tells when events are missing from the stream. Every event of the kernel has the next serial, whatever its rule, and all
 * reach the plugin: a serial that does not come was dropped by auditd, whose queue to the plugins was full. (What the kernel
 * itself drops takes no serial and shows as partial events.) Measured: up to 2 places out of order, no holes otherwise.
 */
export interface Loss {
  readonly count: number;
  /** Time of the last event before the first loss. */
  readonly sinceMs: number;
}

interface Series {
  next: number;
  /** The event before, in the stream. */
  timestampMs: number;
  /** Serials that were passed over, with the time of the event before; oldest first. */
  readonly missing: Map<number, number>;
}

/** In the stream's time, forwards or, after the clock was set back, backwards: longer than auditd lets an event wait for its end. */
const PATIENCE_MS = 3000;
const MAX_MISSING = 1000;
/** Streams from other machines have serials of their own. */
const MAX_NODES = 16;

export class SerialWatch {
  readonly #series = new Map<string, Series>();

  /** @returns what is now known to be lost. */
  see(node: string, serial: number, timestampMs: number): Loss | undefined {
    const series = this.#series.get(node);
    if (!series) {
      if (this.#series.size < MAX_NODES) this.#series.set(node, { next: serial + 1, timestampMs, missing: new Map() });
      return undefined;
    }
    const { missing, next } = series;
    if (serial > next) passOver(series, serial);
    else if (serial < next && !missing.delete(serial) && serial < next - MAX_MISSING) missing.clear();
    else if (serial < next) return undefined;
    series.next = serial + 1;
    series.timestampMs = timestampMs;
    return missing.size === 0
      ? undefined
      : takeOverdue(missing, (sinceMs) => Math.abs(timestampMs - sinceMs) >= PATIENCE_MS);
  }

  /** When the stream has been quiet for long: what is missing will not come. */
  giveUp(): Loss | undefined {
    let loss: Loss | undefined;
    for (const { missing } of this.#series.values())
      loss = add(
        loss,
        takeOverdue(missing, () => true),
      );
    return loss;
  }
}

function passOver({ missing, next, timestampMs }: Series, serial: number): void {
  for (let passed = Math.max(next, serial - MAX_MISSING); passed < serial; passed++) missing.set(passed, timestampMs);
}

/** Removes and counts what has been missing for too long. */
function takeOverdue(missing: Map<number, number>, isOverdue: (sinceMs: number) => boolean): Loss | undefined {
  let count = 0;
  let sinceMs = 0;
  for (const [serial, timestampMs] of missing) {
    if (!isOverdue(timestampMs) && missing.size <= MAX_MISSING) break;
    if (count++ === 0) sinceMs = timestampMs;
    missing.delete(serial);
  }
  return count === 0 ? undefined : { count, sinceMs };
}

function add(a: Loss | undefined, b: Loss | undefined): Loss | undefined {
  if (!a || !b) return a ?? b;
  return { count: a.count + b.count, sinceMs: Math.min(a.sinceMs, b.sinceMs) };
}
