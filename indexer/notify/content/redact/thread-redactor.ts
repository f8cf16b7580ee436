/**
 * The other side of redact-thread.ts: texts in, texts without secrets out, within a time. A text that cannot be redacted
 * is not shown: the answer is undefined. Never throws.
 */
import { Worker } from 'node:worker_threads';

export interface RedactSetting {
  readonly key: Uint8Array;
  /** Of the configuration. */
  readonly patterns: readonly string[];
  /** Kinds that are left as they are. */
  readonly spared?: readonly string[] | undefined;
}

export interface RedactQuestion {
  readonly id: number;
  readonly texts: readonly string[];
}

export interface RedactAnswer {
  readonly id: number;
  /** undefined: it failed. */
  readonly texts: readonly string[] | undefined;
}

export interface ThreadRedactorOptions extends RedactSetting {
  /** The bundled redact-thread.ts. */
  readonly threadPath: string;
  /** For all texts of a question. */
  readonly timeoutMs?: number;
  /** A thread without work ends after so long. */
  readonly idleMs?: number;
}

const TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;
const MEMORY = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

export class ThreadRedactor {
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** One question after the other, so that each has its own time. */
  #last: Promise<unknown> = Promise.resolve();
  #nextId = 1;

  constructor(private readonly options: ThreadRedactorOptions) {}

  /** @returns the texts without secrets in the same order; undefined: that was not possible. */
  redact(texts: readonly string[]): Promise<readonly string[] | undefined> {
    const answer = this.#last.then(() => this.#ask(texts));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #ask(texts: readonly string[]): Promise<readonly string[] | undefined> {
    clearTimeout(this.#idle);
    try {
      this.#thread ??= this.#start();
      return await this.#answerOf(this.#thread, texts);
    } catch {
      return undefined;
    } finally {
      this.#idle = setTimeout(() => void this.close(), this.options.idleMs ?? IDLE_MS).unref();
    }
  }

  #start(): Worker {
    const { key, patterns, spared, threadPath } = this.options;
    const thread = new Worker(threadPath, {
      workerData: { key, patterns, spared } satisfies RedactSetting,
      resourceLimits: MEMORY,
    });
    // Between two questions there is nobody else to hear of it.
    thread.on('error', () => {});
    thread.unref();
    return thread;
  }

  #answerOf(thread: Worker, texts: readonly string[]): Promise<readonly string[] | undefined> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const end = (answer: readonly string[] | undefined) => {
        clearTimeout(timer);
        thread.off('message', onAnswer).off('error', giveUp).off('exit', giveUp);
        thread.unref();
        resolve(answer);
      };
      const giveUp = () => {
        if (this.#thread === thread) this.#thread = undefined;
        void thread.terminate();
        end(undefined);
      };
      const onAnswer = (answer: RedactAnswer) => answer.id === id && end(answer.texts);
      const timer = setTimeout(giveUp, this.options.timeoutMs ?? TIMEOUT_MS);
      thread.on('message', onAnswer).on('error', giveUp).on('exit', giveUp);
      thread.ref();
      thread.postMessage({ id, texts } satisfies RedactQuestion);
    });
  }
}
