/**
 * Finds the folders that a template names: `/backup/%Y-%m-%d`, `/mnt/pool/home.*`. `*` and `?` stand for what they do
 * in a shell, %Y %m %d %H %M %S for a date. They stay within one name.
 */
import { readdir } from 'node:fs/promises';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { joinPath, toBytes } from '../../shared/paths.js';
import type { DateParts } from './snapshot-time.js';

export interface Match {
  readonly folder: Buffer;
  /** The name that the last pattern stood for, and its folder: rotating backups have their time there. */
  readonly name: string;
  readonly named: Buffer;
  readonly date: DateParts;
}

/** More than any policy keeps. */
const MAX_MATCHES = 20_000;
const DIGITS: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  m: '\\d\\d',
  d: '\\d\\d',
  H: '\\d\\d',
  M: '\\d\\d',
  S: '\\d\\d',
};

/** What is not there or may not be read has no matches: of the first folder with a pattern it is an error. Rejects. */
export async function matchesOf(template: string): Promise<readonly Match[]> {
  const [first = [], ...rest] = splitAtPatterns(template);
  let matches = await step({ folder: Buffer.from('/'), name: '', named: Buffer.from('/'), date: {} }, first);
  for (const names of rest) {
    const next: Match[] = [];
    for (const match of matches.slice(0, MAX_MATCHES)) next.push(...(await step(match, names).catch(() => [])));
    matches = next;
  }
  return matches.slice(0, MAX_MATCHES);
}

/** The part that needs no reading: which volume it is on. */
export function fixedPart(template: string): Buffer {
  const names = template.split('/').filter(Boolean);
  const at = names.findIndex(isPattern);
  return Buffer.from(`/${names.slice(0, at < 0 ? names.length : at).join('/')}`);
}

/** `/a/b*` and `/c` below it → [a, b*], [c]: a pattern ends a step. */
function splitAtPatterns(template: string): string[][] {
  const steps: string[][] = [[]];
  for (const name of template.split('/').filter(Boolean)) {
    steps.at(-1)?.push(name);
    if (isPattern(name)) steps.push([]);
  }
  return steps.filter((names) => names.length > 0);
}

function isPattern(name: string): boolean {
  return /[*?]|%[YmdHMS]/.test(name);
}

async function step(from: Match, names: readonly string[]): Promise<Match[]> {
  const last = names.at(-1) ?? '';
  const below = (parts: readonly string[]) =>
    parts.reduce((folder, name) => joinPath(folder, toBytes(name)), from.folder);
  if (!isPattern(last)) return [{ ...from, folder: below(names) }];
  const folder = below(names.slice(0, -1));
  const pattern = patternOf(last);
  const found: Match[] = [];
  for (const bytes of await readdir(folder, { encoding: 'buffer' })) {
    const name = pathKey(bytes);
    const groups = pattern.exec(name)?.groups;
    if (!pattern.test(name)) continue;
    const path = joinPath(folder, fromPathKey(name));
    found.push({ folder: path, named: path, name, date: { ...from.date, ...groups } });
  }
  return found;
}

/** On path keys: a byte is a character. A leading dot is written, as in a shell. */
function patternOf(template: string): RegExp {
  const seen = new Set<string>();
  const source = template.replace(/\*+|\?|%[YmdHMS%]|[^*?%]+|%/g, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    const field = part[1] ?? '';
    if (part.startsWith('%') && field in DIGITS)
      return seen.has(field) ? `\\k<${field}>` : seen.add(field) && `(?<${field}>${DIGITS[field]})`;
    return escaped(part === '%%' ? '%' : part);
  });
  return new RegExp(`^${/^[*?]/.test(template) ? '(?!\\.)' : ''}${source}$`, 's');
}

function escaped(text: string): string {
  return pathKey(toBytes(text)).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
