/** Sorting that may take seconds, with room for others in between. Used for the names in very large folders. */
import { setImmediate as others } from 'node:timers/promises';

type Compare = (a: number, b: number) => number;

/** How many comparisons take about 2 ms. */
const PIECE = 4096;

/** Merge sort. @returns the items in order; may be the array that was given. */
export async function sortInPieces(items: Uint32Array, compare: Compare): Promise<Uint32Array> {
  for (let start = 0; start < items.length; start += PIECE) {
    items.subarray(start, start + PIECE).sort(compare);
    await others();
  }
  let [from, to]: [Uint32Array, Uint32Array] = [items, new Uint32Array(items.length)];
  for (let width = PIECE; width < items.length; width *= 2) {
    await mergeRuns(from, to, width, compare);
    [from, to] = [to, from];
  }
  return from;
}

/** Merges each two neighbouring runs of `width` items. */
async function mergeRuns(from: Uint32Array, to: Uint32Array, width: number, compare: Compare): Promise<void> {
  for (let start = 0; start < from.length; start += 2 * width) {
    const middle = Math.min(start + width, from.length);
    const end = Math.min(start + 2 * width, from.length);
    let [left, right] = [start, middle];
    for (let at = start; at < end; at++) {
      const isLeft = right >= end || (left < middle && compare(from[left] as number, from[right] as number) <= 0);
      to[at] = from[isLeft ? left++ : right++] as number;
      if (at % PIECE === 0) await others();
    }
  }
}
