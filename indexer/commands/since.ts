/** What `--since` and `--before` take: how long ago, a time, or a day as a query names it. */
import { FindTextError } from '../../shared/errors.js';
import { cleanText } from '../../shared/path-text.js';
import { tryDate } from '../../shared/search/parse-date.js';
import { parseDuration } from '../budget/parse-duration.js';

/** '2h' ago; '2026-11-29', '2026-11-29 10:30' of local time; a time with a zone; the beginning of 'yesterday', 'last week'. */
export function parseSince(text: string, nowMs: number, option = '--since'): number {
  if (/^\d{1,9}(?:\.\d{1,3})?[smhd]$/.test(text)) return nowMs - parseDuration(text) * 1000;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(day) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  const named = tryDate(text, nowMs)?.from ?? Number.NaN;
  if (Number.isFinite(named)) return named;
  throw new FindTextError('FT_CONFIG_INVALID', `read ${option}: '${cleanText(text)}' is no time`, {
    hint: 'It is how long ago (90s, 30m, 2h, 7d), a time: 2026-11-29, "2026-11-29 10:30", or a day: yesterday, "last week".',
  });
}
