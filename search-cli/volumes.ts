/**
 * Which files may be looked at: those on a volume that does not answer are shown as the index has them. A local file costs
 * one look at the table of mounts; of each volume that may hang it is asked once, in bounded time.
 */
import { hangingPoints, readMounts } from '../shared/mounts.js';
import { isWithin, pathKey } from '../shared/paths.js';
import { answersNow } from '../shared/volume-probe.js';

/** For the first volume; each that does not answer halves the patience with the next, so that all take less than twice as long. */
const PATIENCE_MS = 700;

export class Volumes {
  #points: readonly Buffer[] | undefined;
  readonly #answers = new Map<string, boolean>();
  #patienceMs = PATIENCE_MS;

  canLook(path: Uint8Array): boolean {
    this.#points ??= hangingPoints(readMounts());
    return this.#points.every((point) => !isWithin(path, point) || this.#doesAnswer(point));
  }

  #doesAnswer(point: Buffer): boolean {
    const key = pathKey(point);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = answersNow(point, this.#patienceMs);
    this.#answers.set(key, answer);
    if (!answer) this.#patienceMs /= 2;
    return answer;
  }
}
