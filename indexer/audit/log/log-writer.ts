/**
 * Writes the change log of one root for the plugin. `append` and `gap` only put into memory and never wait, fail or
 * throw; writing goes on beside, one write at a time. What cannot be written (disk full, quota, log removed, or more
 * than memory may hold) is dropped and counted. A gap line says so as soon as writing works again.
 */
import { encodeGap, type Gap, type GapReason } from './gap.js';
import { type Chunk, LineChunks } from './line-chunks.js';
import { LogVanished, type SlotRing } from './slot-ring.js';

export interface LogWriterOptions {
  /** Bytes of lines that may wait while the disk is slow. */
  readonly maxWaitingBytes: number;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
}

export type LogState = 'writing' | 'failing' | 'vanished';

/** A lone change is written at once, of many one batch in this time. */
const BATCH_MS = 10;
const RETRY_MS = 1000;
/** Gaps of one reason become one line in this time: each costs the reader a comparison with the disk. */
const GAP_PAUSE_MS = 1000;

export class LogWriter {
  state: LogState = 'writing';
  /** Changes that never came into the log. */
  dropped = 0;

  readonly #lines: LineChunks;
  readonly #gaps = new Map<GapReason, Gap>();
  /** Called when what waited with them is in the log, or given up. */
  #settlers: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #nextWriteMs = 0;
  #nextGapMs = 0;

  constructor(
    readonly ring: Pick<SlotRing, 'append'>,
    readonly options: LogWriterOptions,
  ) {
    this.#lines = new LineChunks(options.maxWaitingBytes);
  }

  /** @param line  with its line feed */
  append(line: string, timestampMs: number): void {
    if (!this.#lines.append(line, timestampMs)) this.#drop(1, timestampMs);
    this.#schedule();
  }

  gap(reason: GapReason, sinceMs: number, count = 0): void {
    this.#addGap({ kind: 'gap', reason, sinceMs, count });
    this.#schedule();
  }

  /** Resolves when the changes appended until now are in the log, or given up. */
  async settled(): Promise<void> {
    await this.#running;
    if (!this.#lines.isEmpty) await new Promise<void>((resolve) => this.#settlers.push(resolve));
  }

  /** Tries once to write all that waits. */
  async flush(): Promise<void> {
    await this.#running;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#nextGapMs = 0;
    do await this.#write();
    while (this.state === 'writing' && !(this.#lines.isEmpty && this.#gaps.size === 0));
  }

  /** The last told is the last in the log: whether a rule went or came last must not change. */
  #addGap(gap: Gap): void {
    const earlier = this.#gaps.get(gap.reason);
    this.#gaps.delete(gap.reason);
    const merged = earlier
      ? { ...gap, sinceMs: Math.min(earlier.sinceMs, gap.sinceMs), count: earlier.count + gap.count }
      : gap;
    this.#gaps.set(gap.reason, merged);
  }

  #drop(count: number, sinceMs: number): void {
    this.dropped += count;
    this.#addGap({ kind: 'gap', reason: 'log-full', sinceMs, count });
  }

  #schedule(): void {
    if (this.#running || this.#timer || (this.#lines.isEmpty && this.#gaps.size === 0)) return;
    const due = this.#lines.isEmpty ? Math.max(this.#nextWriteMs, this.#nextGapMs) : this.#nextWriteMs;
    this.#timer = setTimeout(() => this.#start(), Math.max(due - this.options.now(), 0));
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#write().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
  }

  async #write(): Promise<void> {
    const gaps = this.#takeGaps();
    const chunks = this.#lines.take();
    const settlers = this.#settlers.splice(0);
    if (chunks.length === 0 && gaps.length === 0) return;
    try {
      const lines = chunks.map(({ bytes, length }) => bytes.subarray(0, length));
      await this.ring.append([Buffer.from(gaps.map(encodeGap).join('')), ...lines]);
      this.state = 'writing';
      this.#nextWriteMs = this.options.now() + BATCH_MS;
    } catch (error) {
      this.#giveUp(error, gaps, chunks);
    }
    this.#lines.giveBack(chunks);
    for (const settle of settlers) settle();
  }

  #giveUp(error: unknown, gaps: readonly Gap[], chunks: readonly Chunk[]): void {
    this.state = error instanceof LogVanished ? 'vanished' : 'failing';
    const later = [...this.#gaps.values()];
    this.#gaps.clear();
    for (const gap of [...gaps, ...later]) this.#addGap(gap);
    for (const { lines, sinceMs } of chunks) this.#drop(lines, sinceMs);
    this.#nextWriteMs = this.options.now() + RETRY_MS;
    this.#nextGapMs = 0;
  }

  #takeGaps(): Gap[] {
    if (this.#gaps.size === 0 || this.options.now() < this.#nextGapMs) return [];
    const gaps = [...this.#gaps.values()];
    this.#gaps.clear();
    this.#nextGapMs = this.options.now() + GAP_PAUSE_MS;
    return gaps;
  }
}
