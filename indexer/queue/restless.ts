/**
 * How long is a file that goes on changing left alone after it was read? The more it cost, the longer. Used by the path
 * worker. Pure.
 *
 * Each file has two savings that fill with time: bytes that may be written to the index for it, and bytes that may be
 * read of it. What is spent beyond them is waited for. So a file that is saved now and then is read at once. A file
 * that never rests costs no more than these rates: 40 kB a second are 3.5 GB a day. Many such files share.
 */
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import type { ExtractOutcome } from '../extract/messages.js';

export type ReadOutcome = Extract<ExtractOutcome, { kind: 'extracted' | 'grown' | 'same' }>;

interface Rate {
  readonly perMs: number;
  /** The most that is saved, in bytes. */
  readonly most: number;
}

const WRITING: Rate = { perMs: 40, most: 64e6 };
const READING: Rate = { perMs: 2000, most: 48e6 };
/** How many files have these rates to themselves; more share. */
const SHARERS = 8;
/**
 * The full-text index and the log of the database, for each byte of text (measured: 1.2 with one segment, more when
 * segments are merged).
 */
const WRITTEN_PER_TEXT_BYTE = 1.5;
/** Smaller files are read at once whenever they change. */
const LARGE_BYTES = 64 * 1024;
/** What each look at a file costs, besides its bytes. */
const LOOK_BYTES = 4e6;
const MAX_HOLD_MS = 3_600_000;
const MAX_REMEMBERED = 1000;
const TOLD_MS = 10_000;
const MAX_TOLD = 20;

/** A file that is left alone for longer than it takes to notice. */
export interface HeldFile {
  readonly path: Buffer;
  /** Of the clock. */
  readonly untilMs: number;
}

interface Saving {
  writing: number;
  reading: number;
  atMs: number;
  heldUntilMs: number;
}

export class Restless {
  readonly #savings = new Map<string, Saving>();

  /**
   * @param maxFileBytes  so much of a file is read at the most.
   * @param now  milliseconds of a clock that never goes back.
   */
  constructor(
    private readonly maxFileBytes: number,
    private readonly now: () => number,
  ) {}

  /** A known file was read again. @returns for how many milliseconds it is to be left alone; mostly 0. */
  charge(path: Uint8Array, outcome: ReadOutcome): number {
    const [written, read] = [writtenFor(outcome), this.#readFor(outcome)];
    const key = pathKey(path);
    if (written + read === 0) return 0;
    const nowMs = this.now();
    const saving = this.#savings.get(key) ?? {
      writing: WRITING.most,
      reading: READING.most,
      atMs: nowMs,
      heldUntilMs: 0,
    };
    const share = Math.min(SHARERS / this.#inDebt(nowMs), 1);
    const passedMs = (nowMs - saving.atMs) * share;
    const writing = filled(saving.writing, passedMs, WRITING) - written;
    const reading = filled(saving.reading, passedMs, READING) - read;
    const owedMs = Math.max(-writing / WRITING.perMs, -reading / READING.perMs, 0) / share;
    const holdMs = Math.ceil(Math.min(owedMs, MAX_HOLD_MS));
    this.#remember(key, { writing, reading, atMs: nowMs, heldUntilMs: holdMs > TOLD_MS ? nowMs + holdMs : 0 });
    return holdMs;
  }

  /** Whether they have changed since or not; the longest held first. */
  get held(): readonly HeldFile[] {
    const nowMs = this.now();
    return [...this.#savings]
      .filter(([, { heldUntilMs }]) => heldUntilMs > nowMs)
      .map(([key, { heldUntilMs }]) => ({ path: fromPathKey(key), untilMs: heldUntilMs }))
      .sort((a, b) => b.untilMs - a.untilMs)
      .slice(0, MAX_TOLD);
  }

  #readFor({ stat }: ReadOutcome): number {
    return stat.size < LARGE_BYTES ? 0 : Math.min(stat.size, this.maxFileBytes) + LOOK_BYTES;
  }

  #inDebt(nowMs: number): number {
    let count = 0;
    for (const saving of this.#savings.values()) if (isInDebt(saving, nowMs)) count++;
    return count;
  }

  #remember(key: string, saving: Saving): void {
    this.#savings.delete(key);
    this.#savings.set(key, saving);
    if (this.#savings.size <= MAX_REMEMBERED) return;
    for (const [first, { atMs }] of this.#savings) {
      if (this.#savings.size <= MAX_REMEMBERED / 2 && saving.atMs - atMs < WRITING.most / WRITING.perMs) return;
      this.#savings.delete(first);
    }
  }
}

function writtenFor(outcome: ReadOutcome): number {
  if (outcome.kind === 'same') return 0;
  const bytes =
    outcome.kind === 'grown'
      ? outcome.appended.text.length
      : outcome.extraction.text.length + outcome.extraction.markup.length;
  return bytes * WRITTEN_PER_TEXT_BYTE;
}

function filled(saved: number, passedMs: number, { perMs, most }: Rate): number {
  return Math.min(Math.max(saved, -MAX_HOLD_MS * perMs) + passedMs * perMs, most);
}

/** It has been held a moment ago, or is. */
function isInDebt({ writing, reading, atMs }: Saving, nowMs: number): boolean {
  const owedMs = Math.max(-writing / WRITING.perMs, -reading / READING.perMs);
  return owedMs > 0 && nowMs - atMs < 2 * owedMs + 1000;
}
