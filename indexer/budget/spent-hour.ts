/** What was used in the last hour, kept in sixty pots of a minute each. Pure. */
import type { Spent } from '../../shared/activity.js';
import type { Usage } from './usage.js';

type Pot = Omit<Spent, 'seconds'>;

const POTS = 60;
const MINUTE_MS = 60_000;
const EMPTY: Pot = { mainCpuMs: 0, writerCpuMs: 0, extractorCpuMs: 0, readBytes: 0, writtenBytes: 0, peakBytes: 0 };

export class SpentHour {
  readonly #pots = new Map<number, Pot>();

  /** @param startMs  of the clock that `add` and `total` use. */
  constructor(private readonly startMs: number) {}

  /** What lies between two readings, which are a short time apart. */
  add(before: Usage, now: Usage, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    const grown = (key: keyof Usage) => Math.max(now[key] - before[key], 0);
    const more: Pot = {
      mainCpuMs: grown('mainCpuMs'),
      writerCpuMs: grown('writerCpuMs'),
      extractorCpuMs: grown('childrenCpuMs'),
      readBytes: grown('readBytes'),
      writtenBytes: grown('writtenBytes'),
      peakBytes: now.memoryBytes,
    };
    this.#pots.set(minute, together(this.#pots.get(minute) ?? EMPTY, more));
    for (const old of this.#pots.keys()) if (old <= minute - POTS) this.#pots.delete(old);
  }

  total(nowMs: number): Spent {
    const first = Math.floor(nowMs / MINUTE_MS) - POTS + 1;
    const pots = [...this.#pots].filter(([minute]) => minute >= first).map(([, pot]) => pot);
    const seconds = Math.round(Math.min(nowMs - this.startMs, POTS * MINUTE_MS) / 1000);
    return { seconds, ...pots.reduce(together, EMPTY) };
  }
}

function together(one: Pot, other: Pot): Pot {
  return {
    mainCpuMs: one.mainCpuMs + other.mainCpuMs,
    writerCpuMs: one.writerCpuMs + other.writerCpuMs,
    extractorCpuMs: one.extractorCpuMs + other.extractorCpuMs,
    readBytes: one.readBytes + other.readBytes,
    writtenBytes: one.writtenBytes + other.writtenBytes,
    peakBytes: Math.max(one.peakBytes, other.peakBytes),
  };
}
