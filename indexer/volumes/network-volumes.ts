/**
 * Network and FUSE volumes: what other machines change there raises no event here, whatever the source. So the folders
 * on them are compared with the disk at intervals. Used by the session once a second; `status` names the folders.
 */
import { hangingPoints, type Mounts } from '../../shared/mounts.js';
import { overlap } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import type { IndexView } from '../parts.js';
import { COST_MS, ComparisonPlan } from './comparison-plan.js';

export interface NetworkVolumesParts {
  readonly roots: readonly Uint8Array[];
  readonly everyMs: number;
  readonly readMounts: () => Mounts;
  readonly index: Pick<IndexView, 'countFolders'>;
}

export class NetworkVolumes {
  readonly #plan: ComparisonPlan;

  /** @param nowMs  everything has just been compared; of a clock that never goes back. */
  constructor(
    private readonly parts: NetworkVolumesParts,
    nowMs: number,
  ) {
    this.#plan = new ComparisonPlan(nowMs, parts.everyMs, () => this.#costMs());
  }

  /** @returns the folders to be compared now. */
  due(nowMs: number): Buffer[] {
    return this.#plan.isDue(nowMs, false) ? this.#folders() : [];
  }

  #folders(): Buffer[] {
    return networkFolders(this.parts.roots, this.parts.readMounts());
  }

  #costMs(): number {
    const folders = this.#folders().reduce((sum, folder) => sum + this.parts.index.countFolders(folder), 0);
    return folders * COST_MS.perFolder;
  }
}

/** Of the roots. */
export function networkFolders(roots: readonly Uint8Array[], mounts: Mounts): Buffer[] {
  return hangingPoints(mounts).flatMap((point) => roots.flatMap((root) => overlap(toBytes(root), point) ?? []));
}
