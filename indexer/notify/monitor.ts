/**
 * Integrity monitoring of one index, while it is open: turns of the notifier, comparisons when they are due, what is to
 * be told of find-text itself. Runs in the notify thread.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Rest, restText } from '../../shared/activity.js';
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import type { Db } from '../../shared/store/open.js';
import type { baselineNews } from '../baseline/store.js';
import { BaselineWatch } from './baseline-watch.js';
import { GapWatch } from './gap-watch.js';
import type { IndexEvents } from './index-events.js';
import type { NewRules } from './new-rules.js';
import type { Notifier } from './notifier.js';
import type { NotifierListener } from './notifier-parts.js';
import type { Recorder } from './recorder.js';
import type { CompiledRule } from './rules/parse-notify.js';
import { Notes } from './store.js';
import type { RulesChange } from './thread-words.js';
import type { OwnEvent, OwnKind } from './words.js';

export interface MonitorListener extends NotifierListener {
  /** @param text  undefined: there is none any more. */
  troubled(text: string | undefined): void;
  /** All rules have been compared with the disk. */
  compared(): void;
}

export interface MonitorParts {
  readonly db: Db;
  readonly index: IndexEvents;
  readonly notifier: Notifier;
  readonly recorder: Recorder;
  readonly compiled: readonly CompiledRule[];
  readonly newRules: Pick<NewRules, 'compared'>;
  /** A digest of all that the configuration says of rules and endpoints. */
  readonly settings: string;
  readonly listener: MonitorListener;
  readonly keepMs: number;
  /** 0: none. */
  readonly heartbeatMs: number;
  /** Is notify.db still the file that was opened? */
  readonly isHistoryInPlace: () => boolean;
  /** Name of the newest damaged history that was put beside this one. */
  readonly setAside: string | undefined;
  readonly baselines: ReturnType<typeof baselineNews>;
  readonly pauses: { current(): Rest | undefined };
  readonly missedReads: { look(): void };
}

/** Commits wake it. */
const POLL_MS = 1_000;
/** A burst is many commits. */
const LEAST_REST_MS = 100;
const KEEP_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const ALIVE_EVERY_MS = 60_000;
const READS_EVERY_MS = 5_000;

export class Monitor {
  readonly #notes: Notes;
  readonly #stopped = new AbortController();
  readonly #gaps: GapWatch;
  readonly #baselines: BaselineWatch;
  #wakeUp = () => {};
  #change: RulesChange | undefined;
  #scan: Promise<void> | undefined;
  #isScanWanted = true;
  /** A comparison has begun before the index saw every change: there is another one when it does. */
  #isScanEarly = false;
  #keptMs = 0;
  #prunedMs = 0;
  #aliveMs = 0;
  #readsMs = 0;
  #beatMs = 0;

  constructor(private readonly parts: MonitorParts) {
    this.#notes = new Notes(parts.db);
    this.#gaps = new GapWatch(parts);
    this.#baselines = new BaselineWatch({ ...parts, notes: this.#notes });
  }

  /** Until `stop`. @throws FindTextError when it cannot go on */
  async run(): Promise<void> {
    const { notifier, listener, recorder } = this.parts;
    let told = 0;
    this.#begin();
    while (!this.#stopped.signal.aborted) {
      const restMs = await notifier.turn();
      this.#keepHouse();
      if ((this.#isScanWanted || notifier.isScanWanted) && !this.#scan) this.#startScan();
      if (recorder.sent !== told) listener.told();
      told = recorder.sent;
      await this.#rest(Math.min(restMs ?? POLL_MS, POLL_MS));
    }
    await this.#scan;
    this.#lookAtGaps();
    if (this.#change)
      this.#tellRules(`the rules are changed: ${this.#change.text}`, this.parts.settings, this.#change.settings);
    this.#own('stop', 'find-text stops watching in good order');
    listener.told();
  }

  /** There is news in the index. */
  poke(): void {
    this.#wakeUp();
  }

  /** Events of these files and folders are about to leave the index. */
  read(paths: readonly Uint8Array[]): void {
    if (!this.isStopped) this.parts.notifier.read(paths);
  }

  /** @param change  what the configuration says from now on. */
  stop(change?: RulesChange): void {
    this.#change = change;
    this.#stopped.abort();
    this.#wakeUp();
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #begin(): void {
    const rules = this.parts.settings;
    const [before, aliveMs] = [this.#notes.get('rules'), this.#notes.get('alive')];
    const since = typeof aliveMs === 'number' ? new Date(aliveMs).toISOString() : undefined;
    const text = since ? `find-text watches again; it was last at work at ${since}` : 'find-text begins to watch';
    const names = this.parts.compiled.map(({ rule }) => rule.name);
    this.#tellSetAside();
    this.#own('start', text, { rules: names, settings: rules, ...(since && { last_alive: since }) });
    if (typeof before === 'string' && before !== rules)
      this.#tellRules(`the rules are others than before: ${names.join(', ')}`, before, rules);
    this.#note('rules', rules);
    this.#note('ruleNames', names);
  }

  #tellRules(text: string, before: string, settings: string): void {
    this.#own('rules_changed', text, { before, settings });
    this.#note('rules', settings);
  }

  #tellSetAside(): void {
    const { setAside, db } = this.parts;
    if (setAside === undefined || this.#notes.get('setAside') === setAside) return;
    const text = `the history was damaged and begins anew: what was in it is in ${setAside}`;
    const tell = () => {
      this.#own('history_lost', text, { kept: setAside });
      this.#notes.set('setAside', setAside);
    };
    db.transaction(tell).immediate();
  }

  /** What is written into a file that was removed is lost. It can still be told. */
  #requireHistory(): void {
    if (this.parts.isHistoryInPlace()) return;
    const text = 'somebody removed or replaced the history, notify.db, while find-text runs: it begins anew';
    this.#own('history_lost', text);
    this.parts.listener.told();
    throw new FindTextError('FT_STORE_FAILED', text);
  }

  /** What may have been missed is compared when the index sees everything again. */
  #lookAtGaps(): void {
    if (this.#gaps.look()) this.#isScanEarly = true;
    if (!this.#isScanEarly || this.#scan || !this.parts.index.isComplete) return;
    this.#isScanEarly = false;
    this.#isScanWanted = true;
  }

  /** Somebody wants the daemon to rest: what happens meanwhile is told late. */
  #lookAtPauses(): void {
    const rest = this.parts.pauses.current();
    const [known, now] = [this.#notes.get('pause') ?? '', rest ? restKey(rest) : ''];
    if (known === now) return;
    const tell = () => {
      if (known !== '') this.#own('resume', 'the pause is over');
      if (rest) this.#own('pause', `find-text is paused ${restText(rest, Date.now())}`, { ...rest });
      this.#notes.set('pause', now);
    };
    this.parts.db.transaction(tell).immediate();
  }

  #startScan(): void {
    this.#isScanWanted = false;
    this.#isScanEarly ||= !this.parts.index.isComplete;
    this.#scan = this.#compare().finally(() => {
      this.#scan = undefined;
    });
    // Seen by the loop, which awaits it at the end.
    this.#scan.catch((error: unknown) => this.#fail(error));
  }

  async #compare(): Promise<void> {
    const began = new Date().toISOString();
    const outcome = await this.parts.notifier.scan(() => this.#stopped.signal.aborted);
    if (!outcome) return;
    const { count, changes, unreachable } = outcome;
    const [first] = unreachable;
    const lost = first && `${counted(unreachable.length, 'watched name')} cannot be reached, as ${displayPath(first)}`;
    this.parts.listener.troubled(lost && `${lost}: the volume may not be mounted; nothing of it is told as deleted`);
    this.parts.newRules.compared();
    this.parts.listener.compared();
    const text = `compared with the disk: ${counted(count, 'name')}, ${counted(changes, 'change')} found`;
    const details = { began, names: count, changes, unreachable: unreachable.length };
    this.#own('compared', text, details);
    this.parts.listener.told();
  }

  #keepHouse(): void {
    const now = Date.now();
    if (!hasPassed(this.#keptMs, KEEP_EVERY_MS, now)) return;
    this.#requireHistory();
    this.#keptMs = now;
    this.#lookAtGaps();
    this.#lookAtPauses();
    const { heartbeatMs, keepMs, recorder, db, missedReads } = this.parts;
    if (hasPassed(this.#aliveMs, ALIVE_EVERY_MS, now)) {
      this.#aliveMs = now;
      this.#note('alive', now);
      this.#baselines.look();
    }
    if (hasPassed(this.#readsMs, READS_EVERY_MS, now)) {
      this.#readsMs = now;
      missedReads.look();
    }
    if (heartbeatMs > 0 && hasPassed(this.#beatMs, heartbeatMs, now)) {
      if (this.#beatMs > 0)
        this.#own('heartbeat', 'find-text is at work', { rules: this.parts.compiled.length, gaps: this.#gaps.count });
      this.#beatMs = now;
    }
    if (!hasPassed(this.#prunedMs, PRUNE_EVERY_MS, now)) return;
    this.#prunedMs = now;
    db.transaction(() => recorder.ledger.prune(now - keepMs, now)).immediate();
  }

  #own(kind: OwnKind, text: string, details?: OwnEvent['details']): void {
    const event = { kind, text, atMs: Date.now(), ...(details && { details }) };
    this.parts.db.transaction(() => this.parts.recorder.own(event)).immediate();
  }

  #note(key: string, value: unknown): void {
    this.parts.db.transaction(() => this.#notes.set(key, value)).immediate();
  }

  #failed: { readonly error: unknown } | undefined;

  #fail(error: unknown): void {
    this.#failed = { error };
    this.#wakeUp();
  }

  async #rest(ms: number): Promise<void> {
    if (this.#failed) throw this.#failed.error;
    const woken = new AbortController();
    this.#wakeUp = () => woken.abort();
    if (this.#stopped.signal.aborted) return;
    const leastMs = Math.min(ms, LEAST_REST_MS);
    await pause(leastMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
    await pause(ms - leastMs, undefined, { signal: woken.signal }).catch(() => {});
    this.#wakeUp = () => {};
  }
}

/** Or the clock was set back by so much. */
function hasPassed(sinceMs: number, ms: number, now: number): boolean {
  return Math.abs(now - sinceMs) >= ms;
}

/** How long it lasts may be changed meanwhile. */
function restKey(rest: Rest): string {
  return rest.kind === 'command' ? `command ${rest.pid}` : rest.kind;
}
