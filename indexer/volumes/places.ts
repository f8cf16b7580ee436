/**
 * Looks after what the paths of the roots lead to, for one session. It does so at once when something is mounted or
 * unmounted, and every two seconds, because no event tells that a folder above a root was renamed. What leads elsewhere
 * than before is handed on.
 */
import { type MountedParts, readMountedParts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { observe } from '../disk/observe.js';
import type { Writer } from '../parts.js';
import type { ChangeSource } from '../sources/change-source.js';
import { Chores } from '../system/chores.js';
import { coalesced } from '../system/coalesced.js';
import { type MountEvents, onMountChange } from './mount-events.js';
import { MOUNTS_KEY, type MountMemory } from './mount-memory.js';
import { PlaceWatch } from './place-watch.js';

export interface PlacesParts {
  readonly roots: readonly Uint8Array[];
  readonly memory: MountMemory;
  readonly writer: Pick<Writer, 'apply'>;
  readonly source: Pick<ChangeSource, 'watch'>;
}

export interface PlacesListener {
  /** Something is being worked on just now. */
  readonly isBusy: boolean;
  /** Other folders, files or volumes are to be seen there since then at the earliest. */
  replaced(folders: readonly Uint8Array[], sinceMs: number): Promise<void>;
  fail(error: unknown): void;
}

export interface MountTable {
  readonly readParts: () => MountedParts;
  readonly onChange: (callback: () => void) => MountEvents;
}

/** How soon another folder in the place of a root is seen. */
const PLACES_EVERY_MS = 2000;

export class Places {
  readonly #watch: PlaceWatch;
  readonly #chores: Chores;
  readonly #lookUntilCalm = coalesced(() => this.#lookOnce());
  #mountEvents: MountEvents | undefined;
  #isClosed = false;
  /** Files were looked at when something was mounted or unmounted. */
  #wasBusy = false;

  constructor(
    private readonly parts: PlacesParts,
    private readonly listener: PlacesListener,
    private readonly mounts: MountTable = { readParts: readMountedParts, onChange: onMountChange },
  ) {
    this.#watch = new PlaceWatch(parts.roots, mounts.readParts);
    const look = { everyMs: PLACES_EVERY_MS, run: () => this.#lookUntilCalm() };
    this.#chores = new Chores([look], (error) => listener.fail(error));
  }

  /** Called before anything is compared: from here on changes are reported. */
  async begin(): Promise<void> {
    // A turn later: the same event tells hanging-volumes.ts of a volume that must not be waited for.
    this.#mountEvents = this.mounts.onChange(() => setImmediate(() => this.#lookAtMounts()));
    await this.#noteMounts();
    await this.#watch.changed();
    await this.#watchFiles();
    this.#chores.start();
  }

  /** To be called when all is compared. @param missing  folders whose content is kept although it is not there. */
  async compared(missing: readonly Uint8Array[]): Promise<void> {
    const { memory } = this.parts;
    const before = memory.encoded.length;
    memory.forget(missing);
    if (memory.encoded.length !== before) await this.#remember();
  }

  close(): void {
    this.#isClosed = true;
    this.#chores.close();
    this.#mountEvents?.close();
    this.#mountEvents = undefined;
  }

  #lookAtMounts(): void {
    if (this.#isClosed) return;
    this.#wasBusy ||= this.listener.isBusy;
    this.#lookUntilCalm().catch((error: unknown) => this.listener.fail(error));
  }

  async #lookOnce(): Promise<void> {
    // In this order, and at once: what is told until now is in the table that is read.
    const isTold = this.#mountEvents?.take() ?? false;
    const mounted = this.mounts.readParts();
    const isInDoubt = isTold && (this.#wasBusy || this.listener.isBusy);
    this.#wasBusy = false;
    await this.#noteMounts();
    const folders = await this.#watch.changed(mounted, isInDoubt);
    if (folders.length === 0 || this.#isClosed) return;
    await this.#watchFiles();
    await this.listener.replaced(folders, Date.now() - PLACES_EVERY_MS);
  }

  async #noteMounts(): Promise<void> {
    if (this.parts.memory.note()) await this.#remember();
  }

  async #remember(): Promise<void> {
    await this.parts.writer.apply([{ kind: 'meta', key: MOUNTS_KEY, value: this.parts.memory.encoded }]);
  }

  /** A file that is a mount point: its folder does not tell what becomes of it. */
  async #watchFiles(): Promise<void> {
    for (const point of [...this.mounts.readParts().keys()].map(fromPathKey)) {
      if (!this.parts.roots.some((root) => isWithin(point, root))) continue;
      if ((await observe(point)).kind === 'file') await this.parts.source.watch(point);
    }
  }
}
