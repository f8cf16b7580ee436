/** The plugin as a process: privileges, signals, stdin, time. Called by main.ts only. */
import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../../../shared/errors.js';
import type { WatchedRoot } from './audit-config.js';
import { dropRoot } from './drop-root.js';
import { readEyes } from './eyes.js';
import { loadAuditConfig } from './load-audit-config.js';
import { type OpenLogs, openLogs } from './open-logs.js';
import { Plugin, type RootEnd } from './plugin.js';
import { openStatusFile, STATUS_EVERY_MS, writeStatus } from './plugin-status.js';
import { bindRoot } from './root-binding.js';
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
  readonly open: OpenLogs;
  readonly statusFile: FileHandle | undefined;
  readonly plugin: Plugin;
  readonly hasNewConfig: () => boolean;
}

/** @returns the exit code: after the end of stdin, SIGTERM, or when only a fresh start can go on. */
export async function runPlugin(configFile: string): Promise<number> {
  process.umask(0o022);
  let ground: Ground;
  try {
    ground = await prepare(configFile);
  } catch (error) {
    process.stderr.write(`find-text-audit: ${(error as Error).message}\n`);
    await drain();
    return 2;
  }
  await new Run(ground).untilEnd();
  return 0;
}

/** All that needs root. */
async function prepare(configFile: string): Promise<Ground> {
  const config = loadAuditConfig(configFile);
  const stamp = stampOf(configFile);
  const open = await openLogs(config);
  const statusFile = await openStatusFile(config.statusFile).catch(() => undefined);
  const ends = await makeEnds(open);
  dropRoot(config.runAs);
  const plugin = new Plugin(config, ends, Date.now);
  for (const failure of open.failures) plugin.fail(failure);
  return { open, statusFile, plugin, hasNewConfig: () => (stampOf(configFile) ?? stamp) !== stamp };
}

async function makeEnds({ logs }: OpenLogs): Promise<ReadonlyMap<WatchedRoot, RootEnd>> {
  const eyesOf = readEyes();
  const ends = [...logs].map(async ([root, { writer }]) => {
    return [root, { writer, binding: await bindRoot(root), ...eyesOf(root) }] as const;
  });
  return new Map(await Promise.all(ends));
}

/** '' for a file that is gone; undefined when it may not be looked at, which is not so in /etc. */
function stampOf(file: string): string | undefined {
  try {
    const stat = statSync(file);
    return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? '' : undefined;
  }
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
    const { open, hasNewConfig } = this.ground;
    const inPlace = await Promise.all([...open.logs.values()].map((log) => log.isInPlace()));
    if (hasNewConfig() || inPlace.includes(false)) return this.#end();
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
    const { plugin, open } = this.ground;
    const { readMs } = plugin;
    await Promise.all([...open.logs.values()].map(({ writer }) => writer.settled()));
    this.#readMs = readMs;
  }

  async #finish(): Promise<void> {
    await Promise.all([...this.ground.open.logs.values()].map(({ writer }) => writer.flush()));
    this.#readMs = this.ground.plugin.readMs;
    await this.#report(false);
  }

  async #report(isRunning: boolean): Promise<void> {
    const { plugin, open, statusFile } = this.ground;
    const writers = [...open.logs.values()].map(({ writer }) => writer);
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
      logsFailing: open.failures.length + writers.filter(({ state }) => state !== 'writing').length,
    };
    if (statusFile) await writeStatus(statusFile, status);
  }
}
