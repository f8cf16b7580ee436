/**
 * After the commit: hands its changes to each sink, in the order of the commits. Only changes with events are news: what a first index
 * or a rebuild finds has none. What waits is in memory: it is gone with the daemon, its events stay in the index.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../../shared/counted.js';
import type { Change, Commit, Notices } from '../words.js';
import type { Sink } from './sink.js';

export interface DeliveriesOptions {
  /** Told when a sink fails, and when it takes changes again. */
  readonly listener: Notices;
  /** Between two attempts. @default 5 s */
  readonly retryMs?: number;
  /** Commits that may wait for one sink; the oldest are dropped. @default 1,000 */
  readonly maxWaiting?: number;
}

const RETRY_MS = 5_000;
const MAX_WAITING = 1_000;
/** So long the end of the daemon waits for sinks. */
const PATIENCE_MS = 1_000;

export class Deliveries {
  readonly #lanes: readonly Lane[];
  readonly #closing = new AbortController();

  constructor(
    private readonly sinks: readonly Sink[],
    options: DeliveriesOptions,
  ) {
    this.#lanes = sinks.map((sink) => new Lane(sink, options, this.#closing.signal));
  }

  get wantsChanges(): boolean {
    return this.sinks.some(({ isFollower = false }) => !isFollower);
  }

  committed(commit: Commit): void {
    for (const lane of this.#lanes) lane.take(commit);
  }

  /** Resolves when no sink needs the events of these paths any more. */
  async beforeForget(paths: readonly Uint8Array[]): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.beforeForget?.(paths)));
  }

  /** What waits is tried once more. */
  async close(): Promise<void> {
    this.#closing.abort();
    const enough = new AbortController();
    const patience = pause(PATIENCE_MS, undefined, { signal: enough.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#lanes.map((lane) => lane.done)), patience]);
    enough.abort();
    await Promise.all(this.#lanes.map((lane) => lane.sink.close?.()));
  }
}

/** To one sink; a sink that fails or hangs holds up no other. */
class Lane {
  /** Resolves when nothing waits any more. */
  done: Promise<void> = Promise.resolve();
  readonly #waiting: Commit[] = [];
  #isRunning = false;
  #isFailing = false;
  #dropped = 0;

  constructor(
    readonly sink: Sink,
    private readonly options: DeliveriesOptions,
    private readonly closing: AbortSignal,
  ) {}

  take({ seq, changes }: Commit): void {
    const isNews = (change: Change) => change.eventIds.length > 0 && this.sink.interest(change);
    const news = this.sink.isFollower ? [] : changes.filter(isNews);
    if (news.length === 0 && !this.sink.isFollower) return;
    this.#waiting.push({ seq, changes: news });
    this.#makeRoom();
    if (!this.#isRunning) this.done = this.#run();
  }

  #makeRoom(): void {
    const { maxWaiting = MAX_WAITING } = this.options;
    // The first one may be on its way.
    if (this.#waiting.length > maxWaiting) this.#dropped += this.#waiting.splice(1, 1).length;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (await this.#tryToDeliver(first)) this.#waiting.shift();
      else if (this.closing.aborted) break;
      else await this.#rest();
    }
    this.#isRunning = false;
  }

  async #tryToDeliver(commit: Commit): Promise<boolean> {
    try {
      await this.sink.deliver(commit);
      if (this.#isFailing) this.options.listener.noticed(`${this.sink.name} takes changes again${this.#lostText()}`);
      this.#isFailing = false;
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#isFailing)
        this.options.listener.noticed(`hand changes to ${this.sink.name}: ${why}; it is tried again`);
      this.#isFailing = true;
      return false;
    }
  }

  #lostText(): string {
    const lost = this.#dropped;
    this.#dropped = 0;
    return lost === 0 ? '' : `; ${counted(lost, 'commit')} had to be dropped`;
  }

  #rest(): Promise<void> {
    return pause(this.options.retryMs ?? RETRY_MS, undefined, { signal: this.closing }).catch(() => {});
  }
}
