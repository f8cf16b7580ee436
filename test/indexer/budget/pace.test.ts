import { describe, expect, it } from 'vitest';
import { Pace } from '../../../indexer/budget/pace.js';

function made() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs, wallMs: () => clock.nowMs };
  const pace = new Pace(clock);
  const passed: string[] = [];
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { clock, pace, passed, turns };
}

describe('long work', () => {
  it('waits before its next step while the budget forbids it', async () => {
    const { pace, passed, turns } = made();
    await pace.turn();
    pace.allow(false);
    const step = pace.turn().then(() => passed.push('step'));
    await turns();
    expect(passed).toEqual([]);
    pace.allow(true);
    await step;
  });

  it('waits while interactive paths are worked on, and not for ever', async () => {
    const { clock, pace, passed, turns } = made();
    const ends = [pace.interactive(), pace.interactive()];
    const first = pace.turn().then(() => passed.push('first'));
    ends[0]?.();
    await turns();
    expect(passed).toEqual([]);
    ends[1]?.();
    await first;
    pace.interactive();
    const second = pace.turn().then(() => passed.push('second'));
    await turns();
    expect(passed).toEqual(['first']);
    clock.nowMs = 100;
    await second;
  });

  it('waits for nothing any more when all work is stopped', async () => {
    const { pace } = made();
    pace.allow(false);
    pace.interactive();
    const step = pace.turn();
    pace.stop();
    pace.allow(false);
    await step;
    await pace.turn();
    expect(pace.isStopped).toBe(true);
  });
});
