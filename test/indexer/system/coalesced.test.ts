import { describe, expect, it } from 'vitest';
import { coalesced } from '../../../indexer/system/coalesced.js';

/** Runs that end when they are told to. */
function played() {
  const ends: (() => void)[] = [];
  let runs = 0;
  const ask = coalesced(() => {
    runs++;
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const end = async () => {
    ends.shift()?.();
    await turn();
  };
  return { ask, end, runs: () => runs };
}

describe('a run that is asked for while it runs', () => {
  it('happens once more, however often that was', async () => {
    const { ask, end, runs } = played();
    const first = ask();
    for (let times = 0; times < 3; times++) await ask();
    expect(runs()).toBe(1);
    await end();
    expect(runs()).toBe(2);
    await end();
    await first;
    expect(runs()).toBe(2);
  });

  it('happens once more when the run itself asks for it', async () => {
    let left = 3;
    const ask: () => Promise<void> = coalesced(async () => {
      if (--left > 0) await ask();
    });
    await ask();
    expect(left).toBe(0);
  });

  it('happens anew after one that ended, and after one that failed', async () => {
    let runs = 0;
    const ask = coalesced(async () => {
      if (++runs === 2) throw new Error('no');
    });
    await ask();
    await expect(ask()).rejects.toThrow('no');
    await ask();
    expect(runs).toBe(3);
  });
});
