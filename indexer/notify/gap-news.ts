/**
 * Gaps that are open now, and those that were closed since the last look → what there is to tell. Pure. A gap that was
 * opened and closed between two looks is told with its beginning and its end.
 */
import type { Gap } from '../../shared/freshness.js';

export interface GapNews {
  readonly kind: 'gap_opened' | 'gap_closed';
  readonly gap: Gap;
}

export class ToldGaps {
  /** As they were told. */
  #open: readonly Gap[] = [];

  get count(): number {
    return this.#open.length;
  }

  /** @param closed  the oldest first */
  look(now: readonly Gap[], closed: readonly Gap[]): readonly GapNews[] {
    return [
      ...closed.flatMap((gap) => this.#closeOne(gap)),
      // Another one has taken it in, or its folder is not indexed any more.
      ...this.#open.filter((gap) => !now.some((each) => isSame(each, gap))).flatMap((gap) => this.#closeOne(gap)),
      ...now.filter((gap) => !this.#find(gap)).map((gap) => this.#openOne(gap)),
    ];
  }

  #openOne(gap: Gap): GapNews {
    this.#open = [...this.#open, gap];
    return { kind: 'gap_opened', gap };
  }

  #closeOne(gap: Gap): readonly GapNews[] {
    const known = this.#find(gap);
    this.#open = this.#open.filter((each) => each !== known);
    if (known) return [{ kind: 'gap_closed', gap: known }];
    return [
      { kind: 'gap_opened', gap },
      { kind: 'gap_closed', gap },
    ];
  }

  #find(gap: Gap): Gap | undefined {
    return this.#open.find((each) => isSame(each, gap));
  }
}

/** Only one of a reason is open in a place; since when may become known later. */
function isSame(one: Gap, other: Gap): boolean {
  return one.reason === other.reason && one.scope.equals(other.scope);
}
