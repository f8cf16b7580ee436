/** A mistyped name in the configuration → the known one that was meant. */
import { distance } from './distance.js';

/** What was probably meant. Pure. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const near = known.map((each) => ({ each, far: distance(lower, each.toLowerCase()) }));
  const best = near.reduce((a, b) => (b.far < a.far ? b : a), { each: '', far: Number.POSITIVE_INFINITY });
  if (best.far <= Math.max(1, Math.floor(name.length / 3))) return best.each;
  return known.find((each) => lower !== '' && each.toLowerCase().startsWith(lower));
}
