import { describe, expect, it } from 'vitest';
import { COST_MS, ComparisonPlan } from '../../../indexer/volumes/comparison-plan.js';

const MINUTE = 60_000;

const files = (count: number) => () => count * COST_MS.perDocument;

/** @returns the minutes in which it was time, asked once a second for as many hours. */
function dueMinutes(plan: ComparisonPlan, hours: number, isBlind = false): number[] {
  const minutes: number[] = [];
  for (let ms = 0; ms <= hours * 60 * MINUTE; ms += 1_000) if (plan.isDue(ms, isBlind)) minutes.push(ms / MINUTE);
  return minutes;
}

describe('ComparisonPlan', () => {
  it('compares every half hour when that is what was asked for', () => {
    expect(dueMinutes(new ComparisonPlan(0, 30 * MINUTE, files(20_000)), 2)).toEqual([30, 60, 90, 120]);
  });

  it('compares a few seconds after something unknown has changed, once', () => {
    const plan = new ComparisonPlan(0, 30 * MINUTE, files(20));
    plan.suspect();
    plan.suspect();
    expect(dueMinutes(plan, 1).map((minutes) => Math.round(minutes * 60))).toEqual([2, 1802]);
  });

  it('takes no more than a hundredth of a processor, also where something unknown changes all the time', () => {
    const plan = new ComparisonPlan(0, 30 * MINUTE, files(1_000_000));
    let comparisons = 0;
    for (let ms = 0; ms < 24 * 60 * MINUTE; ms += 1_000) {
      plan.suspect();
      if (plan.isDue(ms, false)) comparisons++;
    }
    const shareOfDay = (comparisons * 60_000) / (24 * 60 * MINUTE);
    expect(shareOfDay).toBeGreaterThan(0.009);
    expect(shareOfDay).toBeLessThanOrEqual(0.01);
  });

  it('counts the documents once for each comparison', () => {
    let counts = 0;
    const count = () => {
      counts++;
      return files(1_000_000)();
    };
    expect(dueMinutes(new ComparisonPlan(0, 30 * MINUTE, count), 4)).toEqual([100, 200]);
    expect(counts).toBe(3);
  });

  it('compares at once while nothing is seen, then ever more seldom, down to once a minute', () => {
    const plan = new ComparisonPlan(0, 30 * MINUTE, files(1_000_000));
    const seconds = dueMinutes(plan, 0.1, true).map((minutes) => Math.round(minutes * 60));
    expect(seconds).toEqual([0, 2, 6, 14, 29, 59, 119, 179, 239, 299, 359]);
    expect(plan.isDue(7 * MINUTE, false)).toBe(false);
    expect(plan.isDue(7 * MINUTE, true)).toBe(true);
  });
});
