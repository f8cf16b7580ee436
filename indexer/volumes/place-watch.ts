/**
 * Does a path of the roots still lead to the same folder? Another volume may be mounted on it, and a folder above a
 * root may be renamed and give its name to another one. No event of a file tells of either. Used by the session once in
 * a while.
 */
import type { MountedParts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { overlap } from '../../shared/path-within.js';
import { identifyFolder } from '../disk/observe.js';

export class PlaceWatch {
  #mounted: MountedParts;
  /** In the order of the roots. */
  #folders: readonly (string | undefined)[] = [];

  constructor(
    private readonly roots: readonly Uint8Array[],
    private readonly readParts: () => MountedParts,
  ) {
    this.#mounted = readParts();
  }

  /**
   * @param mounted  what is mounted now; empty: it cannot be read.
   * @param isInDoubt  the kernel says that something was mounted or unmounted, and files were looked at just then: when
   * nothing is to be seen of it, it has come and gone, nobody knows where, and all roots are returned.
   * @returns roots that are another folder than at the last call, or gone; mount points below roots and roots below
   * mount points where another volume is to be seen than before.
   */
  async changed(mounted: MountedParts = this.readParts(), isInDoubt = false): Promise<Uint8Array[]> {
    const changed = isInDoubt && mounted === this.#mounted ? [...this.roots] : this.#changedMounts(mounted);
    const before = this.#folders;
    const now = await Promise.all(this.roots.map(identifyFolder));
    // Of a volume that does not answer nothing is known.
    this.#folders = now.map((folder, at) => folder ?? before[at]);
    const replaced = this.roots.filter((_, at) => before[at] !== undefined && this.#folders[at] !== before[at]);
    return [...replaced, ...changed.filter((folder) => !replaced.includes(folder))];
  }

  #changedMounts(now: MountedParts): Uint8Array[] {
    const before = this.#mounted;
    if (now.size === 0 || now === before) return [];
    this.#mounted = now;
    const points = new Set([...before.keys(), ...now.keys()]);
    return [...points]
      .filter((point) => before.get(point) !== now.get(point))
      .flatMap((point) => this.roots.flatMap((root) => overlap(root, fromPathKey(point)) ?? []));
  }
}
