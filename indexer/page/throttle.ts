/** How many questions are answered: a person who types asks ten a second; a script that guesses links gets nowhere. */
import { TokenBucket } from '../notify/deliver/token-bucket.js';

const RATES = { login: { perSecond: 1, burst: 10 }, question: { perSecond: 50, burst: 200 } } as const;

export class Throttle {
  readonly #buckets;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    const at = nowMs();
    this.#buckets = { login: new TokenBucket(RATES.login, at), question: new TokenBucket(RATES.question, at) };
  }

  /** 0: one may be answered. */
  waitMs(kind: keyof typeof RATES): number {
    return this.#buckets[kind].take(this.nowMs());
  }
}
