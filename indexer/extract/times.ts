/** Dates as documents write them → milliseconds since 1970. Pure, but for the time zone of this machine. */

const TIME =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T\s]+(\d{1,2})(:\d{2}(?::\d{2})?(?:\.\d+)?)\s*(Z|[+-]\d{2})?(?::?(\d{2}))?)?)?)?$/i;

/**
 * A day is one of this machine's time zone, as those of a query; of a month or a year the first.
 * @returns undefined for what is no time.
 */
export function tryTime(text: string): number | undefined {
  const [, year, month = '1', day = '1', hour = '0', minutes = ':00', zone = '', zoneMinutes = '00'] =
    TIME.exec(text) ?? [];
  if (year === undefined || !isDay(year, month, day)) return undefined;
  const two = (digits: string) => digits.padStart(2, '0');
  const offset = /^[+-]/.test(zone) ? `${zone}:${zoneMinutes}` : zone;
  const ms = Date.parse(`${year}-${two(month)}-${two(day)}T${two(hour)}${minutes}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** No 30th of February, which JavaScript takes for the first of March. */
function isDay(year: string, month: string, date: string): boolean {
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(date))).getUTCDate() === Number(date);
}
