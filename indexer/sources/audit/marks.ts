/**
 * Marks in the audit stream. The kernel tells of all that its rules are about in one order. So when a mark, made after
 * something else, has been read, all that happened before it has been. How late the stream is needs no guess then.
 */
import { isFresh, type PluginStatus } from '../../audit/plugin/plugin-status.js';
import type { Clock } from '../../system/clock.js';

export interface SpeakingPlugin {
  /** What it said last. */
  readonly status: Pick<PluginStatus, 'atMs' | 'isRunning' | 'readMs'> | undefined;
}

export interface MarksDeps {
  /** Does something that changes nothing, and that the kernel tells of. */
  readonly make: () => void;
  readonly plugin: SpeakingPlugin;
  readonly clock: Clock;
}

interface Mark {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** One for all that wait meanwhile. */
const PAUSE_MS = 500;
/** The kernel may have dropped the one before. */
const AGAIN_MS = 5_000;
/** The kernel's time of an event may be so much behind. */
const COARSE_MS = 20;
/** The plugin lives, and nothing at all has come for so long: no mark of this process ever comes. */
const DEAF_MS = 30_000;

export class Marks {
  #last: Mark | undefined;
  /** The oldest that has not been read. */
  #open: Mark | undefined;
  #readMs: number | undefined;
  /** When `#readMs` changed. */
  #newsMs = Number.NEGATIVE_INFINITY;
  /** Processes that are older than auditing are not told of. */
  #isDeaf = false;

  constructor(private readonly deps: MarksDeps) {}

  /** The changes of all that happened until then are in the logs. undefined: no mark tells. */
  get readMs(): number | undefined {
    this.#look();
    return this.#isDeaf ? undefined : this.#readMs;
  }

  /** How long the oldest mark is under way that has not been read. */
  get lateMs(): number {
    this.#look();
    return this.#open && !this.#isDeaf ? this.deps.clock.monotonicMs() - this.#open.monotonicMs : 0;
  }

  /** Makes one as soon as it is later than that, unless there is one. */
  makeAfter(atMs: number): void {
    const { clock, make } = this.deps;
    const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
    const { wallMs, monotonicMs } = this.#last ?? LONG_AGO;
    const isThere = wallMs > atMs + COARSE_MS && wallMs <= now.wallMs;
    if (now.wallMs <= atMs + COARSE_MS || now.monotonicMs - monotonicMs < (isThere ? AGAIN_MS : PAUSE_MS)) return;
    this.#last = now;
    this.#open ??= now;
    make();
  }

  #look(): void {
    const { plugin, clock } = this.deps;
    const { status } = plugin;
    const [wallMs, monotonicMs] = [clock.wallMs(), clock.monotonicMs()];
    // A time to come is from before the clock was set back.
    const readMs = status?.readMs !== undefined && status.readMs > wallMs + COARSE_MS ? 0 : status?.readMs;
    if (readMs !== this.#readMs) this.#newsMs = monotonicMs;
    this.#readMs = readMs;
    this.#close(wallMs);
    const isQuiet = this.#open && monotonicMs - Math.max(this.#open.monotonicMs, this.#newsMs) > DEAF_MS;
    if (isQuiet && status && isFresh(status, wallMs)) this.#isDeaf = true;
  }

  #close(wallMs: number): void {
    const isOver = (mark: Mark | undefined) =>
      mark && (mark.wallMs <= (this.#readMs ?? wallMs) + COARSE_MS || mark.wallMs > wallMs);
    if (isOver(this.#open)) this.#open = isOver(this.#last) ? undefined : this.#last;
  }
}

const LONG_AGO: Mark = { wallMs: Number.NEGATIVE_INFINITY, monotonicMs: Number.NEGATIVE_INFINITY };
