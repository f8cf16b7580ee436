/**
 * Which files may be looked at: those on a volume that does not answer are shown as the index has them. A local file
 * costs one look at the table of mounts; of each volume that may hang it is asked once, in bounded time. Answers
 * expire, so that a front end that lives long asks again.
 */
import { machineMs } from '../activity.js';
import { hangingPoints, readMounts } from '../mounts.js';
import { pathKey } from '../path-key.js';
import { isWithin } from '../path-within.js';
import { answersNow } from '../volume-probe.js';

/**
 * For the first volume; each that does not answer halves the patience with the next, so that all take less than twice
 * as long.
 */
const PATIENCE_MS = 700;

/** As often the daemon looks. */
const LASTS_MS = 10_000;

export class Volumes {
  #points: readonly Buffer[] | undefined;
  #askedMs = 0;
  readonly #answers = new Map<string, boolean>();
  #patienceMs = PATIENCE_MS;

  constructor(
    private readonly ask: (point: Buffer, patienceMs: number) => boolean = answersNow,
    private readonly now: () => number = machineMs,
  ) {}

  canLook(path: Uint8Array): boolean {
    if (this.#points && this.now() - this.#askedMs > LASTS_MS) this.#forget();
    if (!this.#points) {
      this.#points = hangingPoints(readMounts());
      this.#askedMs = this.now();
    }
    return this.#points.every((point) => !isWithin(path, point) || this.#doesAnswer(point));
  }

  #forget(): void {
    this.#points = undefined;
    this.#answers.clear();
    this.#patienceMs = PATIENCE_MS;
  }

  #doesAnswer(point: Buffer): boolean {
    const key = pathKey(point);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.ask(point, this.#patienceMs);
    this.#answers.set(key, answer);
    if (!answer) this.#patienceMs /= 2;
    return answer;
  }
}
