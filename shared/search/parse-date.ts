/**
 * Dates in queries → a span of time. Local time zone, since a person means their own day; weeks begin on Monday.
 *
 *   today, yesterday, last week, this month, monday, may, may 2024, 2024, 2024-05, 2024-05-01, 20240501, 1.5.2024
 *   2024-05-01T12:30        that minute
 *   12h, 7d, 2w, 3m, 1y, 3 days, past week    from then until now
 *   3 days ago, 2 months ago    that day, that month
 *   2024-01..2024-03, 2024-05.., ..yesterday
 *   <2d  younger than two days        >2d  older
 *   >2024-05, after may  after that month        >=2024-05, since may  from its beginning on; < and <= alike
 */

/** [from, to); of dates in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
const UNITS_MS: Readonly<Record<Unit, number>> = {
  minute: 60_000,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
};
/** The letter alone, or the beginning of the word. */
const UNIT_NAMES: readonly (readonly [RegExp, Unit])[] = [
  [/^min(?:ute)?s?$/, 'minute'],
  [/^h(?:(?:ou)?rs?)?$/, 'hour'],
  [/^d(?:ays?)?$/, 'day'],
  [/^w(?:(?:ee)?ks?)?$/, 'week'],
  [/^m(?:onths?)?$/, 'month'],
  [/^y(?:(?:ea)?rs?)?$/, 'year'],
];
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  /^(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?: ([12]\d{3}))?$/;
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const OPERATORS: Readonly<Record<string, string>> = { since: '>=', from: '>=', after: '>', before: '<', until: '<=' };

/** @returns undefined when the text is no date. */
export function tryDate(text: string, nowMs: number): Span | undefined {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const range = /^(.*?) ?\.\. ?(.*)$/.exec(plain);
  if (range) return tryRange(range[1] as string, range[2] as string, nowMs);
  const [, sign = '', value = ''] = /^([<>]=?|=|(?:since|from|after|before|until)(?=[ _-]))?(.*)$/s.exec(plain) ?? [];
  const operator = OPERATORS[sign] ?? sign;
  const asked = asWords(value);
  const ageMs = tryAge(asked);
  if (ageMs !== undefined) return spanOfAge(operator, nowMs - ageMs);
  const moment = tryMoment(asked, nowMs);
  return moment && compared(operator, moment);
}

/** `last-week` and `last_week` are last week; the hyphens of a date stay. */
function asWords(value: string): string {
  return value.trim().replace(/(?<=[a-z])[_-]|[_-](?=[a-z])/g, ' ');
}

function tryRange(first: string, last: string, nowMs: number): Span | undefined {
  const from = first === '' ? { from: -Infinity } : tryEnd(first, nowMs);
  const to = last === '' ? { to: Infinity } : tryEnd(last, nowMs);
  return from && to && (first !== '' || last !== '') ? { from: from.from, to: to.to } : undefined;
}

/** An age is a moment, too. */
function tryEnd(text: string, nowMs: number): Span | undefined {
  const asked = asWords(text);
  const ageMs = tryAge(asked);
  return ageMs === undefined ? tryMoment(asked, nowMs) : { from: nowMs - ageMs, to: nowMs - ageMs };
}

function tryAge(text: string): number | undefined {
  const [, count, name = ''] = /^(?:(?:last |past )?(\d{1,5}) ?|past |last (?=h|min))([a-z]+)$/.exec(text) ?? [];
  const unit = unitOf(name);
  return unit && Number(count ?? 1) * UNITS_MS[unit];
}

function unitOf(name: string): Unit | undefined {
  return UNIT_NAMES.find(([pattern]) => pattern.test(name))?.[1];
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

function tryMoment(text: string, nowMs: number): Span | undefined {
  return tryNamed(text, nowMs) ?? tryTime(text) ?? tryCalendar(text);
}

function tryNamed(text: string, nowMs: number): Span | undefined {
  if (text === 'today') return unitSpan('day', 0, nowMs);
  if (text === 'yesterday') return unitSpan('day', 1, nowMs);
  const [, which, name = ''] = /^(this|last) ?([a-z]+)$/.exec(text) ?? [];
  const unit = which && name.length > 1 ? unitOf(name) : undefined;
  if (unit) return unitSpan(unit, which === 'last' ? 1 : 0, nowMs);
  const [, count, ago = ''] = /^(\d{1,5}) ?([a-z]+) ago$/.exec(text) ?? [];
  const unitAgo = unitOf(ago);
  if (count && unitAgo) return unitSpan(unitAgo, Number(count), nowMs);
  return tryWeekday(text, nowMs) ?? tryMonth(text, nowMs);
}

/** The whole unit that holds now, or the one so many before it. */
function unitSpan(unit: Unit, before: number, nowMs: number): Span {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const at = (y: number, m = 0, d = 1) => new Date(y, m, d).getTime();
  const monday = day - ((now.getDay() + 6) % 7);
  switch (unit) {
    case 'year':
      return { from: at(year - before), to: at(year - before + 1) };
    case 'month':
      return { from: at(year, month - before), to: at(year, month - before + 1) };
    case 'week':
      return { from: at(year, month, monday - 7 * before), to: at(year, month, monday - 7 * before + 7) };
    case 'day':
      return { from: at(year, month, day - before), to: at(year, month, day - before + 1) };
    default: {
      const from = (Math.floor(nowMs / UNITS_MS[unit]) - before) * UNITS_MS[unit];
      return { from, to: from + UNITS_MS[unit] };
    }
  }
}

/** The last one up to today; `last monday` is before today. */
function tryWeekday(text: string, nowMs: number): Span | undefined {
  const [, last, name = ''] = /^(last )?([a-z]{3,9})$/.exec(text) ?? [];
  const weekday = WEEKDAYS.findIndex((one) => one === name || one.slice(0, 3) === name);
  if (weekday < 0) return undefined;
  const before = (new Date(nowMs).getDay() - weekday + 7) % 7;
  return unitSpan('day', before === 0 && last ? 7 : before, nowMs);
}

/** Without a year the last one that has begun. */
function tryMonth(text: string, nowMs: number): Span | undefined {
  const [, name, given] = MONTH.exec(text) ?? [];
  if (name === undefined) return undefined;
  const month = MONTHS.indexOf(name.slice(0, 3)) + 1;
  const now = new Date(nowMs);
  const year = now.getFullYear() - (month > now.getMonth() + 1 ? 1 : 0);
  return calendarSpan([given === undefined ? year : Number(given), month]);
}

const CALENDAR = /^([12]\d{3})(?:[-/.](0?[1-9]|1[0-2])(?:[-/.](0?[1-9]|[12]\d|3[01]))?)?$/;
const COMPACT = /^([12]\d{3})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const DAY_FIRST = /^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.([12]\d{3})$/;

function tryCalendar(text: string): Span | undefined {
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return calendarSpan(dayFirst.slice(1).reverse().map(Number));
  const numbers = CALENDAR.exec(text) ?? COMPACT.exec(text);
  return numbers ? calendarSpan(numbers.slice(1).map(Number)) : undefined;
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

const TIME = /^([12]\d{3}-\d\d-\d\d)[t ](\d\d:\d\d)(:\d\d)?(z|[+-]\d\d:\d\d)?$/;

/** The minute, or the second. */
function tryTime(text: string): Span | undefined {
  const [, day, time, seconds, zone = ''] = TIME.exec(text) ?? [];
  if (day === undefined || !tryCalendar(day)) return undefined;
  const from = Date.parse(`${day}T${time}${seconds ?? ':00'}${zone.toUpperCase()}`);
  return Number.isNaN(from) ? undefined : { from, to: from + (seconds === undefined ? 60_000 : 1000) };
}
