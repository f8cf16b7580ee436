/**
 * Lets other programs of this user ask the index through a socket. The event loop only accepts: it looks who it is, and hands the
 * descriptor to a thread that reads, searches and writes. So a client that is slow or hostile holds up nobody but other clients. The
 * thread starts with the first client, and ends when there was none for a while.
 */
import { closeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { surroundings } from '../../shared/ask/surroundings.js';
import type { FromQueryThread, QueryThreadOptions, ToQueryThread } from '../../shared/ask/thread-words.js';
import { endThread } from '../system/end-thread.js';
import { giveBackMemory } from '../system/give-back-memory.js';
import { acceptClient, peerUid, pollReadable } from '../system/libc.js';
import { StuckWatch } from '../system/stuck-watch.js';
import type { Notices } from '../words.js';
import { type OwnSocket, openSocket } from './own-socket.js';

export interface QueryServerOptions {
  readonly socketPath: string;
  readonly dataDirectory: string;
  readonly home: string | undefined;
  /** The bundled query-thread.ts. */
  readonly threadPath: string;
  readonly listener: Notices;
}

/** What a storm of clients may take of the event loop: so many at once, then a pause. */
const CLIENTS_AT_ONCE = 8;
const PAUSE_MS = 10;
/** Without descriptors nobody can be accepted. */
const TROUBLE_PAUSE_MS = 1_000;
/** On their way to a thread that does not take them. */
const MAX_UNTAKEN = 32;
/** Answers may be long; what they are made of comes from the index in small pieces. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** When the process has just begun: it keeps the time zone of then. */
const SURROUNDINGS = surroundings();

export class QueryServer {
  #poll: { close(): void } | undefined;
  #pause: NodeJS.Timeout | undefined;
  #thread: QueryThread | undefined;
  #isPlanned = false;
  #isClosed = false;
  readonly #uid = process.geteuid?.() ?? -1;

  /** @returns undefined when there can be none: the daemon goes on without, and searches do not need it. */
  static open(options: QueryServerOptions): QueryServer | undefined {
    try {
      return new QueryServer(options, openSocket(options.socketPath));
    } catch (error) {
      const { message, hint } = error as Error & { hint?: string };
      options.listener.noticed(
        `other programs cannot ask through ${options.socketPath}: ${message}${hint ? `; ${hint}` : ''}`,
      );
      return undefined;
    }
  }

  private constructor(
    private readonly options: QueryServerOptions,
    private readonly socket: OwnSocket,
  ) {
    this.#listen();
  }

  /** Resolves when the index is let go of. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#pause);
    this.#poll?.close();
    this.#poll = undefined;
    this.socket.close();
    await this.#thread?.end();
  }

  #listen(): void {
    if (!this.#isClosed) this.#poll ??= pollReadable(this.socket.fd, () => this.#plan());
  }

  /** libuv calls outside of Node's own callback scope, where an error would be nobody's. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#accept());
  }

  #accept(): void {
    this.#isPlanned = false;
    if (!this.#poll) return;
    try {
      let left = CLIENTS_AT_ONCE;
      while (left > 0 && this.#acceptOne()) left--;
      if (left === 0) this.#rest(PAUSE_MS);
    } catch {
      this.#rest(TROUBLE_PAUSE_MS);
    }
  }

  /** They wait in the kernel meanwhile. */
  #rest(ms: number): void {
    this.#poll?.close();
    this.#poll = undefined;
    this.#pause = setTimeout(() => this.#listen(), ms);
  }

  #acceptOne(): boolean {
    const client = acceptClient(this.socket.fd);
    if (client === undefined) return false;
    if (this.#isOwn(client)) this.#hand(client);
    else closeSync(client);
    return true;
  }

  /** The folder and the mode of the socket keep others out already; this holds whatever becomes of them. */
  #isOwn(client: number): boolean {
    try {
      return peerUid(client) === this.#uid;
    } catch {
      return false;
    }
  }

  #hand(client: number): void {
    this.#thread ??= new QueryThread(this.options, (thread) => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    if (!this.#thread.take(client)) closeSync(client);
  }
}

/** One life of the thread, as the event loop sees it. */
class QueryThread {
  readonly #worker: Worker;
  readonly #stuck = new StuckWatch(() => void this.end());
  readonly #untaken = new Set<number>();
  readonly #ended: Promise<void>;

  /** @param onOver  called when it takes nobody any more. */
  constructor(
    { dataDirectory, home, threadPath, listener }: QueryServerOptions,
    private readonly onOver: (thread: QueryThread) => void,
  ) {
    const workerData: QueryThreadOptions = {
      dataDirectory,
      home,
      surroundings: SURROUNDINGS,
      busySince: this.#stuck.busySince,
    };
    this.#worker = new Worker(threadPath, { workerData, resourceLimits: THREAD_LIMITS });
    this.#worker.on('message', (message: FromQueryThread) => this.#heard(message));
    this.#worker.on('error', (error) =>
      listener.noticed(`the thread that answers other programs has ended: ${error.message}`),
    );
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve(this.#left())));
  }

  /** @returns false when too many wait for it. */
  take(client: number): boolean {
    if (this.#untaken.size >= MAX_UNTAKEN) return false;
    this.#untaken.add(client);
    this.#post({ client });
    return true;
  }

  async end(): Promise<void> {
    this.#leave();
    await endThread(this.#worker, this.#ended);
  }

  #heard(message: FromQueryThread): void {
    if (message !== 'idle') this.#untaken.delete(message.taken);
    // A client may be on its way.
    else if (this.#untaken.size === 0) this.#leave();
  }

  #leave(): void {
    this.onOver(this);
    this.#post('end');
  }

  #post(message: ToQueryThread): void {
    this.#worker.postMessage(message);
  }

  #left(): void {
    this.#stuck.close();
    this.onOver(this);
    for (const client of this.#untaken) closeSync(client);
    this.#untaken.clear();
    void giveBackMemory();
  }
}
