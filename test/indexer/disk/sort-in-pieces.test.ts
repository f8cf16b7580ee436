import { expect, it } from 'vitest';
import { sortInPieces } from '../../../indexer/disk/sort-in-pieces.js';

it.each([0, 1, 4096, 4097, 12_288, 30_001])('sorts %i items as the array itself would', async (length) => {
  const items = Uint32Array.from({ length }, (_, at) => (at * 2_654_435_761) % 1009);
  const expected = [...items].sort((a, b) => b - a);
  expect([...(await sortInPieces(items.slice(), (a, b) => b - a))]).toEqual(expected);
});

it('lets others run in between', async () => {
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  await sortInPieces(
    new Uint32Array(100_000).map((_, at) => -at),
    (a, b) => a - b,
  );
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(1);
});
