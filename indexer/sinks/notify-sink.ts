/**
 * Integrity monitoring: a thread that follows the events of the index. A commit only wakes it. A thread that dies is
 * started again: it goes on where it was.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Echoed } from '../notify/echo.js';
import type { Json } from '../notify/payload.js';
import type { FromNotifyThread, NotifyThreadOptions, RulesChange, ToNotifyThread } from '../notify/thread-words.js';
import type { ChangeInbox } from '../sources/change-source.js';
import type { Notices } from '../words.js';
import type { Sink } from './sink.js';

/** Who has asked for integrity monitoring. */
export interface NotifyAudience {
  readonly onReady?: () => void;
  readonly onTold?: (payload: Json) => void;
  /** Asked at the end: it is told to the endpoints that there were. */
  readonly lastWords?: () => RulesChange | undefined;
}

export interface NotifySinkOptions {
  readonly thread: NotifyThreadOptions;
  /** The bundled notify-thread.ts. */
  readonly threadPath: string;
  readonly audience: NotifyAudience;
  readonly listener: Notices;
  readonly inbox: EventInbox;
}

/** The pipeline. */
interface EventInbox extends Pick<ChangeInbox, 'trouble'> {
  /** Resolves when all events of what has happened until now are in the index, or when that cannot be known. */
  caughtUp(): Promise<unknown>;
}

const RESTART_MS = 5_000;
/** So long its end may take until its last words are in the history, on a machine that is busy with other things. */
const LAST_WORDS_MS = 15_000;
/** So long the end of the daemon waits for what is being sent then. */
const PATIENCE_MS = 3_000;
/** So long a `forget` waits for what happened before it to be read. */
const READ_PATIENCE_MS = 10_000;

export class NotifySink implements Sink {
  readonly name = 'integrity monitoring';
  readonly isFollower = true;
  #thread: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #enough: NodeJS.Timeout | undefined;
  #isClosing = false;
  /** Who waits for events to be read, by number. */
  readonly #readers = new Map<number, () => void>();
  #readCount = 0;
  #hasEnded: () => void = () => {};

  constructor(private readonly options: NotifySinkOptions) {
    this.#start();
  }

  interest(): boolean {
    return false;
  }

  async deliver(): Promise<void> {
    this.#post('poke');
  }

  /** It gives up waiting after a while: what is missed then is found by comparing. */
  async beforeForget(paths: readonly Uint8Array[]): Promise<void> {
    const given = pause(READ_PATIENCE_MS, undefined, { ref: false });
    await Promise.race([this.#readAll(paths), given]);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    const thread = this.#thread;
    if (!thread) return;
    const ended = new Promise<void>((resolve) => {
      this.#hasEnded = resolve;
    });
    this.#post({ kind: 'end', change: this.options.audience.lastWords?.() });
    this.#giveTime(LAST_WORDS_MS);
    await ended;
    clearTimeout(this.#enough);
  }

  #giveTime(ms: number): void {
    clearTimeout(this.#enough);
    this.#enough = setTimeout(() => void this.#thread?.terminate(), ms);
  }

  async #readAll(paths: readonly Uint8Array[]): Promise<void> {
    await this.options.inbox.caughtUp().catch(() => {});
    if (!this.#thread) return;
    const id = ++this.#readCount;
    const read = new Promise<void>((resolve) => this.#readers.set(id, resolve));
    this.#post({ kind: 'read', id, paths });
    await read;
  }

  #start(): void {
    const { threadPath, thread: workerData } = this.options;
    const thread = new Worker(threadPath, { workerData, resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    let why = 'it has ended';
    thread.on('message', (message: FromNotifyThread) => {
      if (message.kind === 'failed') why = message.text;
      else this.#heard(message);
    });
    thread.on('error', (error) => {
      why = error.message;
    });
    thread.on('exit', () => this.#ended(why));
    this.#thread = thread;
  }

  #heard(message: Exclude<FromNotifyThread, { kind: 'failed' }>): void {
    if (message.kind === 'notice') this.options.listener.noticed(message.text);
    else if (message.kind === 'trouble') this.#trouble(message.text);
    else if (message.kind === 'told') this.#show(message);
    else if (message.kind === 'caught up?') this.#answer(message.id);
    else if (message.kind === 'said all') this.#giveTime(PATIENCE_MS);
    else if (message.kind === 'have read') this.#haveRead(message.id);
    else {
      this.options.audience.onReady?.();
      this.#trouble(undefined);
    }
  }

  /** Until a call with undefined. */
  #trouble(text: string | undefined): void {
    this.options.inbox.trouble('integrity', text);
  }

  #show({ payloads, upTo }: Echoed): void {
    for (const payload of payloads) this.options.audience.onTold?.(payload);
    this.#post({ kind: 'shown', upTo });
  }

  #haveRead(id: number): void {
    this.#readers.get(id)?.();
    this.#readers.delete(id);
  }

  #answer(id: number): void {
    const thread = this.#thread;
    const answer = () => thread?.postMessage({ kind: 'caught up', id } satisfies ToNotifyThread);
    this.options.inbox.caughtUp().then(answer, answer);
  }

  #ended(why: string): void {
    this.#thread = undefined;
    for (const id of [...this.#readers.keys()]) this.#haveRead(id);
    this.#hasEnded();
    if (this.#isClosing) return;
    this.#trouble(`integrity monitoring: ${why}; it is started again, and compares with the disk then`);
    this.#restart = setTimeout(() => this.#start(), RESTART_MS);
  }

  #post(message: ToNotifyThread): void {
    this.#thread?.postMessage(message);
  }
}
