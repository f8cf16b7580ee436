/** When all that happened is known to have come, and that nobody waits for ever. */
import { beforeEach, expect, it } from 'vitest';
import { Arrivals } from '../../../../indexer/sources/audit/arrivals.js';

const START_MS = 1_700_000_000_000;

let ms: number;
let log: { newestMs: number; readMs: number; isDrained: boolean };
let saidMs: number | undefined;
let isBlind: boolean;

beforeEach(() => {
  log = { newestMs: 0, readMs: 0, isDrained: true };
  [ms, saidMs, isBlind] = [0, START_MS, false];
});

/** @returns what it says, and after how long */
async function caughtUp(atMs = START_MS, during: (ms: number) => void = () => {}): Promise<[boolean, number]> {
  ms = 0;
  const pause = async (more: number) => {
    ms += more;
    during(ms);
    if (ms > 70_000) throw new Error('it waits for ever');
  };
  const clock = { wallMs: () => START_MS + ms, monotonicMs: () => ms };
  const deps = { readings: () => [log], pluginMs: () => saidMs, isBlind: () => isBlind, clock, pause };
  return [await new Arrivals(deps).until(atMs), ms];
}

it('has all when a later one has come', async () => {
  const [isAll, tookMs] = await caughtUp(START_MS, (atMs) => {
    if (atMs === 300) log.newestMs = START_MS + 200;
  });
  expect([isAll, tookMs < 500]).toEqual([true, true]);
});

it('has all when the plugin says later that it lives, and nothing comes', async () => {
  const say = (atMs: number) => {
    if (atMs % 1_000 === 0) saidMs = START_MS + atMs;
  };
  const [isAll, tookMs] = await caughtUp(START_MS, say);
  expect([isAll, tookMs >= 1_000, tookMs < 2_500]).toEqual([true, true, true]);
});

it('has not all while older ones still come, as of a busy machine', async () => {
  const [isAll, tookMs] = await caughtUp(START_MS, (atMs) => {
    saidMs = START_MS + atMs;
    if (atMs < 8_000) Object.assign(log, { newestMs: START_MS - 8_000 + atMs, readMs: atMs });
  });
  expect([isAll, tookMs > 8_000]).toEqual([true, true]);
});

it('knows of what is long past as soon as the log is read to its end', async () => {
  expect(await caughtUp(START_MS - 60_000)).toEqual([true, 0]);
  log.isDrained = false;
  const [isAll, tookMs] = await caughtUp(START_MS - 60_000, (atMs) => {
    log.isDrained = atMs > 2_000;
  });
  expect([isAll, tookMs > 2_000]).toEqual([true, true]);
});

it('does not know while audit shows nothing, and gives up when nothing comes for long', async () => {
  isBlind = true;
  expect(await caughtUp()).toEqual([false, 0]);
  isBlind = false;
  saidMs = undefined;
  const [isAll, tookMs] = await caughtUp();
  expect([isAll, tookMs > 10_000, tookMs < 12_000]).toEqual([false, true, true]);
});

it('gives up although more comes, when the clock was set back meanwhile', async () => {
  const [isAll] = await caughtUp(START_MS, (atMs) => {
    saidMs = START_MS - 3_600_000 + atMs;
    Object.assign(log, { newestMs: saidMs, readMs: atMs });
  });
  expect(isAll).toBe(false);
});

it('does not wait for a time to come, which is from before the clock was set back', async () => {
  const [isAll] = await caughtUp(START_MS + 3_600_000, (atMs) => {
    saidMs = START_MS + atMs;
  });
  expect(isAll).toBe(true);
});
