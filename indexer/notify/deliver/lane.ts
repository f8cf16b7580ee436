/**
 * One endpoint: its messages in order, one under way, each until it is taken or given up. After a failure only the first
 * of them is tried, on the schedule: an hour without a receiver costs a few requests, not a few for each message.
 *
 * Invariant: neither a clock that is set nor a disk that is full stops it for good. Waits are bounded, and what
 * could not be written is written later, before anything else is sent.
 */

import { counted } from '../../../shared/counted.js';
import { cleanText } from '../../../shared/path-text.js';
import type { Clock } from '../../system/clock.js';
import type { Notices } from '../../words.js';
import { judge, MAX_WAIT_MS } from './judge.js';
import type { LaneState, Outbox, Room, Waiting } from './outbox.js';
import type { Answer, Failed, Outgoing, Target } from './target.js';
import { type Rate, TokenBucket } from './token-bucket.js';

export interface DeliveryClock extends Clock {
  /** Ends early, without an error, when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface LaneListener extends Notices {
  /** For the other endpoints: this one fails for a while already, or is switched off. */
  troubled(trouble: LaneTrouble): void;
}

export interface LaneTools {
  readonly outbox: Outbox;
  readonly clock: DeliveryClock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly listener: LaneListener;
  readonly limits: LaneLimits;
}

export interface LaneTrouble {
  readonly endpoint: string;
  readonly kind: 'endpoint_failing' | 'endpoint_off';
  readonly text: string;
}

export interface LaneLimits {
  /** For a whole attempt. */
  readonly attemptMs: number;
  /** What waits above this becomes a digest. */
  readonly messages: number;
  readonly bytes: number;
}

export interface LaneOptions {
  readonly name: string;
  readonly target: Target;
  /** Of the receiver that it leads to now. */
  readonly rate: () => Rate;
  readonly maxAgeMs: number;
}

/** A machine that slept has another idea of time than its timers: they are asked anew. */
const LONGEST_SLEEP_MS = 60_000;
/** When the tables cannot be written. */
const STORE_RETRY_MS = 5_000;
/** With the schedule: after about five minutes. */
const FAILING_AFTER = 3;
const DEAD = '`find-textd notify dead` lists it';

export class Lane {
  /** Resolves when nothing is under way any more. */
  done: Promise<void> = Promise.resolve();
  #bucket: TokenBucket;
  readonly #stopped = new AbortController();
  #awake = new AbortController();
  #state: LaneState;
  #sinceMonotonicMs: number;
  #isStoreFailing = false;
  /** Where it led when that was looked at last. */
  #address: string | undefined;

  constructor(
    private readonly options: LaneOptions,
    private readonly tools: LaneTools,
  ) {
    this.#bucket = new TokenBucket(options.rate(), tools.clock.monotonicMs());
    this.#sinceMonotonicMs = tools.clock.monotonicMs();
    this.#state = tools.outbox.lane(options.name);
  }

  start(): void {
    this.done = this.#run();
  }

  /** There is something new, or another process has changed the tables. */
  wake(): void {
    this.#awake.abort();
  }

  /** What is under way is given up: it is sent again at the next start. */
  stop(): Promise<void> {
    this.#stopped.abort();
    this.wake();
    return this.done;
  }

  async #run(): Promise<void> {
    await this.#stored(() => this.#open());
    while (!this.#stopped.signal.aborted) {
      const awake = this.#awake.signal;
      const next = await this.#stored(() => this.#next());
      if (next === undefined) break;
      if (typeof next === 'number') await this.#sleep(next, awake);
      else await this.#attempt(next);
    }
  }

  #open(): true {
    this.#follow();
    this.#state = this.tools.outbox.lane(this.options.name);
    return true;
  }

  /** The address is read for each attempt: where it leads elsewhere by now, that is known, and it begins anew. */
  #follow(): void {
    const { name, target, rate } = this.options;
    const [place, identity] = [target.place, identityOf(target)];
    const address = `${place} ${identity}`;
    if (address === this.#address) return;
    this.tools.outbox.open(name, place, identity);
    this.#address = address;
    this.#bucket = new TokenBucket(rate(), this.tools.clock.monotonicMs());
  }

  /** @returns the message to send now, or how long there is nothing to do. */
  #next(): Waiting | number {
    const { outbox, limits, clock } = this.tools;
    const { name } = this.options;
    this.#follow();
    this.#reload();
    this.#tellOfRoom(outbox.makeRoom(name, limits, clock.wallMs()));
    if (this.#state.isOff) return Number.POSITIVE_INFINITY;
    const restMs = this.#restMs();
    if (restMs > 0) return restMs;
    const head = outbox.head(name);
    if (!head) return Number.POSITIVE_INFINITY;
    return this.#bucket.take(clock.monotonicMs()) || head;
  }

  #tellOfRoom({ collapsed, buried }: Room): void {
    if (collapsed > 0) this.#notice(`${counted(collapsed, 'message')} became one digest: too much waits`);
    if (buried === 0) return;
    const { name, target } = this.options;
    const text = `${counted(buried, 'message')} for the endpoint "${name}" (${target.place}) were given up: more waits than is kept; \`find-textd notify dead\` lists them`;
    this.#notice(`${counted(buried, 'message')} were given up: more waits than is kept; ${DEAD}`);
    this.tools.listener.troubled({ endpoint: name, kind: 'endpoint_failing', text });
  }

  /** The user may have switched it on again. */
  #reload(): void {
    const state = this.tools.outbox.lane(this.options.name);
    const isOther = state.failures !== this.#state.failures || state.isOff !== this.#state.isOff;
    this.#state = isOther ? state : this.#state;
  }

  /** By the clock that says first that it is time; a clock that was set back says nothing. */
  #restMs(): number {
    const { waitMs, sinceMs } = this.#state;
    const { clock } = this.tools;
    const passed = Math.max(clock.monotonicMs() - this.#sinceMonotonicMs, clock.wallMs() - sinceMs);
    return Math.max(0, Math.min(waitMs, MAX_WAIT_MS) - passed);
  }

  async #attempt(message: Waiting): Promise<void> {
    const { webhookId, payload: json } = message;
    const answer = await this.#send({ webhookId, json });
    if (this.#stopped.signal.aborted && answer.kind === 'failed') return;
    if (answer.kind === 'accepted') await this.#delivered(message);
    else await this.#failed(message, answer);
  }

  /** Not with AbortSignal.any: for a signal that lives as long as the lane it keeps what was made of it. */
  async #send(message: Outgoing): Promise<Answer> {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    const late = setTimeout(end, this.tools.limits.attemptMs);
    this.#stopped.signal.addEventListener('abort', end);
    try {
      return await this.options.target.send(message, attempt.signal);
    } finally {
      clearTimeout(late);
      this.#stopped.signal.removeEventListener('abort', end);
    }
  }

  async #delivered(message: Waiting): Promise<void> {
    const { outbox, clock } = this.tools;
    const wasFailing = this.#state.failures > 0;
    await this.#stored(() => {
      outbox.delivered(this.options.name, message, clock.wallMs());
      return true;
    });
    this.#state = { ...this.#state, failures: 0, waitMs: 0 };
    if (wasFailing) this.#notice('takes messages again');
  }

  async #failed(message: Waiting, answer: Failed): Promise<void> {
    const { clock, random } = this.tools;
    const failures = this.#state.failures + 1;
    const verdict = judge(answer, { attempts: message.attempts + 1, failures, random: random() });
    if (answer.how === 'throttled') this.#bucket.slowDown(clock.monotonicMs());
    const problem = problemOf(answer);
    const waitMs = verdict.kind === 'again' ? verdict.waitMs : 0;
    this.#sinceMonotonicMs = clock.monotonicMs();
    this.#state = { failures, waitMs, sinceMs: clock.wallMs(), isOff: verdict.kind === 'off', problem };
    await this.#stored(() => this.#keep(message, verdict.kind === 'dead'));
    this.#tell(answer, verdict.kind === 'dead');
  }

  #keep(message: Waiting, isDead: boolean): true {
    const { outbox, clock } = this.tools;
    const { name, maxAgeMs } = this.options;
    if (isDead) outbox.bury(name, message, this.#state);
    else outbox.failed(name, message, this.#state);
    const atMs = clock.wallMs();
    const expired = outbox.expire(name, atMs - maxAgeMs, { atMs, why: `too old; last: ${this.#state.problem}` });
    if (expired > 0) this.#notice(`${counted(expired, 'message')} became too old and is kept: ${DEAD}`);
    return true;
  }

  #tell(answer: Failed, isDead: boolean): void {
    const { failures, isOff, problem } = this.#state;
    const { name, target } = this.options;
    const what = `the endpoint "${name}" (${target.place})`;
    if (isOff)
      this.tools.listener.troubled({
        endpoint: name,
        kind: 'endpoint_off',
        text: `${what} is switched off: ${problem}; \`find-textd notify enable ${name}\` switches it on`,
      });
    else if (failures === FAILING_AFTER)
      this.tools.listener.troubled({ endpoint: name, kind: 'endpoint_failing', text: `${what} fails: ${problem}` });
    if (isDead) this.#notice(`does not want a message: ${problem}; it is kept: ${DEAD}`);
    else if (isOff || failures === 1 || failures === FAILING_AFTER)
      this.#notice(`${problem}; ${isOff ? '' : 'what is to be sent waits; '}${answer.hint}`);
  }

  #notice(text: string): void {
    const { name, target } = this.options;
    this.tools.listener.noticed(cleanText(`send to the endpoint "${name}" (${target.place}): ${text}`));
  }

  /** Until it succeeds. @returns undefined when it is stopped before. */
  async #stored<T>(action: () => T): Promise<T | undefined> {
    for (;;) {
      try {
        const result = action();
        this.#isStoreFailing = false;
        return result;
      } catch (error) {
        if (!this.#isStoreFailing)
          this.#notice(`what is sent cannot be recorded: ${(error as Error).message}; it is tried again`);
        this.#isStoreFailing = true;
        if (this.#stopped.signal.aborted) return undefined;
        await this.tools.clock.sleep(STORE_RETRY_MS, this.#stopped.signal);
      }
    }
  }

  async #sleep(ms: number, awake: AbortSignal): Promise<void> {
    if (!awake.aborted) await this.tools.clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), awake);
    if (awake.aborted) this.#awake = this.#awake.signal === awake ? new AbortController() : this.#awake;
  }
}

function problemOf({ why, code, text }: Failed): string {
  return `${why} (${code})${text ? `: ${text}` : ''}`;
}

/** A secret that cannot be read is told when it is used. */
function identityOf(target: Target): string | undefined {
  try {
    return target.identity();
  } catch {
    return undefined;
  }
}
