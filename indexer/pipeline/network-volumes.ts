/**
 * Network and FUSE volumes: what other machines change there raises no event here, whatever the source, so the folders on them are
 * compared with the disk once in a while. Asked by the session once a second; `status` names the folders.
 */
import { hangingPoints, type Mounts } from '../../shared/mounts.js';
import { overlap, toBytes } from '../../shared/paths.js';

/** Measured on a local disk: 2,600 folders with 20,000 files take 1.1 s of CPU. */
const COST_MS_PER_FOLDER = 0.42;
const MAX_SHARE = 0.01;

export interface NetworkVolumesDeps {
  readonly roots: readonly Uint8Array[];
  readonly everyMs: number;
  readonly readMounts: () => Mounts;
  /** At the path and below it, in the index. */
  readonly countFolders: (folder: Uint8Array) => number;
}

export class NetworkVolumes {
  /** Longer than what was asked for, since the last count: counting takes time, too. */
  #costlyPauseMs: number | undefined;

  /** @param comparedMs  when everything was compared, of a clock that never goes back. */
  constructor(
    private readonly deps: NetworkVolumesDeps,
    private comparedMs: number,
  ) {}

  /** @returns the folders to be compared now: no more often than a hundredth of a processor is enough for. */
  due(nowMs: number): Buffer[] {
    const { roots, everyMs, readMounts, countFolders } = this.deps;
    const passedMs = nowMs - this.comparedMs;
    if (passedMs < (this.#costlyPauseMs ?? everyMs)) return [];
    const folders = networkFolders(roots, readMounts());
    const count = folders.reduce((sum, folder) => sum + countFolders(folder), 0);
    this.#costlyPauseMs = (count * COST_MS_PER_FOLDER) / MAX_SHARE;
    if (passedMs < this.#costlyPauseMs) return [];
    this.#costlyPauseMs = undefined;
    this.comparedMs = nowMs;
    return folders;
  }
}

/** Of the roots. */
export function networkFolders(roots: readonly Uint8Array[], mounts: Mounts): Buffer[] {
  return hangingPoints(mounts).flatMap((point) => roots.flatMap((root) => overlap(toBytes(root), point) ?? []));
}
