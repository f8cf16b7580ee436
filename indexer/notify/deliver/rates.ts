/** How much each receiver takes, as its makers say. Pure. */
import type { FormatName } from './formats/formats.js';
import type { Rate } from './token-bucket.js';

export const RATES: Readonly<Record<FormatName, Rate>> = {
  slack: { perSecond: 1, burst: 3 },
  discord: { perSecond: 2, burst: 4 },
  teams: { perSecond: 4, burst: 4 },
  ntfy: { perSecond: 0.2, burst: 30 },
  mattermost: { perSecond: 5, burst: 10 },
  pagerduty: { perSecond: 2, burst: 10 },
  json: { perSecond: 20, burst: 100 },
};
/** Each is a process of its own. */
export const COMMAND_RATE: Rate = { perSecond: 5, burst: 20 };
/** Files, journald, syslog. */
export const LOG_RATE: Rate = { perSecond: 500, burst: 1_000 };
