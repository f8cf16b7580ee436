/**
 * What volumes that do not answer mean to one session: each is a gap of the roots on it, and is compared when it
 * answers again. Called by the session; who probes the volumes is hanging-volumes.ts.
 */
import { overlap } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import { PRIORITY } from '../../shared/types.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import type { ExtractorPool } from '../extract/pool.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { ChangeInbox } from '../sources/change-source.js';

export interface SilentVolumesParts {
  readonly roots: readonly Uint8Array[];
  readonly volumes: HangingVolumes;
  readonly freshness: Pick<FreshnessKeeper, 'blind'>;
  readonly extractors: Pick<ExtractorPool, 'giveUpSilent'>;
  readonly inbox: Pick<ChangeInbox, 'commit' | 'fail'>;
}

export class SilentVolumes {
  /** Mount points, until what may be missing there is queued. */
  readonly #silent = new Set<Buffer>();

  constructor(private readonly parts: SilentVolumesParts) {}

  /** Resolves when the volumes that are silent from the beginning are reported. */
  async attend(): Promise<void> {
    const { volumes, extractors, inbox } = this.parts;
    const fail = (error: unknown) => inbox.fail(error);
    for (const point of volumes.silent) this.#silent.add(point);
    volumes.attend({
      onSilent: (point) => {
        this.#silent.add(point);
        this.#tell().catch(fail);
        extractors.giveUpSilent();
      },
      onBack: (point) => void this.#compare(point).catch(fail),
    });
    await this.#tell();
  }

  /** Nothing waits for any of them from now on. */
  giveUp(): void {
    this.parts.volumes.giveUp();
    this.parts.extractors.giveUpSilent();
  }

  async #compare(point: Buffer): Promise<void> {
    const hints = this.#inRoots(point).map((path) => ({ path, scope: 'tree', priority: PRIORITY.reconcile }) as const);
    await this.parts.inbox.commit({ hints });
    if (!this.parts.volumes.silent.includes(point)) this.#silent.delete(point);
    await this.#tell();
  }

  /** All folders that changes may be missing of. */
  #tell(): Promise<void> {
    return this.parts.freshness.blind(
      'not answering',
      [...this.#silent].flatMap((point) => this.#inRoots(point)),
    );
  }

  #inRoots(point: Buffer): Buffer[] {
    return this.parts.roots.flatMap((root) => overlap(toBytes(root), point) ?? []);
  }
}
