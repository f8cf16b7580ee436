/** When a receiver wants to be asked again. Pure. */

/** As long as the longest wait of the schedule: longer is a mistake. */
const MAX_MS = 24 * 3_600_000;

/**
 * @param value  seconds, or a date.
 * @param nowMs  by the clock of the receiver, where it tells: ours may differ.
 * @returns undefined when it is neither.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000);
  const date = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : bounded(date - nowMs);
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_MS);
}
