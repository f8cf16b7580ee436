/**
 * The event loop's side of the writer thread. Every call resolves after the thread has committed. A full disk is waited
 * out here: the call resolves when the write has gone through, nothing is dropped. Who is told to stop does not wait:
 * then the call fails.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FindTextError } from '../../shared/errors.js';
import type { Clock } from '../system/clock.js';
import type { Commit, CommitListener, Taken, TakeRequest, WriteOp } from '../words.js';
import { unpackTaken } from './packed-entries.js';
import { packOps } from './packed-ops.js';
import type {
  MaintenanceWish,
  Opened,
  Step,
  WriterAnswers,
  WriterMessage,
  WriterOptions,
  WriterReply,
  WriterRequest,
} from './protocol.js';

const FULL_DISK_PAUSE_MS = 1000;

export interface WriterClientOptions extends WriterOptions {
  readonly threadPath: string;
  /** Called when writing begins to fail because the disk is full, and with undefined when it works again. */
  readonly onTrouble: (error: FindTextError | undefined) => void;
  /** From then on a full disk is an error. */
  readonly stopped?: AbortSignal | undefined;
  readonly clock: Clock;
}

interface Waiter {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class WriterClient {
  readonly #thread: Worker;
  readonly #waiters = new Map<number, Waiter>();
  #nextId = 1;
  /** Calls that wait for room on the disk. */
  #waitingForRoom = 0;
  #nextTry: Promise<void> | undefined;
  /** A write waited for room and was given up at the end. */
  #givenUp: FindTextError | undefined;
  #ended: Error | undefined;
  #listener: CommitListener | undefined;
  /** Of the last commit. */
  #seq: number | undefined;

  constructor(private readonly options: WriterClientOptions) {
    const { file, queue, events } = options;
    this.#thread = new Worker(options.threadPath, {
      workerData: { file, queue, events } satisfies WriterOptions,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#thread.on('message', (reply: WriterReply) => this.#settle(reply));
    this.#thread.on('error', (error) => this.#end(error));
    this.#thread.on('exit', () => this.#end(new Error('the writer thread has ended')));
  }

  /** Creates the file, or checks it and opens it. @throws FindTextError FT_STORE_CORRUPT and others */
  open(): Promise<Opened> {
    return this.#untilDiskHasRoom(() => this.#ask<'open'>({ kind: 'open' }));
  }

  /** Where nobody wants them the thread gathers no changes. */
  announceTo(listener: CommitListener): void {
    this.#listener = listener;
  }

  /** @param isPatient  waits for room on a full disk; else that is an error. */
  async apply(ops: readonly WriteOp[], isPatient = true): Promise<Commit | undefined> {
    if (ops.length === 0) return undefined;
    const nowMs = this.options.clock.monotonicMs();
    const request = { kind: 'apply', ops: packOps(ops), nowMs, isTold: this.#listener?.wantsChanges === true } as const;
    // A buffer that was moved to the thread is gone here, so a write that may have to be repeated is copied.
    const ask = () => this.#ask<'apply'>(request);
    const commit = await (isPatient ? this.#untilDiskHasRoom(ask) : ask());
    if (commit.seq !== this.#seq) this.#listener?.committed(commit);
    this.#seq = commit.seq;
    return commit;
  }

  async take(request: TakeRequest): Promise<Taken> {
    const ask = () => this.#ask<'take'>({ kind: 'take', request, nowMs: this.options.clock.monotonicMs() });
    return unpackTaken(await this.#untilDiskHasRoom(ask));
  }

  /** For each folder: is a comparison of it or of a part of it, or a path that one found, still queued or running? */
  hasRechecks(folders: readonly Uint8Array[]): Promise<readonly boolean[]> {
    return this.#ask<'hasRechecks'>({ kind: 'hasRechecks', folders });
  }

  /** @param isPatient  as of `apply` */
  planMaintenance(wish: MaintenanceWish, isPatient = true): Promise<undefined> {
    const ask = () => this.#ask<'planMaintenance'>({ kind: 'planMaintenance', wish });
    return isPatient ? this.#untilDiskHasRoom(ask) : ask();
  }

  /** @param isPatient  as of `apply` */
  maintain(isPatient = true): Promise<Step> {
    const ask = () => this.#ask<'maintain'>({ kind: 'maintain' });
    return isPatient ? this.#untilDiskHasRoom(ask) : ask();
  }

  /** Gives up the memory that only makes writing faster. */
  shrink(): Promise<undefined> {
    return this.#ask<'shrink'>({ kind: 'shrink' });
  }

  /** @throws FindTextError FT_STORE_FULL when something that waited for room is not in the index */
  async close(): Promise<void> {
    await this.#ask<'close'>({ kind: 'close' });
    await this.#thread.terminate();
    if (this.#givenUp) throw this.#givenUp;
  }

  /**
   * Ends the thread whatever state the file is in, but never amid a call of SQLite: to stop one that fails ends the
   * process.
   */
  async abandon(): Promise<void> {
    if (this.#ended) return;
    const ended = new Promise((resolve) => this.#thread.once('exit', resolve));
    this.#post('end');
    await ended;
  }

  /**
   * The trouble is over when the last call that waited has gone through: what the others bring is not in the index yet.
   */
  async #untilDiskHasRoom<T>(write: () => Promise<T>): Promise<T> {
    const { stopped, onTrouble } = this.options;
    for (let isWaiting = false; ; isWaiting = true) {
      try {
        const value = await write();
        if (isWaiting && --this.#waitingForRoom === 0) onTrouble(undefined);
        return value;
      } catch (error) {
        if (!(error instanceof FindTextError) || error.code !== 'FT_STORE_FULL') throw error;
        if (stopped?.aborted) this.#givenUp ??= error;
        if (stopped?.aborted) throw error;
        if (!isWaiting && this.#waitingForRoom++ === 0) onTrouble(error);
        await this.#untilNextTry();
      }
    }
  }

  /** Of all that wait for room. */
  #untilNextTry(): Promise<void> {
    const { stopped } = this.options;
    this.#nextTry ??= pause(FULL_DISK_PAUSE_MS, undefined, stopped ? { signal: stopped } : {})
      .catch(() => {})
      .finally(() => {
        this.#nextTry = undefined;
      });
    return this.#nextTry;
  }

  #ask<Kind extends WriterRequest['kind']>(
    request: Extract<WriterRequest, { kind: Kind }>,
  ): Promise<WriterAnswers[Kind]> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#post({ id, request });
    });
  }

  #post(message: WriterMessage): void {
    this.#thread.postMessage(message);
  }

  #settle(reply: WriterReply): void {
    const waiter = this.#waiters.get(reply.id);
    this.#waiters.delete(reply.id);
    if (reply.ok) return waiter?.resolve(reply.value);
    const { code, message, hint } = reply.error;
    waiter?.reject(new FindTextError(code, message, hint === undefined ? {} : { hint }));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiter of this.#waiters.values()) waiter.reject(this.#ended);
    this.#waiters.clear();
  }
}
