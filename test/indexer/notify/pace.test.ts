/** When what is only counted waits for the index, and for how long. */
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../indexer/notify/pace.js';

const MANY = 1_000;
const SECOND_MS = 1_000;

/** The index commits something in each second of a burst. */
function waitsIn(pace: Pace, seconds: number, fromMs = 0): boolean[] {
  return Array.from({ length: seconds }, (_, second) => {
    pace.news(fromMs + second * SECOND_MS);
    return pace.mustWait(MANY, fromMs + second * SECOND_MS);
  });
}

describe('what is only counted', () => {
  it('waits while the index is at work and there is much of it', () => {
    const pace = new Pace();
    expect(pace.mustWait(MANY, 0)).toBe(false);
    pace.news(0);
    expect([pace.mustWait(3, 0), pace.mustWait(MANY, 0)]).toEqual([false, true]);
    expect(pace.mustWait(MANY, 10 * SECOND_MS)).toBe(false);
  });

  it('waits no longer than a minute, until the next burst', () => {
    const pace = new Pace();
    const waits = waitsIn(pace, 300);
    expect(waits.lastIndexOf(true)).toBe(59);
    expect(waits.slice(0, 60)).not.toContain(false);
    expect(pace.mustWait(0, 400 * SECOND_MS)).toBe(false);
    expect(waitsIn(pace, 60, 500 * SECOND_MS)).not.toContain(false);
  });
});
