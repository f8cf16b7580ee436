/** In which folders of the roots is another volume to be seen than a while ago? Asked by the session once in a while. */
import type { MountedParts } from '../../shared/mounts.js';
import { fromPathKey, overlap } from '../../shared/paths.js';

export class MountWatch {
  #known: MountedParts;

  constructor(
    private readonly roots: readonly Uint8Array[],
    private readonly readParts: () => MountedParts,
  ) {
    this.#known = readParts();
  }

  /** @returns mount points below roots, and roots below mount points, that have changed since the last call. */
  changed(): Uint8Array[] {
    const before = this.#known;
    const now = this.readParts();
    // It cannot be read just now.
    if (now.size === 0) return [];
    this.#known = now;
    const points = new Set([...before.keys(), ...now.keys()]);
    return [...points]
      .filter((point) => before.get(point) !== now.get(point))
      .flatMap((point) => this.roots.flatMap((root) => overlap(root, fromPathKey(point)) ?? []));
  }
}
