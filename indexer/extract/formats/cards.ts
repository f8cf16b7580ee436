/** Address books and calendars (vCard, iCalendar): names, addresses, what happens when and where. Pictures are left out. */
import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { type ContentLine, contentLines, parameterOf } from './content-lines.js';

const OF_PERSON = new Set('FN ORG TITLE ROLE EMAIL TEL ADR NOTE URL BDAY NICKNAME CATEGORIES'.split(' '));
const OF_EVENT = new Set('SUMMARY DESCRIPTION LOCATION ORGANIZER ATTENDEE DTSTART DUE CATEGORIES COMMENT'.split(' '));
const DATE = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2}))?/;

export const vcardExtractor = {
  id: 'vcard',
  version: 1,
  takes: 'text',
  matches: { extensions: ['vcf', 'vcard'], head: /^\s*BEGIN:VCARD\s/i },
  type: 'text/vcard',
  extract({ bytes }) {
    const lines = contentLines(bytes.toString());
    const names = valuesOf(lines, 'FN');
    return { title: names.length === 1 ? cleanTitle(names[0] ?? '') : '', text: textOf(lines, OF_PERSON) };
  },
} satisfies TextExtractor;

export const calendarExtractor = {
  id: 'calendar',
  version: 1,
  takes: 'text',
  matches: { extensions: ['ics', 'ical', 'ifb'], head: /^\s*BEGIN:VCALENDAR\s/i },
  type: 'text/calendar',
  extract({ bytes }) {
    const lines = contentLines(bytes.toString());
    const summaries = valuesOf(lines, 'SUMMARY');
    const [own] = [...valuesOf(lines, 'X-WR-CALNAME'), ...(summaries.length === 1 ? summaries : [])];
    return { title: cleanTitle(own ?? ''), text: textOf(lines, OF_EVENT) };
  },
} satisfies TextExtractor;

function valuesOf(lines: readonly ContentLine[], wanted: string): string[] {
  return lines.flatMap(({ name, value }) => (name === wanted && value !== '' ? [value] : []));
}

/** Each on a line; a blank line before the next person or event. */
function textOf(lines: readonly ContentLine[], wanted: ReadonlySet<string>): Buffer {
  const text: string[] = [];
  for (const line of lines) {
    if (line.name === 'BEGIN' && text.length > 0 && text.at(-1) !== '') text.push('');
    if (wanted.has(line.name)) text.push(shown(line));
  }
  return Buffer.from(text.join('\n').trimEnd());
}

/** `;;Main Street 1;Oslo` → 'Main Street 1, Oslo'; `20240517T180000Z` → '2024-05-17 18:00'. */
function shown(line: ContentLine): string {
  const { name, value } = line;
  if (name === 'ADR' || name === 'ORG')
    return value
      .split(';')
      .flatMap((part) => part.trim() || [])
      .join(', ');
  if (name === 'ORGANIZER' || name === 'ATTENDEE')
    return `${parameterOf(line, 'CN')} ${value.replace(/^mailto:/i, '')}`.trim();
  const [, year, month, day, hour, minute] = /^(?:DT|DUE|BDAY)/.test(name) ? (DATE.exec(value) ?? []) : [];
  if (year === undefined) return value;
  return `${year}-${month}-${day}${hour === undefined ? '' : ` ${hour}:${minute}`}`;
}
