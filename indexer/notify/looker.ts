/**
 * The notifier's looks at the disk. It works in a thread of its own. What is local is looked at here; where a volume
 * may hang another thread waits, one for each volume. Long work takes rests.
 */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { hangingPoints, type Mounts } from '../../shared/mounts.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { joinPath } from '../../shared/paths.js';
import { listFolder } from '../disk/folder-listing.js';
import { isPseudo } from '../disk/pseudo-file-systems.js';
import { type Looked, type LookLimits, lookAside, lookNow } from '../witness/look.js';
import type { Witness } from '../witness/witness.js';

const MOUNTS_EVERY_MS = 5_000;
/** A volume that gave no answer is left alone for so long. */
const SILENT_MS = 60_000;
const WORK_MS = 20;
const NO_ANSWER: Looked = { kind: 'unknown', why: 'its volume does not answer' };

export class Looker {
  #points: readonly Buffer[] = [];
  #readMs = Number.NEGATIVE_INFINITY;
  readonly #silentUntil = new Map<string, number>();
  #workedSince = performance.now();

  constructor(
    private readonly limits: LookLimits,
    private readonly readMounts: () => Mounts,
  ) {}

  async look(path: Uint8Array, known: Witness | null): Promise<Looked> {
    const point = this.#pointOf(path);
    if (!point) return lookNow(path, this.limits, known);
    if ((this.#silentUntil.get(pathKey(point)) ?? 0) > performance.now()) return NO_ANSWER;
    const looked = await lookAside(path, this.limits, known);
    if (looked.kind === 'unknown') this.#silentUntil.set(pathKey(point), performance.now() + SILENT_MS);
    return looked;
  }

  /** Full paths of what is in a folder; empty when it cannot be listed. */
  async list(folder: Buffer): Promise<readonly Buffer[]> {
    if ((await this.look(folder, null)).kind !== 'there') return [];
    try {
      return [...(await listFolder(folder, 0))].map(({ name }) => joinPath(folder, name));
    } catch {
      return [];
    }
  }

  /** To be awaited between steps of long work: others get their turn, and the processor its rest. */
  async breathe(restMs = 0): Promise<void> {
    if (performance.now() - this.#workedSince < WORK_MS) return;
    await (restMs > 0 ? pause(restMs) : turn());
    this.#workedSince = performance.now();
  }

  #pointOf(path: Uint8Array): Buffer | undefined {
    if (performance.now() - this.#readMs > MOUNTS_EVERY_MS) {
      this.#readMs = performance.now();
      const mounts = this.readMounts();
      this.#points = hangingPoints(mounts).filter((point) => !isPseudo(mounts.get(pathKey(point)) as string));
    }
    return this.#points.find((point) => isWithin(path, point));
  }
}
