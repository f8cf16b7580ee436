/**
 * Stands for indexer/notify/deliver/delivery-clock.ts in the programs under torture: the hours of the schedule pass in
 * seconds, as do the seconds of an attempt. The time of day is the real one: who checks a signature compares it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryClock } from '../../../indexer/notify/deliver/lane.js';
import { SYSTEM_CLOCK } from '../../../indexer/system/clock.js';

const FASTER = 5_000;
const SHORTEST_MS = 5;

export const ATTEMPT_MS = 2_000;

export const DELIVERY_CLOCK: DeliveryClock = {
  wallMs: SYSTEM_CLOCK.wallMs,
  monotonicMs: () => SYSTEM_CLOCK.monotonicMs() * FASTER,
  sleep: async (ms, signal) => {
    await pause(Math.max(SHORTEST_MS, ms / FASTER), undefined, { signal, ref: false }).catch(() => {});
  },
};
