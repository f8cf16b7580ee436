/**
 * What a Markdown file says of itself between two lines `---` at its beginning: author, date, tags and language, as static site
 * generators and note programs write them. Not YAML as a whole: lines `key: value`, with lists in brackets or one item
 * a line. Pure.
 */
import type { PropertyName } from '../../../shared/search/fields.js';
import type { Property } from '../../../shared/types.js';
import { tryTime } from '../times.js';

/** Key in the file → field of a query. */
const KEYS: ReadonlyMap<string, PropertyName> = new Map([
  ['author', 'author'],
  ['authors', 'author'],
  ['date', 'written'],
  ['created', 'written'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['keywords', 'tag'],
  ['lang', 'language'],
  ['language', 'language'],
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
    return valuesOf(value.trim(), belowKey(lines.slice(at + 1, end)), field)
      .map(unquoted)
      .flatMap((each) => toProperty(field, each));
  });
}

function toProperty(field: string, value: string): Property[] {
  if (value === '') return [];
  if (field !== 'written') return [{ field, value }];
  const ms = tryTime(value);
  return ms === undefined ? [] : [{ field, value: ms }];
}

/** Lines that belong to the key above them. */
function belowKey(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !/^(?:\s|-\s|-$|\]|$)/.test(line));
  return end < 0 ? lines : lines.slice(0, end);
}

function valuesOf(value: string, below: readonly string[], field: string): string[] {
  if (value === '' || value.startsWith('#')) return itemsOf(below);
  if (/^[|>][-+\d]*$/.test(value)) return [below.map((line) => line.trim()).join(' ')];
  return listed(value.startsWith('[') ? [value, ...below].join(' ') : value, field);
}

/** `- one`, `- name: Ann` and what else is said of Ann; without a dash, only `name: Ann`. */
function itemsOf(lines: readonly string[]): string[] {
  const first = lines.find((line) => /^\s*-\s/.test(line));
  if (first === undefined) return lines.flatMap((line) => nameIn(line) ?? []).slice(0, 1);
  const items: { text: string; name?: string | undefined }[] = [];
  for (const line of lines) {
    const [, text] = line.search(/\S/) <= first.search(/\S/) ? (/^\s*-\s+(.*)$/.exec(line) ?? []) : [];
    if (text !== undefined) items.push({ text, name: nameIn(text) });
    else for (const item of items.slice(-1)) item.name ??= nameIn(line);
  }
  return items.map(({ text, name }) => name ?? text);
}

function nameIn(line: string): string | undefined {
  return /^\s*name:\s+(.*)$/.exec(line)?.[1];
}

/** One between commas: a quote within a word begins nothing. */
const ITEM = /\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?=,|$)|[^,]+/g;

/** Tags may stand between commas without brackets; the name of an author may hold one. */
function listed(value: string, field: string): string[] {
  const [, inner] = /^\[(.*)\]\s*(?:#.*)?$/.exec(value) ?? [];
  if (inner === undefined && field !== 'tag') return [value];
  return (inner ?? value).match(ITEM) ?? [];
}

/** Without quotes, a comment, an anchor or a type; an alias is nothing. */
function unquoted(value: string): string {
  const text = value.trim().replace(/^(?:[&!]\S*\s+)+/, '');
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')/.exec(text) ?? [];
  const plain = () => text.replace(/^\*\S+$/, '').replace(/(?:^|\s)#.*$/, '');
  return (double?.replace(/\\(["\\/])/g, '$1') ?? single?.replaceAll("''", "'") ?? plain()).trim();
}
