/**
 * Keeps the seal of the file that this writer writes to: broken before each write, made anew in quiet times and at the
 * end. Where it cannot be made (the disk is full, a rebuild has removed the file) the index is as good, and is checked
 * at the next start.
 */
import { orUndefined } from '../../shared/errors.js';
import type { RawFile } from '../../shared/store/raw-file.js';
import { breakSeal, type HeldSeal, Sealing } from '../../shared/store/seal.js';

/** A daemon that works now and then does not pay for a seal each time. */
const QUIET_MS = 50_000;

export class SealKeeper {
  #sealing: Sealing | undefined;
  /** The seal that stands; undefined: it is broken. */
  #seal: HeldSeal | undefined;
  #lastWriteMs = 0;

  /** @param now  in milliseconds, never goes back. */
  constructor(
    private readonly file: RawFile,
    private readonly now: () => number,
  ) {
    breakSeal(file.path);
    this.beforeWrite();
  }

  beforeWrite(): void {
    this.#lastWriteMs = this.now();
    this.#sealing = undefined;
    this.#seal?.break();
    this.#seal = undefined;
  }

  /** True when nothing has been written for a while, and since the last seal something was. */
  get isDue(): boolean {
    return this.#seal === undefined && this.now() - this.#lastWriteMs > QUIET_MS;
  }

  begin(): void {
    this.#sealing = orUndefined(() => new Sealing(this.file));
  }

  /**
   * One slice of a few milliseconds.
   * @returns true when the file is sealed, or cannot be now, or was written to since `begin`.
   */
  step(): boolean {
    try {
      this.#seal = this.#sealing?.step();
      if (this.#sealing && !this.#seal) return false;
    } catch {}
    this.#sealing = undefined;
    return true;
  }

  /** What has been sealed stays so. */
  close(): void {
    this.#seal?.close();
    this.#seal = undefined;
  }
}
