/** When what is only counted waits for the index, and for how long. */
import { describe, expect, it } from 'vitest';
import { BurstWait } from '../../../../indexer/notify/turn/burst-wait.js';

const MANY = 1_000;
const SECOND_MS = 1_000;

/** The index commits something in each second of a burst. */
function waitsIn(wait: BurstWait, seconds: number, fromMs = 0): boolean[] {
  return Array.from({ length: seconds }, (_, second) => {
    wait.news(fromMs + second * SECOND_MS);
    return wait.mustWait(MANY, fromMs + second * SECOND_MS);
  });
}

describe('what is only counted', () => {
  it('waits while the index is at work and there is much of it', () => {
    const wait = new BurstWait();
    expect(wait.mustWait(MANY, 0)).toBe(false);
    wait.news(0);
    expect([wait.mustWait(3, 0), wait.mustWait(MANY, 0)]).toEqual([false, true]);
    expect(wait.mustWait(MANY, 10 * SECOND_MS)).toBe(false);
  });

  it('waits no longer than a minute, until the next burst', () => {
    const wait = new BurstWait();
    const waits = waitsIn(wait, 300);
    expect(waits.lastIndexOf(true)).toBe(59);
    expect(waits.slice(0, 60)).not.toContain(false);
    expect(wait.mustWait(0, 400 * SECOND_MS)).toBe(false);
    expect(waitsIn(wait, 60, 500 * SECOND_MS)).not.toContain(false);
  });
});
