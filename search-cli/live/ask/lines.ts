/** Requests and their answers as lines: each answer belongs to the oldest request that has none. */
import type { AnyAnswer } from '../../../shared/ask/answer-line.js';

/** docs/query-socket.md */
export type RequestObject = Readonly<Record<string, unknown>>;

export class Lines {
  #waiting: { readonly resolve: (answer: AnyAnswer) => void; readonly reject: (error: Error) => void }[] = [];
  #error: Error | undefined;

  constructor(private readonly send: (line: string) => void) {}

  get isOver(): boolean {
    return this.#error !== undefined;
  }

  /** Rejects when there will be no answer. */
  ask(request: RequestObject): Promise<AnyAnswer> {
    if (this.#error) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.send(JSON.stringify(request));
    });
  }

  heard(line: string): void {
    this.#waiting.shift()?.resolve(JSON.parse(line) as AnyAnswer);
  }

  fail(error: Error): void {
    this.#error ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#error);
  }
}
