import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EVERYTHING, INTERACTIVE, LITTLE, NOTHING } from '../../../indexer/budget/allowance.js';
import { Budget } from '../../../indexer/budget/budget.js';
import { CpuBucket } from '../../../indexer/budget/cpu-bucket.js';
import { MemoryCeiling } from '../../../indexer/budget/memory-ceiling.js';
import { SpentHour } from '../../../indexer/budget/spent-hour.js';
import type { Usage } from '../../../indexer/budget/usage.js';
import type { Activity, Rest } from '../../../shared/activity.js';

const NONE: Usage = {
  mainCpuMs: 0,
  writerCpuMs: 0,
  childrenCpuMs: 0,
  readBytes: 0,
  writtenBytes: 0,
  memoryBytes: 0,
};

describe('the share of the processor', () => {
  it('lets short work run freely, and long work in proportion', () => {
    const bucket = new CpuBucket(0.5, 0);
    bucket.spend(900, 500);
    expect(bucket.isEmpty).toBe(false);
    let [worked, nowMs] = [0, 500];
    for (; nowMs < 60_500; nowMs += 10) {
      if (!bucket.isEmpty) worked += 20;
      bucket.spend(bucket.isEmpty ? 0 : 20, nowMs + 10);
    }
    expect(worked).toBeGreaterThan(29_000);
    expect(worked).toBeLessThan(32_000);
  });

  it('says how long to wait, and is not empty then', () => {
    const bucket = new CpuBucket(2, 0);
    bucket.spend(5000, 10);
    expect(bucket.isEmpty).toBe(true);
    const { waitMs } = bucket;
    bucket.spend(0, 10 + waitMs - 2);
    expect(bucket.isEmpty).toBe(true);
    bucket.spend(0, 10 + waitMs);
    expect(bucket).toMatchObject({ isEmpty: false, waitMs: 0 });
  });

  it('forgives a debt that is too big', () => {
    const bucket = new CpuBucket(1, 0);
    bucket.spend(1e9, 1);
    expect(bucket.waitMs).toBeLessThan(2200);
  });
});

describe('the memory ceiling', () => {
  it('is left when memory has been well below for a while', () => {
    const ceiling = new MemoryCeiling(100);
    const seen: boolean[] = [];
    for (const [ms, bytes] of [
      [0, 100],
      [1, 101],
      [2, 80],
      [10_000, 86],
      [12_000, 84],
      [19_999, 84],
    ] as const) {
      ceiling.see(bytes, ms);
      seen.push(ceiling.isTight);
    }
    expect(seen).toEqual([false, true, true, true, true, true]);
    ceiling.see(84, 20_001);
    expect(ceiling.isTight).toBe(false);
  });
});

describe('what was spent in the last hour', () => {
  const minute = 60_000;

  it('counts what lies between two readings, and forgets what is older', () => {
    const hour = new SpentHour(0);
    const later: Usage = { ...NONE, mainCpuMs: 10, writerCpuMs: 20, childrenCpuMs: 30, readBytes: 40, memoryBytes: 50 };
    hour.add(NONE, later, minute);
    hour.add(later, { ...later, childrenCpuMs: 31, memoryBytes: 7 }, 30 * minute);
    expect(hour.total(30 * minute)).toEqual({
      seconds: 1800,
      ...{ mainCpuMs: 10, writerCpuMs: 20, extractorCpuMs: 31, readBytes: 40, writtenBytes: 0, peakBytes: 50 },
    });
    expect(hour.total(61 * minute)).toMatchObject({ seconds: 3600, mainCpuMs: 0, extractorCpuMs: 1, peakBytes: 7 });
    expect(hour.total(90 * minute)).toMatchObject({ extractorCpuMs: 0, peakBytes: 0 });
  });
});

describe('the budget', () => {
  let now: number;
  let rest: Rest | undefined;
  let usage: Usage;
  let isUrgent: boolean;
  let published: Omit<Activity, 'daemon' | 'atMs'>[];
  let said: (Rest | undefined)[];
  let allowed: unknown[];
  let budget: Budget;

  beforeEach(() => {
    [now, rest, usage, isUrgent, published, said, allowed] = [0, undefined, NONE, false, [], [], []];
    budget = new Budget({
      cpuShare: 1,
      memoryBytes: 100,
      wishes: { current: () => rest, used: () => {} },
      listener: { reported: (activity) => published.push(activity), rested: (what) => said.push(what) },
      clock: { monotonicMs: () => now },
    });
    onTestFinished(() => budget.close());
    budget.employ({
      follow: (one) => allowed.push(one),
      get isUrgent() {
        return isUrgent;
      },
      usage: () => usage,
    });
  });

  function work(cpuMs: number, memoryBytes = 0, passedMs = 1000): void {
    void budget.allowance;
    now += passedMs;
    usage = { ...usage, mainCpuMs: usage.mainCpuMs + cpuMs, memoryBytes };
    budget.look();
  }

  it('lets work go on when the share has filled again, though nobody asks and nothing is spent meanwhile', () => {
    work(10_000);
    expect(allowed).toEqual([INTERACTIVE]);
    for (let second = 0; second < 3; second++) {
      now += 1000;
      budget.look();
    }
    expect(allowed).toEqual([INTERACTIVE, EVERYTHING]);
  });

  it('rests while it is wished, says so once, and goes on', () => {
    rest = { kind: 'user', untilMs: 1e12 };
    budget.look();
    expect(budget.allowance).toBe(NOTHING);
    rest = { kind: 'user', untilMs: 1e12 + 1 };
    budget.look();
    expect(said).toHaveLength(1);
    expect(published.at(-1)).toMatchObject({ rest: { kind: 'user' } });
    rest = { kind: 'battery' };
    budget.look();
    rest = undefined;
    budget.look();
    expect(allowed).toEqual([NOTHING, EVERYTHING]);
    expect(said).toEqual([{ kind: 'user', untilMs: 1e12 }, { kind: 'battery' }, undefined]);
    expect(published.at(-1)).toMatchObject({ rest: null });
  });

  it('holds back what nobody waits for when its share is used up', () => {
    work(900);
    expect(budget.allowance).toBe(EVERYTHING);
    work(2500);
    expect(budget.allowance).toBe(INTERACTIVE);
    work(0);
    expect(budget.allowance).toBe(EVERYTHING);
    expect(allowed).toEqual([INTERACTIVE, EVERYTHING]);
  });

  it('holds nothing back while nothing can be found yet', () => {
    isUrgent = true;
    work(1e6);
    expect(budget.allowance).toBe(EVERYTHING);
  });

  it('goes on in small pieces at its memory ceiling, and says so', () => {
    work(10, 101);
    expect(budget.allowance).toBe(LITTLE);
    expect(published.at(-1)).toMatchObject({ isMemoryTight: true, spent: { peakBytes: 101 } });
    work(10, 10);
    work(10, 10, 10_000);
    expect(budget.allowance).toBe(EVERYTHING);
    expect(published.at(-1)).toMatchObject({ isMemoryTight: false });
  });
});
