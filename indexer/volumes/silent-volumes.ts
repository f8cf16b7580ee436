/**
 * What volumes that do not answer mean to one session: each is a gap of the roots on it, and is compared when it answers again.
 * Called by the session; who probes the volumes is hanging-volumes.ts.
 */
import { overlap, toBytes } from '../../shared/paths.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';

export interface SilentVolumesDeps {
  readonly roots: readonly Uint8Array[];
  /** Called with all folders that changes may be missing of, whenever they change. */
  readonly tell: (folders: readonly Buffer[]) => Promise<void>;
  /** Resolves when the comparison of the folders is queued. */
  readonly compare: (folders: readonly Buffer[]) => Promise<void>;
  /** What waits for a volume that does not answer is not waited for. */
  readonly giveUpWork: () => void;
  readonly onError: (error: unknown) => void;
}

export class SilentVolumes {
  /** Mount points, until what may be missing there is queued. */
  readonly #silent = new Set<Buffer>();

  constructor(
    private readonly volumes: HangingVolumes,
    private readonly deps: SilentVolumesDeps,
  ) {}

  /** Resolves when what is silent from the beginning is told. */
  async attend(): Promise<void> {
    for (const point of this.volumes.silent) this.#silent.add(point);
    this.volumes.attend({
      onSilent: (point) => {
        this.#silent.add(point);
        this.#tell().catch(this.deps.onError);
        this.deps.giveUpWork();
      },
      onBack: (point) => void this.#compare(point).catch(this.deps.onError),
    });
    await this.#tell();
  }

  /** Nothing waits for any of them from now on. */
  giveUp(): void {
    this.volumes.giveUp();
    this.deps.giveUpWork();
  }

  async #compare(point: Buffer): Promise<void> {
    await this.deps.compare(this.#inRoots(point));
    if (!this.volumes.silent.includes(point)) this.#silent.delete(point);
    await this.#tell();
  }

  #tell(): Promise<void> {
    return this.deps.tell([...this.#silent].flatMap((point) => this.#inRoots(point)));
  }

  #inRoots(point: Buffer): Buffer[] {
    return this.deps.roots.flatMap((root) => overlap(toBytes(root), point) ?? []);
  }
}
