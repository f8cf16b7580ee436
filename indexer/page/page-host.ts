/**
 * The page as the event loop sees it: a thread that listens, reads the index and answers, so that no client ever waits for
 * the event loop, nor it for a client. A thread that ends, or is at one answer for too long, is replaced.
 */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Locations } from '../../shared/locations.js';
import { endThread } from '../system/end-thread.js';
import { StuckWatch } from '../system/stuck-watch.js';
import type { Notices } from '../words.js';
import { forgetPlace, tellPlace } from './page-place.js';
import { SECRET_BYTES } from './passes.js';
import type { FromPageThread, PageThreadOptions, ToPageThread } from './thread-words.js';

export interface PageHostOptions {
  readonly locations: Locations;
  readonly home: string | undefined;
  /** The bundled page-thread.ts. */
  readonly threadPath: string;
  readonly listener: Notices;
}

/** What stays the same while the page is switched on: a tab that is open goes on, though the index was opened anew. */
export class PageSeat {
  #secret = randomBytes(SECRET_BYTES);
  port = 0;

  get secret(): Uint8Array {
    return this.#secret;
  }

  /** Somebody else may listen there meanwhile, whom an open tab would show its pass. */
  leave(): void {
    this.#secret = randomBytes(SECRET_BYTES);
  }
}

/** A thread that ends again and again is started ever later. */
const AGAIN_MS = 1_000;
const MOST_AGAIN_MS = 60_000;
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

export class PageHost {
  #worker: Worker | undefined;
  #again: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isClosed = false;
  #againMs = AGAIN_MS;

  constructor(
    private readonly options: PageHostOptions,
    private readonly seat: PageSeat,
  ) {
    this.#start();
  }

  /** Resolves when the index is let go of. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#again);
    this.#worker?.postMessage('end' satisfies ToPageThread);
    if (this.#worker) await endThread(this.#worker, this.#ended);
    forgetPlace(this.options.locations.runtimeDirectory);
  }

  #start(): void {
    const { locations, home, threadPath, listener } = this.options;
    const { secret, port } = this.seat;
    const watch = new StuckWatch(() => void worker.terminate());
    const workerData: PageThreadOptions = { locations, home, secret, port, busySince: watch.busySince };
    const worker = new Worker(threadPath, { workerData, resourceLimits: THREAD_LIMITS });
    this.#worker = worker;
    worker.on('message', (message: FromPageThread) => this.#listens(message.port));
    worker.on('error', (error) => listener.noticed(`the page has ended: ${error.message}`));
    this.#ended = new Promise((resolve) =>
      worker.once('exit', () => {
        watch.close();
        if (!this.#isClosed) this.#startLater();
        resolve();
      }),
    );
  }

  #startLater(): void {
    this.#again = setTimeout(() => this.#start(), this.#againMs);
    this.#againMs = Math.min(MOST_AGAIN_MS, 2 * this.#againMs);
  }

  #listens(port: number): void {
    this.#againMs = AGAIN_MS;
    const { locations, listener } = this.options;
    this.seat.port = port;
    try {
      tellPlace(locations.runtimeDirectory, port);
    } catch (error) {
      listener.noticed(`tell where the page is: ${(error as Error).message}`);
    }
  }
}
