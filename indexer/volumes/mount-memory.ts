/**
 * Which mount points the roots had while they were indexed. An empty folder whose volume is gone keeps what was indexed
 * there, and nothing else tells it from a folder that was emptied. Device numbers change from mount to mount, on some
 * file systems also the inodes. Kept in the index (meta key `mounts`), from before a volume is compared for the first
 * time.
 */
import type { MountedParts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { isWithin, overlap } from '../../shared/path-within.js';

export const MOUNTS_KEY = 'mounts';

export class MountMemory {
  /** Path keys. */
  #points: Set<string>;
  #noted: MountedParts | undefined;

  /** @param remembered  what `encoded` was in the life before; anything else: nothing. */
  constructor(
    remembered: unknown,
    private readonly roots: readonly Uint8Array[],
    private readonly readParts: () => MountedParts,
  ) {
    this.#points = new Set(Array.isArray(remembered) ? remembered.map(String) : []);
  }

  /** As JSON. */
  get encoded(): readonly string[] {
    return [...this.#points];
  }

  /** A volume was mounted there, or above it, that is not mounted now. */
  isUnmounted(folder: Uint8Array): boolean {
    const now = this.readParts();
    return [...this.#points].some((point) => !now.has(point) && isWithin(folder, fromPathKey(point)));
  }

  /** Takes in what is mounted now. @returns true when that was not known. */
  note(): boolean {
    const parts = this.readParts();
    if (parts === this.#noted) return false;
    this.#noted = parts;
    const known = this.#points.size;
    for (const point of parts.keys()) if (this.#concerns(point)) this.#points.add(point);
    return this.#points.size > known;
  }

  /** To be called when all is compared. @param missing  folders whose content is kept although it is not there. */
  forget(missing: readonly Uint8Array[]): void {
    const now = this.readParts();
    const isNeeded = (point: string) => now.has(point) || missing.some((folder) => overlap(folder, fromPathKey(point)));
    this.#points = new Set([...this.#points].filter(isNeeded));
  }

  #concerns(point: string): boolean {
    return this.roots.some((root) => overlap(root, fromPathKey(point)));
  }
}
