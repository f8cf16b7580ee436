/** The plugin as a process: privileges, signals, stdin, time. Called by main.ts only. */
import { setTimeout as pause } from 'node:timers/promises';
import { HeldFile } from '../log/held-file.js';
import { CONFIG_FILE, type WatchedRoot } from './audit-config.js';
import { dropRoot } from './drop-root.js';
import { readEyes } from './eyes.js';
import { HANDED_OVER, handOver, takeOver } from './hand-over.js';
import { type Held, hold, stampOf } from './held.js';
import { type OpenLog, startLog } from './open-logs.js';
import { Plugin, type RootEnd } from './plugin.js';
import { STATUS_EVERY_MS, writeStatus } from './plugin-status.js';
import { bindTo } from './root-binding.js';
import { readStandardInput } from './standard-input.js';

/** auditd sends SIGTERM, then closes stdin; what is still in between is read. */
const GRACE_MS = 300;
/** An event that was without a record for so long gets no more. */
const QUIET_MS = 5000;
/** How long a hung disk may hold up the end. */
const LAST_WRITE_MS = 2000;
/** What is written by then is told with this status, the rest with a later one. */
const SETTLE_MS = 100;

interface Ground {
  readonly logs: readonly OpenLog[];
  /** Logs that could not be opened. */
  readonly failures: number;
  readonly statusFile: HeldFile | undefined;
  readonly plugin: Plugin;
  /** With a new configuration, or when the process that has handed over is gone and auditd starts another. */
  readonly isOutdated: () => boolean;
}

/** @returns the exit code: after the end of stdin, SIGTERM, or when only a fresh start can go on. */
export async function runPlugin([configFile = CONFIG_FILE, how]: readonly string[]): Promise<number> {
  process.umask(0o022);
  let ground: Ground;
  try {
    const held = how === HANDED_OVER ? takeOver() : await hold(configFile);
    if (!dropRoot(held.config.runAs)) return await handOver(held);
    ground = await start(held);
  } catch (error) {
    process.stderr.write(`find-text-audit: ${(error as Error).message}\n`);
    await drain();
    return 2;
  }
  await new Run(ground).untilEnd();
  return 0;
}

async function start(held: Held): Promise<Ground> {
  const { config, stamp, configFile, parent } = held;
  const [ends, logs, failures] = [new Map<WatchedRoot, RootEnd>(), [] as OpenLog[], [...held.failures]];
  const eyesOf = readEyes();
  for (const [index, root] of config.roots.entries()) {
    const found = held.roots[index];
    if (!found) continue;
    try {
      const log = await startLog(config, root, found.log);
      logs.push(log);
      ends.set(root, { writer: log.writer, binding: bindTo(found.folder, root.path), ...eyesOf(root) });
    } catch (error) {
      failures.push(String(error));
    }
  }
  const plugin = new Plugin(config, ends, Date.now);
  for (const failure of failures) plugin.fail(failure);
  return {
    logs,
    failures: failures.length,
    statusFile: held.statusFile === undefined ? undefined : new HeldFile(held.statusFile),
    plugin,
    isOutdated: () => (stampOf(configFile) ?? stamp) !== stamp || (parent ?? process.ppid) !== process.ppid,
  };
}

/** Without a usable configuration: reads on, or auditd would start it again with each record and then give up on it. */
async function drain(): Promise<void> {
  const signal = new Promise((resolve) => process.on('SIGTERM', resolve).on('SIGHUP', resolve));
  await Promise.race([readStandardInput(() => {}), signal]);
}

class Run {
  readonly #startedMs = Date.now();
  #end: () => void = () => {};
  /** What happened until then is in the logs. */
  #readMs = 0;
  #settling: Promise<void> | undefined;

  constructor(readonly ground: Ground) {}

  async untilEnd(): Promise<void> {
    const timers = [
      setInterval(() => void this.#tick(), STATUS_EVERY_MS),
      setInterval(() => this.ground.plugin.tick(), QUIET_MS),
    ];
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      this.#listen();
      void this.#tick();
    });
    for (const timer of timers) clearInterval(timer);
    this.ground.plugin.end();
    await Promise.race([this.#finish(), new Promise((resolve) => setTimeout(resolve, LAST_WRITE_MS))]);
  }

  #listen(): void {
    const { plugin } = this.ground;
    void readStandardInput((chunk) => plugin.push(chunk)).then(this.#end);
    process.on('SIGTERM', () => setTimeout(this.#end, GRACE_MS));
    process.on('SIGHUP', () => void this.#tick());
    process.on('uncaughtException', (error) => this.#fail(error));
    process.on('unhandledRejection', (error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.ground.plugin.fail(error);
    this.ground.plugin.gap('unparsable', Date.now(), 0);
  }

  async #tick(): Promise<void> {
    const { logs, isOutdated } = this.ground;
    const inPlace = await Promise.all(logs.map((log) => log.isInPlace()));
    if (isOutdated() || inPlace.includes(false)) return this.#end();
    await this.#settle();
    await this.#report(true);
  }

  /** A hung disk does not hold up the status. */
  async #settle(): Promise<void> {
    this.#settling ??= this.#untilSettled().finally(() => {
      this.#settling = undefined;
    });
    const enough = new AbortController();
    await Promise.race([this.#settling, pause(SETTLE_MS, undefined, { signal: enough.signal }).catch(() => {})]);
    enough.abort();
  }

  async #untilSettled(): Promise<void> {
    const { plugin, logs } = this.ground;
    const { readMs } = plugin;
    await Promise.all(logs.map(({ writer }) => writer.settled()));
    this.#readMs = readMs;
  }

  async #finish(): Promise<void> {
    await Promise.all(this.ground.logs.map(({ writer }) => writer.flush()));
    this.#readMs = this.ground.plugin.readMs;
    await this.#report(false);
  }

  async #report(isRunning: boolean): Promise<void> {
    const { plugin, logs, failures, statusFile } = this.ground;
    const writers = logs.map(({ writer }) => writer);
    const status = {
      pid: process.pid,
      isRunning,
      startedMs: this.#startedMs,
      atMs: Date.now(),
      events: plugin.events,
      changes: plugin.changes,
      dropped: writers.reduce((sum, { dropped }) => sum + dropped, 0),
      gaps: plugin.gaps,
      rssBytes: process.memoryUsage.rss(),
      failures: plugin.failures,
      lastFailure: plugin.lastFailure,
      looseRoots: plugin.looseRoots,
      untoldEvents: plugin.untoldEvents,
      readMs: this.#readMs,
      logsFailing: failures + writers.filter(({ state }) => state !== 'writing').length,
    };
    if (statusFile) await writeStatus(statusFile, status);
  }
}
