/**
 * What the daemon may take of the machine, from its first session to its last. Looks around once a second, and more
 * often while work is asked for; tells the session when its allowance changes, and everybody else through the runtime
 * folder. Only a pause holds back what somebody waits for; short of a pause all work goes on at some pace.
 */
import type { Activity, Rest } from '../../shared/activity.js';
import type { Clock } from '../system/clock.js';
import { inStep } from '../system/in-step.js';
import { type Allowance, EVERYTHING, INTERACTIVE, LITTLE, LITTLE_INTERACTIVE, NOTHING } from './allowance.js';
import { CpuBucket } from './cpu-bucket.js';
import { MemoryCeiling } from './memory-ceiling.js';
import { SpentHour } from './spent-hour.js';
import type { Usage } from './usage.js';

/** Whose work is accounted for: the session. */
export interface Worker {
  /** The allowance is another one now. */
  follow(allowance: Allowance): void;
  /** Nothing can be found before its work is done: no share of the processor holds it back. */
  readonly isUrgent: boolean;
  usage(): Usage;
}

/** What a session asks; a rebuild has no limits. */
export interface WorkBudget {
  readonly allowance: Allowance;
  /** @returns a function that ends it. */
  employ(worker: Worker): () => void;
}

export interface BudgetListener {
  /** For other processes: often while there is work, once a minute otherwise. */
  reported(activity: Omit<Activity, 'daemon' | 'atMs'>): void;
  /** @param rest  why, from now on; undefined: it goes on. */
  rested(rest: Rest | undefined): void;
}

export interface BudgetDeps {
  /** CPU milliseconds for each millisecond. */
  readonly cpuShare: number;
  readonly memoryBytes: number;
  readonly wishes: {
    /** Why to rest now, if so. */
    current(nowMs: number): Rest | undefined;
    /** How much of the machine's load is our own. */
    used(cpuMs: number, passedMs: number): void;
  };
  readonly listener: BudgetListener;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

const LOOK_EVERY_MS = 1000;
/** For so long after an account what it allowed is allowed. */
const FRESH_MS = 100;
/** Of one processor; at rest it is a tenth of that. */
const BUSY_SHARE = 0.01;
const IDLE_ACCOUNT_EVERY_MS = 30_000;
const IDLE_PUBLISH_EVERY_MS = 60_000;
const BUSY_PUBLISH_EVERY_MS = 2000;

export class Budget implements WorkBudget {
  readonly #bucket: CpuBucket;
  readonly #ceiling: MemoryCeiling;
  readonly #spent: SpentHour;
  readonly #stopLooking: () => void;
  #wake: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #usage: Usage | undefined;
  #accountedMs: number;
  #publishedMs = Number.NEGATIVE_INFINITY;
  /** There was work since the last account. */
  #isBusy = false;
  #hasNews = false;
  #rest: Rest | undefined;
  #allowance = EVERYTHING;

  constructor(private readonly deps: BudgetDeps) {
    const nowMs = deps.clock.monotonicMs();
    this.#bucket = new CpuBucket(deps.cpuShare, nowMs);
    this.#ceiling = new MemoryCeiling(deps.memoryBytes);
    this.#spent = new SpentHour(nowMs);
    this.#accountedMs = nowMs;
    this.#stopLooking = inStep(LOOK_EVERY_MS, () => this.look());
    this.look();
  }

  get allowance(): Allowance {
    this.#isBusy = true;
    if (this.deps.clock.monotonicMs() - this.#accountedMs >= FRESH_MS) this.look();
    return this.#allowance;
  }

  employ(worker: Worker): () => void {
    this.#worker = worker;
    this.#usage = worker.usage();
    return () => {
      this.#account(this.deps.clock.monotonicMs());
      this.#worker = undefined;
    };
  }

  /** Finds out what is allowed from now on. */
  look(): void {
    const nowMs = this.deps.clock.monotonicMs();
    const wasTight = this.#ceiling.isTight;
    if (this.#isAccountDue(nowMs)) this.#account(nowMs);
    const hasTurned = this.#lookForRest(nowMs) || wasTight !== this.#ceiling.isTight;
    const every = this.#hasNews ? BUSY_PUBLISH_EVERY_MS : IDLE_PUBLISH_EVERY_MS;
    if (hasTurned || nowMs - this.#publishedMs >= every) this.#publish(nowMs);
    const allowance = this.#toAllowance();
    if (allowance === this.#allowance) return;
    this.#allowance = allowance;
    this.#worker?.follow(allowance);
  }

  close(): void {
    this.#stopLooking();
    clearTimeout(this.#wake);
  }

  /** Who waits for the bucket to fill spends nothing, and asks nothing. */
  #isAccountDue(nowMs: number): boolean {
    return this.#isBusy || this.#bucket.isEmpty || nowMs - this.#accountedMs >= IDLE_ACCOUNT_EVERY_MS;
  }

  #account(nowMs: number): void {
    const [before, usage] = [this.#usage, this.#worker?.usage()];
    const cpuMs = before && usage ? Math.max(cpuOf(usage) - cpuOf(before), 0) : 0;
    if (before && usage) this.#spent.add(before, usage, nowMs);
    if (usage) this.#ceiling.see(usage.memoryBytes, nowMs);
    this.#bucket.spend(cpuMs, nowMs);
    const passedMs = nowMs - this.#accountedMs;
    this.deps.wishes.used(cpuMs, passedMs);
    this.#usage = usage;
    this.#accountedMs = nowMs;
    this.#hasNews ||= this.#isBusy;
    // What goes on after the last work that was asked for, as merging in the index, is accounted for as well.
    this.#isBusy = cpuMs > passedMs * BUSY_SHARE;
  }

  #lookForRest(nowMs: number): boolean {
    const rest = this.deps.wishes.current(nowMs);
    const isOther = !isSame(rest, this.#rest);
    this.#rest = rest;
    if (isOther) this.deps.listener.rested(rest);
    return isOther;
  }

  #toAllowance(): Allowance {
    clearTimeout(this.#wake);
    if (this.#rest) return NOTHING;
    if (this.#bucket.isEmpty && !this.#worker?.isUrgent) {
      this.#wake = setTimeout(() => void this.allowance, this.#bucket.waitMs);
      return this.#ceiling.isTight ? LITTLE_INTERACTIVE : INTERACTIVE;
    }
    return this.#ceiling.isTight ? LITTLE : EVERYTHING;
  }

  #publish(nowMs: number): void {
    this.#publishedMs = nowMs;
    this.#hasNews = false;
    const { isTight } = this.#ceiling;
    this.deps.listener.reported({
      rest: this.#rest ?? null,
      isMemoryTight: isTight,
      spent: this.#spent.total(nowMs),
    });
  }
}

export const UNLIMITED: WorkBudget = { allowance: EVERYTHING, employ: () => () => {} };

function cpuOf({ mainCpuMs, writerCpuMs, childrenCpuMs }: Usage): number {
  return mainCpuMs + writerCpuMs + childrenCpuMs;
}

/** Two readings of the end of one pause differ by what the clocks do. */
const SAME_TIME_MS = 5000;

function isSame(one: Rest | undefined, other: Rest | undefined): boolean {
  if (one?.kind === 'user' && other?.kind === 'user') {
    const [ends, end] = [one.untilMs ?? 0, other.untilMs ?? 0];
    return Math.abs(ends - end) < SAME_TIME_MS;
  }
  if (one?.kind === 'command' && other?.kind === 'command') return one.pid === other.pid;
  return one?.kind === other?.kind;
}
