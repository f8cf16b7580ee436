/**
 * What a Markdown file says of itself between two lines `---` at its beginning: author, date and tags, as static site generators
 * and note programs write them. Not YAML as a whole: lines `key: value`, with lists in brackets or one item a line. Pure.
 */
import type { Property } from '../../../shared/types.js';

/** Key in the file → field of a query. */
const KEYS: ReadonlyMap<string, 'author' | 'written' | 'tag'> = new Map([
  ['author', 'author'],
  ['authors', 'author'],
  ['date', 'written'],
  ['created', 'written'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['keywords', 'tag'],
]);

/** Where the body begins; 0 without a front matter. */
export function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  return end === -1 ? 0 : end;
}

/** @param lines  of the file, from its beginning on. */
export function frontMatterProperties(lines: readonly string[]): Property[] {
  const end = frontMatterEnd(lines);
  return lines.slice(0, end).flatMap((line, at) => {
    const [, key = '', value = ''] = /^([A-Za-z]+):(?:\s+(.*))?$/.exec(line) ?? [];
    const field = KEYS.get(key.toLowerCase());
    if (field === undefined) return [];
    const values = value.trim() === '' ? itemsAfter(lines.slice(at + 1, end)) : listed(value, field);
    return values.map(unquoted).flatMap((each) => toProperty(field, each));
  });
}

function toProperty(field: string, value: string): Property[] {
  if (value === '') return [];
  if (field !== 'written') return [{ field, value }];
  const ms = tryTime(value);
  return ms === undefined ? [] : [{ field, value: ms }];
}

/** `- one`, `- name: Ann` */
function itemsAfter(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => !/^\s*-\s/.test(line));
  const items = end < 0 ? lines : lines.slice(0, end);
  return items.map((line) => line.replace(/^\s*-\s+(?:name:\s+)?/, ''));
}

/** Tags may stand between commas without brackets; the name of an author may hold one. */
function listed(value: string, field: string): string[] {
  const [, inner] = /^\[(.*)\]\s*(?:#.*)?$/.exec(value) ?? [];
  if (inner === undefined && field !== 'tag') return [value];
  return (inner ?? value).match(/"[^"]*"|'[^']*'|[^,"']+/g) ?? [];
}

function unquoted(value: string): string {
  const text = value.trim();
  const [, double, single] = /^(?:"([^"]*)"|'([^']*)')/.exec(text) ?? [];
  return (double ?? single ?? text.replace(/\s#.*$/, '')).trim();
}

const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A day is one of this machine's time zone, as those of a query. @returns undefined for what is no time. */
function tryTime(text: string): number | undefined {
  const [, year, month, day, clock, zone] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const two = (digits = '') => digits.padStart(2, '0');
  const offset = zone?.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? '';
  const ms = Date.parse(
    `${year}-${two(month)}-${two(day)}T${clock?.padStart(5, '0').replace(/^(\d):/, '0$1:') ?? '00:00'}${offset}`,
  );
  return Number.isNaN(ms) ? undefined : ms;
}
