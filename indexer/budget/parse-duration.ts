/** `90s`, `30m`, `2h`, `1d` → seconds. Pure. */
import { FindTextError } from '../../shared/errors.js';

const UNITS_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_S = 365 * 86_400;

/** @throws FindTextError FT_CONFIG_INVALID for anything else, and for what is longer than a year. */
export function parseDuration(text: string, doing = 'pause'): number {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS_S[unit] ?? Number.NaN);
  if (seconds > 0 && seconds <= MAX_S) return seconds;
  throw new FindTextError(
    'FT_CONFIG_INVALID',
    `${doing} for ${JSON.stringify(text)}: that is no time from 1s to 365d`,
    {
      hint: `a number and a unit, as in 90s, 30m, 2h or 1d${doing === 'pause' ? '; without --for it is until `find-textd resume`' : ''}`,
    },
  );
}
