/**
 * The daemon compares with the baseline again and again (`baseline.checkHours`), in a process of its own: reading all
 * files takes a while. The check records itself, so that a missed one is made good at the next start.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { BaselineStore, type HistoryRecord } from '../../baseline/store.js';
import type { Context } from '../context.js';
import { pausesOf, say } from '../context.js';

const LOOK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Whatever it waits for then will not come. */
const LIMIT_MS = 12 * HOUR_MS;

/** Starts at once, when one is due. */
export class BaselineSchedule {
  #timer: NodeJS.Timeout | undefined;
  #check: ChildProcess | undefined;
  #nextMs = 0;

  constructor(
    private readonly context: Context,
    private readonly everyMs = context.config['baseline.checkHours'] * HOUR_MS,
  ) {}

  start(): void {
    if (this.everyMs === 0) return;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  /** A check that runs is ended: the next start makes it good. */
  close(): void {
    clearInterval(this.#timer);
    this.#check?.removeAllListeners('exit').kill();
  }

  #look(): void {
    const nowMs = Date.now();
    if (this.#check || nowMs < this.#nextMs) return;
    const store = new BaselineStore(this.context.locations.dataDirectory);
    try {
      if (store.currentNumber() === undefined || pausesOf(this.context).current()) return;
      this.#nextMs = dueMs(store.history(), this.everyMs, nowMs);
      if (nowMs >= this.#nextMs) this.#run(store);
    } catch (error) {
      this.#nextMs = nowMs + HOUR_MS;
      say(this.context, `check the baseline: ${(error as Error).message}`);
    }
  }

  #run(store: BaselineStore): void {
    const [node, program = ''] = process.argv;
    const args = [program, 'baseline', 'check'];
    const check = spawn(node ?? process.execPath, args, { stdio: 'ignore', timeout: LIMIT_MS });
    this.#check = check;
    this.#nextMs = Date.now() + this.everyMs;
    check.once('error', () => this.#ended(undefined));
    check.once('exit', (status) => {
      this.#ended(status ?? undefined);
      const text = resultText(status, store.history().at(-1));
      if (text) say(this.context, text);
    });
  }

  /** One that could not be started or was killed is tried again in an hour, at the latest. */
  #ended(status: number | undefined): void {
    this.#check = undefined;
    if (status === undefined) this.#nextMs = Date.now() + Math.min(this.everyMs, HOUR_MS);
  }
}

/** When the next check is to run. A time that lies ahead was written by a clock that was set back since. */
export function dueMs(history: readonly HistoryRecord[], everyMs: number, nowMs: number): number {
  const last = history.findLast(({ kind }) => kind !== 'waiting');
  const lastMs = Date.parse(last?.at ?? '');
  return Number.isNaN(lastMs) || lastMs > nowMs ? nowMs : lastMs + everyMs;
}

/** undefined: nothing differs. */
export function resultText(status: number | null, last: HistoryRecord | undefined): string | undefined {
  if (status === 0) return undefined;
  const { counts, errors } = last ?? {};
  const more = 'see `find-textd baseline check`';
  if (status === null || !counts) return `the check of the baseline has failed: ${more}`;
  const found = `${counts.added} new, ${counts.removed} removed, ${counts.changed} changed files`;
  return `compared with the baseline: ${found}${errors ? `, ${errors} could not be read` : ''}: ${more}`;
}
