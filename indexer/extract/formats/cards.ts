/** Address books and calendars (vCard, iCalendar): names, addresses, what happens when and where. Pictures are left out. */
import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { type ContentLine, contentLines, parameterOf } from './content-lines.js';

const OF_PERSON = new Set('FN N ORG TITLE ROLE EMAIL TEL ADR NOTE URL BDAY NICKNAME CATEGORIES'.split(' '));
const OF_EVENT = new Set('SUMMARY DESCRIPTION LOCATION ORGANIZER ATTENDEE DTSTART DUE CATEGORIES COMMENT'.split(' '));
/** Of family name, name, other names, what stands before and behind: as they are said. */
const NAME_ORDER = [3, 1, 2, 0, 4];
const DATE = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2}))?/;

export const vcardExtractor = {
  id: 'vcard',
  version: 2,
  takes: 'text',
  matches: { extensions: ['vcf', 'vcard'], head: /^\s*BEGIN:VCARD\s/i },
  type: 'text/vcard',
  extract({ bytes }) {
    const { text, values } = read(bytes, OF_PERSON, ['FN', 'N']);
    const names = values.get('FN') ?? values.get('N') ?? [];
    return { title: names.length === 1 ? cleanTitle(names[0] ?? '') : '', text };
  },
} satisfies TextExtractor;

export const calendarExtractor = {
  id: 'calendar',
  version: 1,
  takes: 'text',
  matches: { extensions: ['ics', 'ical', 'ifb'], head: /^\s*BEGIN:VCALENDAR\s/i },
  type: 'text/calendar',
  extract({ bytes }) {
    const { text, values } = read(bytes, OF_EVENT, ['SUMMARY', 'X-WR-CALNAME']);
    const summaries = values.get('SUMMARY') ?? [];
    const [own] = [...(values.get('X-WR-CALNAME') ?? []), ...(summaries.length === 1 ? summaries : [])];
    return { title: cleanTitle(own ?? ''), text };
  },
} satisfies TextExtractor;

interface Cards {
  /** Each value on a line; a blank line before the next person or event. */
  readonly text: Buffer;
  /** Of the names that were asked for, the first two. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

function read(bytes: Buffer, wanted: ReadonlySet<string>, asked: readonly string[]): Cards {
  const text: string[] = [];
  const values = new Map<string, string[]>();
  for (const line of contentLines(bytes.toString())) {
    const { name } = line;
    if (name === 'BEGIN' && text.length > 0 && text.at(-1) !== '') text.push('');
    const words = wanted.has(name) ? shown(line) : asked.includes(name) ? line.value : '';
    if (words === '') continue;
    if (asked.includes(name)) values.set(name, [...(values.get(name) ?? []), words].slice(0, 2));
    // The parts of a name most often say what the name says.
    const isSaid = (name === 'N' || name === 'FN') && words === text.at(-1);
    if (wanted.has(name) && !isSaid) text.push(words);
  }
  return { text: Buffer.from(text.join('\n').trimEnd()), values };
}

/** `Bee;Ann;;Dr.` → 'Dr. Ann Bee'; `;;Main Street 1;Oslo` → 'Main Street 1, Oslo'; `20240517T180000Z` → '2024-05-17 18:00'. */
function shown(line: ContentLine): string {
  const { name, value } = line;
  const parts = value.split(';').map((part) => part.trim());
  if (name === 'N') return filled(NAME_ORDER.map((at) => parts[at] ?? '')).join(' ');
  if (name === 'ADR' || name === 'ORG') return filled(parts).join(', ');
  if (name === 'ORGANIZER' || name === 'ATTENDEE')
    return `${parameterOf(line, 'CN')} ${value.replace(/^mailto:/i, '')}`.trim();
  const [, year, month, day, hour, minute] = /^(?:DT|DUE|BDAY)/.test(name) ? (DATE.exec(value) ?? []) : [];
  if (year === undefined) return value;
  return `${year}-${month}-${day}${hour === undefined ? '' : ` ${hour}:${minute}`}`;
}

function filled(parts: readonly string[]): string[] {
  return parts.filter((part) => part !== '');
}
