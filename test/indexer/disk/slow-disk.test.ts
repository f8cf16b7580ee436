import { expect, it } from 'vitest';
import { SlowDisk } from '../../../indexer/disk/slow-disk.js';

it('takes a look that took long for a slow disk, for a quarter of a second', () => {
  const disk = new SlowDisk(() => 0);
  disk.note(1_000, 1_001);
  expect(disk.isSlow(1_001)).toBe(false);
  disk.note(1_001, 1_010);
  expect([1_010, 1_259, 1_261].map((ms) => disk.isSlow(ms))).toEqual([true, true, false]);
});

it('takes no look for slow that waited for the processor', () => {
  let waitedMs = 100;
  const disk = new SlowDisk(() => waitedMs);
  disk.note(0, 30);
  for (let ms = 100; ms < 2_000; ms += 20) {
    waitedMs += 5;
    disk.note(ms, ms + 6);
    expect(disk.isSlow(ms + 6)).toBe(false);
  }
});

it('sees a slow disk while others have the processor, too', () => {
  let waitedMs = 100;
  const disk = new SlowDisk(() => waitedMs);
  disk.note(0, 30);
  waitedMs += 5;
  disk.note(40, 60);
  expect(disk.isSlow(60)).toBe(true);
});

it('knows no better than the clock where the kernel does not tell', () => {
  const disk = new SlowDisk(() => undefined);
  disk.note(0, 3);
  expect(disk.isSlow(3)).toBe(true);
});
