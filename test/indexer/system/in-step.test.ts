import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inStep } from '../../../indexer/system/in-step.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('inStep', () => {
  it('has all intervals come at the same moments, whenever they were begun', () => {
    const times: number[][] = [[], []];
    const note = (at: number) => () => times[at]?.push(performance.now());
    const ends = [inStep(1000, note(0))];
    vi.advanceTimersByTime(370);
    ends.push(inStep(500, note(1)));
    vi.advanceTimersByTime(3630);
    for (const end of ends) end();
    vi.advanceTimersByTime(5000);
    expect(times).toEqual([
      [1000, 2000, 3000, 4000],
      [1000, 1500, 2000, 2500, 3000, 3500, 4000],
    ]);
  });

  it('counts a timer that comes a moment early or late as one that is in time', () => {
    const now = vi.spyOn(performance, 'now');
    const times: number[] = [];
    now.mockReturnValue(0);
    const end = inStep(1000, () => times.push(performance.now()));
    now.mockReturnValue(999.4);
    vi.advanceTimersByTime(1000);
    now.mockReturnValue(2003);
    vi.advanceTimersByTime(1001);
    vi.advanceTimersByTime(996);
    now.mockReturnValue(3000);
    vi.advanceTimersByTime(1);
    expect(times).toEqual([999.4, 2003, 3000]);
    end();
  });

  it('goes on after one that failed', () => {
    let count = 0;
    const end = inStep(10, () => {
      count++;
      throw new Error('once');
    });
    expect(() => vi.advanceTimersByTime(10)).toThrow('once');
    expect(() => vi.advanceTimersByTime(10)).toThrow('once');
    expect(count).toBe(2);
    end();
  });

  it('may be ended by what it runs', () => {
    let count = 0;
    const end = inStep(10, () => {
      count++;
      end();
    });
    vi.advanceTimersByTime(100);
    expect(count).toBe(1);
  });
});
