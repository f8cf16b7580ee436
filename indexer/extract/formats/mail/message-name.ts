/**
 * What a message is called that has no name of its own: when it was sent, and its subject. The name stays the same when
 * other messages come before it or go.
 */
import { readHeaders } from './headers.js';
import { decodeHeader } from './parse-mail.js';

const MAX_SUBJECT = 80;
const UNTITLED = 'no subject';

/**
 * '2024-05-01 12.30.05 Invoice for May.eml', by UTC.
 * @param arrived  what stands in for a date of its own.
 */
export async function messageName(bytes: Buffer, arrived = ''): Promise<string> {
  const { values } = readHeaders(bytes);
  const subject = cleanName(await decodeHeader(values.get('subject') ?? ''));
  const time = stampOf(values.get('date') ?? '') || stampOf(arrived);
  return `${[time, subject || UNTITLED].filter(Boolean).join(' ')}.eml`;
}

/** @returns undefined for what is no date that a letter can have. */
export function dateOf(text: string): number | undefined {
  // A comment such as `(CEST)` may hold anything.
  const time = Date.parse(text.slice(0, 100).replace(/\([^)]*\)/g, ''));
  return time > 0 ? time : undefined;
}

/** Another name for each: the second 'a.pdf' is 'a (2).pdf'. */
export class UniqueNames {
  readonly #taken = new Map<string, number>();

  make(name: string): string {
    const count = (this.#taken.get(name) ?? 0) + 1;
    this.#taken.set(name, count);
    if (count === 1) return name;
    const [, stem, ending] = /^(.+?)(\.[^.]{1,10})?$/s.exec(name) as RegExpExecArray;
    return this.make(`${stem} (${count})${ending ?? ''}`);
  }
}

/** One part of a path. */
export function cleanName(text: string): string {
  return text
    .slice(0, MAX_SUBJECT * 4)
    .replace(/[\s\p{Cc}/]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

function stampOf(text: string): string {
  const time = dateOf(text);
  return time === undefined ? '' : new Date(time).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
}
