/**
 * Work → index. What was found is written in one transaction with what it means: a volume that is missing opens its
 * gap. Of what is being forgotten nothing is written that was read before.
 */
import type { Withheld } from '../forget/withheld.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { Outlet, Writer } from '../parts.js';
import type { WriteOp } from '../words.js';
import type { IsWatched } from './recorded.js';

export class IndexOutlet implements Outlet {
  constructor(
    private readonly writer: Pick<Writer, 'apply'>,
    private readonly freshness: Pick<FreshnessKeeper, 'opsWith'>,
    private readonly withheld: Pick<Withheld, 'sift'>,
    private readonly isWatched: IsWatched = () => false,
  ) {}

  async write(ops: readonly WriteOp[]): Promise<void> {
    const kept = this.withheld.sift(ops).map((op) => this.#withEvents(op));
    await this.writer.apply([...this.freshness.opsWith(ops), ...kept]);
  }

  /** What is left out of the index, and watched all the same, keeps its events. */
  #withEvents(op: WriteOp): WriteOp {
    return op.kind === 'remove' && !op.why && this.isWatched(op.path) ? { ...op, keepsEvents: true } : op;
  }
}
