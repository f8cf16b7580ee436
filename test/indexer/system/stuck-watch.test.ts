import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StuckWatch } from '../../../indexer/system/stuck-watch.js';
import { whileBusy } from '../../../shared/while-busy.js';

describe('StuckWatch', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('tells of a thread that is at one answer for too long, and of no other', () => {
    let told = 0;
    const watch = new StuckWatch(() => told++);
    vi.advanceTimersByTime(60_000);
    whileBusy(watch.busySince, () => vi.advanceTimersByTime(10_000));
    vi.advanceTimersByTime(60_000);
    expect(told).toBe(0);
    const now = Math.floor(Number(process.hrtime.bigint() / 1_000_000_000n));
    Atomics.store(watch.busySince, 0, Math.max(1, now - 60));
    vi.advanceTimersByTime(7_500);
    expect(told).toBe(1);
    watch.close();
    vi.advanceTimersByTime(60_000);
    expect(told).toBe(1);
  });

  it('is told when an answer fails', () => {
    const watch = new StuckWatch(() => {});
    const fail = () => {
      expect(Atomics.load(watch.busySince, 0)).toBeGreaterThan(0);
      throw new Error('x');
    };
    expect(() => whileBusy(watch.busySince, fail)).toThrow('x');
    expect(Atomics.load(watch.busySince, 0)).toBe(0);
    watch.close();
  });
});
