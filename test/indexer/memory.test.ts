/** Memory is given back after work. What the whole daemon holds at rest is a figure of ARCHITECTURE, not a test. */
import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { collectGarbage, compactHeap } from '../../indexer/system/collect-garbage.js';
import { giveBackMemory } from '../../indexer/system/give-back-memory.js';

const MANY = 1_000_000;

it('what nobody refers to is collected when asked for, again and again', () => {
  for (let times = 0; times < 3; times++) {
    let kept: object[] | undefined = Array.from({ length: MANY }, (_, n) => ({ n }));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    expect(kept).toHaveLength(MANY);
    kept = undefined;
    collectGarbage();
    expect(process.memoryUsage().heapUsed).toBeLessThan(before - MANY * 8);
  }
});

it('freed memory outside of V8 goes back to the system', async () => {
  const blocks = Array.from({ length: 20_000 }, () => Buffer.alloc(4096, 1));
  expect(blocks).toHaveLength(20_000);
  const before = process.memoryUsage().rss;
  blocks.splice(0);
  await giveBackMemory();
  expect(process.memoryUsage().rss).toBeLessThan(before - 20_000_000);
});

it('what lives together with garbage moves together', () => {
  const blocks = Array.from({ length: 40_000 }, (_, n) => [n, n]);
  collectGarbage();
  const kept = blocks.filter((_, n) => n % 5 > 0);
  blocks.splice(0);
  const oldSpace = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.physical_space_size ?? 0;
  collectGarbage();
  const before = oldSpace();
  compactHeap();
  expect(kept).toHaveLength(32_000);
  expect(oldSpace()).toBeLessThan(before);
});
