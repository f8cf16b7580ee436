import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Chores } from '../../../indexer/system/chores.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('chores', () => {
  it('are done at their intervals, from the start to the stop, and never after the close', async () => {
    const done: string[] = [];
    const table = [
      { everyMs: 1000, run: () => done.push('often') },
      { everyMs: 2500, run: async () => done.push('seldom') },
    ];
    const chores = new Chores(table, () => {});
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toEqual([]);
    chores.start();
    chores.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(done).toEqual(['often', 'often', 'seldom', 'often']);
    chores.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toHaveLength(4);
    chores.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(done).toHaveLength(5);
    chores.close();
    chores.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toHaveLength(5);
  });

  it('never overlap themselves', async () => {
    let begun = 0;
    let end = () => {};
    const run = () => {
      begun++;
      return new Promise<void>((resolve) => (end = resolve));
    };
    const chores = new Chores([{ everyMs: 10, run }], () => {});
    chores.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toBe(1);
    end();
    await vi.advanceTimersByTimeAsync(10);
    expect(begun).toBe(2);
    chores.stop();
  });

  it('are reported when they fail, in whatever way, and done again', async () => {
    const errors: unknown[] = [];
    const table = [
      {
        everyMs: 10,
        run: () => {
          throw new Error('at once');
        },
      },
      { everyMs: 10, run: () => Promise.reject(new Error('later')) },
    ];
    const chores = new Chores(table, (error) => errors.push((error as Error).message));
    chores.start();
    await vi.advanceTimersByTimeAsync(20);
    expect(errors).toEqual(['at once', 'later', 'at once', 'later']);
    chores.stop();
  });
});
