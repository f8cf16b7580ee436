/** Whether memory is short: from the moment the ceiling is passed until it has been well below it for a while. Pure. */
const WELL_BELOW = 0.85;
const CALM_MS = 10_000;

export class MemoryCeiling {
  #isTight = false;
  #highAtMs = 0;

  constructor(private readonly ceilingBytes: number) {}

  get isTight(): boolean {
    return this.#isTight;
  }

  see(bytes: number, nowMs: number): void {
    if (bytes > this.ceilingBytes) this.#isTight = true;
    if (bytes > this.ceilingBytes * WELL_BELOW) this.#highAtMs = nowMs;
    if (nowMs - this.#highAtMs >= CALM_MS) this.#isTight = false;
  }
}
