/**
 * One index file with everything that keeps it current: opened, started, stopped. session-parts.ts makes the parts.
 * `run` keeps a session open; `rebuild` uses a session once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseState, ROOTS_KEY, STATE_KEY } from '../shared/daemon-state.js';
import { FRESHNESS_KEY, lastKeptMs, parseFreshness } from '../shared/freshness.js';
import { SCHEMA_VERSION } from '../shared/store/migrations.js';
import { encodeRoots } from '../shared/store/roots-file.js';
import type { Priority } from '../shared/types.js';
import type { Worker } from './budget/budget.js';
import { readUsage } from './budget/usage.js';
import { COMMANDS_KEY, keptCommands, newCommands } from './extract/own/known-commands.js';
import { OwnExtractors } from './extract/own/own-extractors.js';
import type { Progress } from './flow/progress.js';
import { type Forgotten, forget } from './forget/forget.js';
import { choresOf, saveReport } from './housekeeping.js';
import { makeParts, makeWriter, type SessionOptions, type SessionParts } from './session-parts.js';
import type { ChangeSource } from './sources/change-source.js';
import { Chores } from './system/chores.js';
import type { WriteOp } from './words.js';
import { type Retried, retry } from './work/retry.js';
import { checkFile } from './writer/check-file.js';
import type { Opened } from './writer/protocol.js';

/** How long a stopping session waits for network volumes. */
const HANGING_PATIENCE_MS = 1_000;
const COMMANDS_EVERY_MS = 200;

export class Session {
  readonly #chores: Chores;
  readonly #leaveBudget: () => void;
  /** The index has never been complete, or was left incomplete. */
  #isUrgent: boolean;
  readonly #openedMs = Date.now();
  #isStopping = false;

  /** Creates the index file or opens it. @throws FindTextError FT_STORE_… */
  static async open(options: SessionOptions): Promise<Session> {
    const made = makeWriter(options);
    const { writer } = made;
    try {
      const opened = await writer.open();
      if (opened.raisedFrom !== undefined) options.listener.noticed(raisedText(opened.raisedFrom));
      await writer.apply([{ kind: 'meta', key: ROOTS_KEY, value: encodeRoots(options.named) }]);
      return new Session(options, opened, makeParts(options, made));
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  private constructor(
    private readonly options: SessionOptions,
    private readonly opened: Opened,
    private readonly parts: SessionParts,
  ) {
    const { index, budget, pipeline, tally } = parts;
    this.#chores = new Chores(choresOf(parts), (error) => tally.fail(error));
    this.#isUrgent = parseState(index.meta.get(STATE_KEY))?.isComplete !== true;
    this.#leaveBudget = budget.employ(this.#employment());
    pipeline.follow(budget.allowance);
  }

  get file(): string {
    return this.options.file;
  }

  get documentCount(): number {
    return this.parts.index.documentCount;
  }

  get sourceKind(): ChangeSource['kind'] {
    return this.parts.source.kind;
  }

  /** What has to pass before anything can be written. */
  get waitsFor(): string | undefined {
    return this.parts.troubles.textOf('disk');
  }

  get progress(): Progress {
    return this.parts.tally.progress;
  }

  /** Compares every root with the disk and begins to see changes. Resolves when all that was found is searchable. */
  async start(priority: Priority): Promise<void> {
    const { index, pipeline, silent, places, freshness } = this.parts;
    await this.#removeOtherRoots();
    await this.#outdate();
    if (this.#isStopping) return;
    const savedMs = parseFreshness(index.meta.get(FRESHNESS_KEY))?.savedMs ?? 0;
    await pipeline.start();
    await silent?.attend();
    this.#chores.start();
    await places.begin();
    await freshness.begin(lastKeptMs(savedMs, this.options.lastAliveMs, Date.now()), priority);
    pipeline.poke();
    await freshness.whenCompared();
    await places.compared(index.missingFolders);
    this.#isUrgent = false;
    await saveReport(this.parts);
  }

  /** Resolves when no command of the configuration has a file left to read, and what they gave is searchable. */
  async commandsDone(): Promise<void> {
    const { extractors, writer, roots } = this.parts;
    if (!(extractors instanceof OwnExtractors)) return;
    const isLooking = async () => (await writer.hasRechecks(roots)).includes(true);
    while (!this.#isStopping && (extractors.waiting > 0 || (await isLooking()))) await pause(COMMANDS_EVERY_MS);
  }

  /** Finishes what is running; what waits stays in the queue for the next start. */
  async stop(): Promise<void> {
    const { tally, upkeep, places, source, silent, pipeline, extractors, secrecy } = this.parts;
    this.#isStopping = true;
    tally.end();
    upkeep.stop();
    this.#leaveBudget();
    this.#chores.close();
    places.close();
    const sourceClosed = source.close();
    const patience = setTimeout(() => silent?.giveUp(), HANGING_PATIENCE_MS);
    await pipeline.stop().finally(() => sourceClosed);
    clearTimeout(patience);
    await extractors.close();
    await secrecy?.close();
    await this.#close();
  }

  /** @param file  the index that this one is to replace. */
  async takeOverEvents(file: string): Promise<void> {
    const why = await this.parts.events.takeOverFrom(file, this.#openedMs);
    if (why) this.options.listener.noticed(`the events before are not all taken over: ${why.message}`);
  }

  /** Cleans the index as after many changes. */
  async maintain(): Promise<void> {
    await this.parts.upkeep.run(true);
  }

  /**
   * Reads the whole index, in a thread of its own, when its last writer was killed.
   * @throws FindTextError FT_STORE_CORRUPT
   */
  async verify(): Promise<void> {
    if (this.opened.isUnverified) await checkFile(this.options.file);
  }

  /** Takes files out of the index and wipes their words from its files at once. @throws FindTextError FT_FORGET_KEPT */
  forget(paths: readonly Buffer[]): Promise<Forgotten> {
    return forget(paths, { ...this.parts, out: this.parts.pipeline });
  }

  /** Tries again what has failed at and below these paths. */
  async retry(paths: readonly Buffer[]): Promise<Retried> {
    const { writer, index, pipeline } = this.parts;
    const retried = await retry(paths, { index, writer });
    pipeline.poke();
    return retried;
  }

  /** Something is wrong, until a call with undefined. */
  trouble(kind: string, text: string | undefined): void {
    this.parts.tally.trouble(kind, text);
  }

  #employment(): Worker {
    const [{ pipeline, extractors }, { thread }] = [this.parts, this.opened];
    const isUrgent = () => this.#isUrgent;
    return {
      follow: (allowance) => pipeline.follow(allowance),
      get isUrgent() {
        return isUrgent();
      },
      usage: () => readUsage(extractors.pids, thread),
    };
  }

  /** What is read otherwise from now on is read again when it is compared. */
  async #outdate(): Promise<void> {
    const { index, writer, extractors } = this.parts;
    const { commands = [] } = this.options;
    const fresh = newCommands(index.meta.get(COMMANDS_KEY), commands);
    const ops = fresh.map((files): WriteOp => ({ kind: 'outdate', files }));
    const containers: WriteOp = { kind: 'outdateContainers', versions: extractors.versions };
    await writer.apply([...ops, containers, { kind: 'meta', key: COMMANDS_KEY, value: keptCommands(commands) }]);
  }

  async #removeOtherRoots(): Promise<void> {
    const { index, writer, roots } = this.parts;
    await writer.apply(index.directoriesOutside(roots).map((path) => ({ kind: 'remove', path })));
  }

  /** The last report is that nobody keeps the index current from here on. */
  async #close(): Promise<void> {
    const { report, freshness, writer, index, deliveries } = this.parts;
    report.end();
    try {
      await writer.apply(report.opsFor(freshness));
      index.close();
      // Whoever reads the index beside the writer lets go of it first.
      await deliveries.close();
      await writer.close();
    } finally {
      await writer.abandon();
    }
  }
}

function raisedText(from: number): string {
  return `the index was of version ${from} and is of version ${SCHEMA_VERSION} now; it answers while its files are compared with the disk, and read again where that is needed`;
}
