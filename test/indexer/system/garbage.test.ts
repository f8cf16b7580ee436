/** What a flood leaves in the heap of a thread. */
import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { Garbage } from '../../../indexer/system/garbage.js';

const MB = 1 << 20;

/** Survives what V8 collects at once: it is alive while more is made. */
function makeGarbage(): number {
  const made: object[] = [];
  for (let n = 0; n < 1_000_000; n++) made.push({ n });
  return getHeapStatistics().used_heap_size + made.length - made.length;
}

it('is collected once it is more than allowed', () => {
  const garbage = new Garbage(8 * MB);
  garbage.keepSmall();
  const before = getHeapStatistics().used_heap_size;
  const full = makeGarbage();
  expect(full - before).toBeGreaterThan(16 * MB);
  garbage.keepSmall();
  expect(getHeapStatistics().used_heap_size - before).toBeLessThan(8 * MB);
});
