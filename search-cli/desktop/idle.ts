/** When has nobody asked for a while? */

export class Idle {
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onIdle  nobody has asked for so long; again after each further question. */
  constructor(
    private readonly afterMs: number,
    private readonly onIdle: () => void,
  ) {}

  /** From now on somebody may ask. */
  start(): void {
    if (!this.isBusy) this.#wait();
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** What is asked counts until it is answered. */
  async during<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    this.#busy++;
    clearTimeout(this.#timer);
    try {
      return await work();
    } finally {
      this.#busy--;
      if (!this.isBusy) this.#wait();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.onIdle, this.afterMs);
  }
}
