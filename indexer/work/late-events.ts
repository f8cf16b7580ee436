/**
 * A comparison may find a change before its event has come: audit delivers it a little later. It is waited for, so that
 * the change is told once, with who did it. Used for what a comparison has found before it is written.
 */
import { isWithin } from '../../shared/path-within.js';
import { splitPath } from '../../shared/paths.js';
import { PRIORITY } from '../../shared/types.js';
import { observe } from '../disk/observe.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { IndexView } from '../parts.js';
import type { ChangeSource } from '../sources/change-source.js';
import type { Looked } from './look.js';

export interface LateEventsParts {
  readonly source: Pick<ChangeSource, 'kind' | 'caughtUp'>;
  readonly index: Pick<IndexView, 'isExplained'>;
  readonly freshness: Pick<FreshnessKeeper, 'ledger'>;
}

export class LateEvents {
  constructor(private readonly parts: LateEventsParts) {}

  /** Resolves when no event of these is on its way any more, or for too long. */
  async untilTold(looked: readonly Looked[]): Promise<void> {
    const found = looked.filter(({ entry }) => entry.priority !== PRIORITY.interactive && this.#mayCome(entry.path));
    const times = await Promise.all(found.map(changedMs));
    if (times.length > 0) await this.#wait(Math.max(...times));
  }

  /** The same of a folder that has come. */
  async untilFolderTold(folder: Uint8Array, atMs: number): Promise<void> {
    if (this.#mayCome(folder)) await this.#wait(atMs);
  }

  async #wait(atMs: number): Promise<void> {
    await this.parts.source.caughtUp?.(atMs);
  }

  /** What the first comparison of a root finds has not changed. */
  #mayCome(path: Uint8Array): boolean {
    const { source, index, freshness } = this.parts;
    if (source.kind !== 'audit' || index.isExplained(path)) return false;
    const root = freshness.ledger.find((each) => isWithin(path, each.root));
    return root?.gaps.every(({ reason }) => reason !== 'new') === true;
  }
}

/** Of what is gone: when the nearest folder that is there changed. */
async function changedMs({ entry: { path }, observed }: Looked): Promise<number> {
  if ('stat' in observed) return observed.stat.ctimeMs;
  for (let { directory } = splitPath(path); directory.length > 1; directory = splitPath(directory).directory) {
    const above = await observe(directory);
    if ('stat' in above) return above.stat.ctimeMs;
  }
  return Date.now();
}
