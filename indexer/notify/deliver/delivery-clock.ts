/** The time that lanes go by. Tests have another one, in which a day takes no time. */
import { setTimeout as pause } from 'node:timers/promises';
import { SYSTEM_CLOCK } from '../../system/clock.js';
import type { DeliveryClock } from './lane.js';

/** For a whole attempt. */
export const ATTEMPT_MS = 20_000;

export const DELIVERY_CLOCK: DeliveryClock = {
  ...SYSTEM_CLOCK,
  sleep: async (ms, signal) => {
    await pause(ms, undefined, { signal, ref: false }).catch(() => {});
  },
};
