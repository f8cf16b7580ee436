/**
 * The ledger of gaps: how one state becomes the next. Pure; keeper.ts persists it.
 *
 * Invariants:
 * - Until it is closed, every opened gap lies in a gap of its reason that is not younger.
 * - A root is complete exactly while it has no gap.
 * - A scope is within its root. A root has at most MAX_GAPS gaps.
 * - A gap that is opened anew is a new object. So an answer about the old gap does not close the new one.
 */
import type { Gap, RootFreshness } from '../../shared/freshness.js';
import { isWithin, overlap } from '../../shared/path-within.js';

export type Ledger = readonly RootFreshness[];

export const MAX_GAPS = 32;

/** What was known of roots that are still there is kept; nothing is known of new ones. */
export function withRoots(ledger: Ledger, roots: readonly Buffer[]): Ledger {
  return roots.map(
    (root) => ledger.find((known) => known.root.equals(root)) ?? { root, completeSinceMs: undefined, gaps: [] },
  );
}

/** Of every root the gap takes what is in it. */
export function openGap(ledger: Ledger, gap: Gap): Ledger {
  return ledger.map((known) => {
    const scope = overlap(known.root, gap.scope);
    return scope
      ? { ...known, completeSinceMs: undefined, gaps: bounded(known, add(known.gaps, { ...gap, scope })) }
      : known;
  });
}

/** A root that has no gap left is complete from now on. */
export function closeGaps(ledger: Ledger, isClosed: (gap: Gap) => boolean, nowMs: number): Ledger {
  return ledger.map((known) => {
    const gaps = known.gaps.filter((gap) => !isClosed(gap));
    if (gaps.length === known.gaps.length) return known;
    return { ...known, gaps, completeSinceMs: gaps.length === 0 ? nowMs : undefined };
  });
}

/** What the one has open and the other has not. */
export function closedBetween(before: Ledger, after: Ledger): readonly Gap[] {
  const open = new Set(after.flatMap(({ gaps }) => gaps));
  return before.flatMap(({ gaps }) => gaps).filter((gap) => !open.has(gap));
}

/**
 * After the clock was set back: the beginning of a gap in the future is not known, and a root is complete since now at
 * the latest.
 */
export function notAfter(ledger: Ledger, nowMs: number): Ledger {
  return ledger.map((known) => ({
    ...known,
    completeSinceMs: known.completeSinceMs === undefined ? undefined : Math.min(known.completeSinceMs, nowMs),
    gaps: known.gaps.map((gap) => (gap.sinceMs > nowMs ? { ...gap, sinceMs: 0 } : gap)),
  }));
}

/** One gap of a reason swallows those of the same reason below it, and is swallowed by one above it. */
function add(gaps: readonly Gap[], gap: Gap): readonly Gap[] {
  const alike = gaps.filter(({ reason, scope }) => reason === gap.reason && overlap(scope, gap.scope));
  const above = alike.find(({ scope }) => isWithin(gap.scope, scope));
  const sinceMs = Math.min(gap.sinceMs, ...alike.map((each) => each.sinceMs));
  return [...gaps.filter((each) => !alike.includes(each)), { ...gap, sinceMs, scope: above?.scope ?? gap.scope }];
}

/** Too many parts of a root are the whole root. */
function bounded({ root }: RootFreshness, gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length <= MAX_GAPS) return gaps;
  return gaps.reduce<readonly Gap[]>((all, gap) => add(all, { ...gap, scope: root }), []);
}
