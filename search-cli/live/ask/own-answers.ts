/** The program answers itself, in a thread. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Lines, type RequestObject } from './lines.js';

export class OwnAnswers {
  readonly #worker: Worker;
  readonly #lines: Lines;

  constructor(dataDirectory: string) {
    const path = fileURLToPath(new URL('find-text-thread.js', import.meta.url));
    this.#worker = new Worker(path, { workerData: { dataDirectory } });
    this.#lines = new Lines((line) => this.#worker.postMessage(line));
    this.#worker.on('message', (line: string) => this.#lines.heard(line));
    this.#worker.on('error', (error) => this.#lines.fail(error));
    this.#worker.on('exit', () => this.#lines.fail(new Error('the thread that searches has ended')));
  }

  get isOver(): boolean {
    return this.#lines.isOver;
  }

  ask(request: RequestObject) {
    return this.#lines.ask(request);
  }

  close(): void {
    void this.#worker.terminate();
  }
}
