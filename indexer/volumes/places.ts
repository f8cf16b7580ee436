/**
 * Looks after what the paths of the roots lead to, for one session: at once when something is mounted or unmounted, and every two
 * seconds, because no event tells that a folder above a root was renamed. What leads elsewhere than before is handed on.
 */
import { type MountedParts, readMountedParts } from '../../shared/mounts.js';
import { fromPathKey, isWithin } from '../../shared/paths.js';
import { observe } from '../disk/observe.js';
import { Chores } from '../system/chores.js';
import { coalesced } from '../system/coalesced.js';
import { onMountChange } from './mount-events.js';
import { MountMemory } from './mount-memory.js';
import { PlaceWatch } from './place-watch.js';

export interface PlacesDeps {
  readonly roots: readonly Uint8Array[];
  /** What was written last in the life before. */
  readonly remembered: unknown;
  /** Resolves when the mount points are in the index. */
  readonly remember: (mounts: readonly string[]) => Promise<void>;
  /** A file that is a mount point: its folder does not tell what becomes of it. */
  readonly watchFile: (path: Uint8Array) => void;
  readonly isBusy: () => boolean;
  /** Other folders, files or volumes are to be seen there from now on. */
  readonly onReplaced: (folders: readonly Uint8Array[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** So soon it is seen that another folder has taken the place of a root. */
export const PLACES_EVERY_MS = 2000;

export class Places {
  readonly #memory: MountMemory;
  readonly #watch: PlaceWatch;
  readonly #chores: Chores;
  readonly #lookUntilCalm = coalesced(() => this.#lookOnce());
  #mountEvents: { close(): void } | undefined;
  #isClosed = false;
  /** Something was mounted or unmounted while files were looked at. */
  #isInDoubt = false;

  constructor(
    private readonly deps: PlacesDeps,
    private readonly readParts: () => MountedParts = readMountedParts,
  ) {
    this.#memory = new MountMemory(deps.remembered, deps.roots, this.readParts);
    this.#watch = new PlaceWatch(deps.roots, this.readParts);
    this.#chores = new Chores([{ everyMs: PLACES_EVERY_MS, run: () => this.#lookUntilCalm() }], deps.onError);
  }

  /** A volume that was mounted there, or above it, when it was indexed is not mounted now. */
  isUnmounted(folder: Uint8Array): boolean {
    return this.#memory.isUnmounted(folder);
  }

  /** To be called before anything is compared: from here on changes are told. */
  async begin(): Promise<void> {
    this.#mountEvents = onMountChange(() => this.#lookAtMounts());
    if (this.#memory.note()) await this.deps.remember(this.#memory.encoded);
    await this.#watch.changed();
    await this.#watchFiles();
    this.#chores.start();
  }

  /** To be called when all is compared. @param missing  folders whose content is kept although it is not there. */
  async compared(missing: readonly Uint8Array[]): Promise<void> {
    const before = this.#memory.encoded.length;
    this.#memory.forget(missing);
    if (this.#memory.encoded.length !== before) await this.deps.remember(this.#memory.encoded);
  }

  close(): void {
    this.#isClosed = true;
    this.#chores.close();
    this.#mountEvents?.close();
    this.#mountEvents = undefined;
  }

  #lookAtMounts(): void {
    if (this.#isClosed) return;
    this.#isInDoubt ||= this.deps.isBusy();
    this.#lookUntilCalm().catch(this.deps.onError);
  }

  async #lookOnce(): Promise<void> {
    const isInDoubt = this.#isInDoubt;
    this.#isInDoubt = false;
    if (this.#memory.note()) await this.deps.remember(this.#memory.encoded);
    const folders = await this.#watch.changed(isInDoubt);
    if (folders.length === 0 || this.#isClosed) return;
    await this.#watchFiles();
    await this.deps.onReplaced(folders);
  }

  async #watchFiles(): Promise<void> {
    for (const point of [...this.readParts().keys()].map(fromPathKey)) {
      if (!this.deps.roots.some((root) => isWithin(point, root))) continue;
      if ((await observe(point)).kind === 'file') this.deps.watchFile(point);
    }
  }
}
