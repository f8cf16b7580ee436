/** How fast an endpoint is sent to. */
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../../indexer/notify/deliver/token-bucket.js';

/** @returns how many were taken until then, as fast as it lets. */
function takenUntil(bucket: TokenBucket, endMs: number, startMs = 0): number {
  let taken = 0;
  for (let nowMs = startMs; nowMs <= endMs; ) {
    const waitMs = bucket.take(nowMs);
    if (waitMs === 0) taken += 1;
    nowMs += waitMs;
  }
  return taken;
}

describe('TokenBucket', () => {
  it('takes its burst at once, then its rate', () => {
    expect(takenUntil(new TokenBucket({ perSecond: 1, burst: 3 }, 0), 10_000)).toBe(13);
    expect(takenUntil(new TokenBucket({ perSecond: 0.2, burst: 1 }, 0), 60_000)).toBe(13);
  });

  it('takes less for a while when the receiver complains, and all of it again later', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, 0);
    bucket.slowDown(0);
    expect(takenUntil(bucket, 1_000)).toBeLessThan(8);
    takenUntil(bucket, 60_000, 1_000);
    expect(takenUntil(bucket, 70_000, 60_001)).toBeGreaterThanOrEqual(99);
  });

  it('never stops, however often the receiver complains', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 0);
    for (let count = 0; count < 100; count += 1) bucket.slowDown(0);
    expect(takenUntil(bucket, 160_000)).toBeGreaterThanOrEqual(10);
  });

  it('is not stopped by a clock that goes back', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 1_000_000);
    expect(bucket.take(1_000_000)).toBe(0);
    expect(bucket.take(0)).toBeLessThanOrEqual(1_000);
  });
});
