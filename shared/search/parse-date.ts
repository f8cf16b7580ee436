/**
 * Dates in queries → a span of time. Local time zone, since a person means their own day.
 *
 *   today, yesterday, 12h, 7d, 2w, 3m, 1y, 2024, 2024-05, 2024-05-01, 2024-01..2024-03, 2024-05..
 *   <2d  younger than two days        >2d  older
 *   >2024-05  after that month        >=2024-05  from its beginning on; < and <= alike
 */

/** [from, to); of dates in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  m: 30 * DAY_MS,
  y: 365 * DAY_MS,
};

const CALENDAR = /^([12]\d{3})(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12]\d|3[01]))?)?$/;

/** @returns undefined when the text is no date. */
export function tryDate(text: string, nowMs: number): Span | undefined {
  const range = /^(.*?)\.\.(.*)$/.exec(text);
  if (range) return tryRange(range[1] as string, range[2] as string, nowMs);
  const [, operator = '', value = ''] = /^([<>]=?|=)?(.*)$/s.exec(text) ?? [];
  const ageMs = tryAge(value);
  if (ageMs !== undefined) return spanOfAge(operator, nowMs - ageMs);
  const day = tryDay(value, nowMs);
  return day && compared(operator, day);
}

function tryRange(first: string, last: string, nowMs: number): Span | undefined {
  const from = first === '' ? { from: -Infinity } : tryDay(first, nowMs);
  const to = last === '' ? { to: Infinity } : tryDay(last, nowMs);
  return from && to && (first !== '' || last !== '') ? { from: from.from, to: to.to } : undefined;
}

function tryAge(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})([hdwmy])$/i.exec(text) ?? [];
  return count && unit ? Number(count) * (UNITS_MS[unit.toLowerCase()] as number) : undefined;
}

function spanOfAge(operator: string, momentMs: number): Span {
  return operator.startsWith('>') ? { from: -Infinity, to: momentMs } : { from: momentMs, to: Infinity };
}

function compared(operator: string, { from, to }: Span): Span {
  switch (operator) {
    case '>':
      return { from: to, to: Infinity };
    case '>=':
      return { from, to: Infinity };
    case '<':
      return { from: -Infinity, to: from };
    case '<=':
      return { from: -Infinity, to };
    default:
      return { from, to };
  }
}

function tryDay(text: string, nowMs: number): Span | undefined {
  const now = new Date(nowMs);
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime();
  if (/^today$/i.test(text)) return { from: midnight(0), to: midnight(-1) };
  if (/^yesterday$/i.test(text)) return { from: midnight(1), to: midnight(0) };
  const numbers = CALENDAR.exec(text)?.slice(1).map(Number);
  return numbers && calendarSpan(numbers);
}

/** @param numbers year, month, day; NaN for what is not given. */
function calendarSpan([year = 0, month, day]: readonly number[]): Span | undefined {
  const start = new Date(year, (month || 1) - 1, day || 1);
  if (start.getDate() !== (day || 1)) return undefined;
  const end = new Date(start);
  if (day) end.setDate(day + 1);
  else if (month) end.setMonth(month);
  else end.setFullYear(year + 1);
  return { from: start.getTime(), to: end.getTime() };
}
