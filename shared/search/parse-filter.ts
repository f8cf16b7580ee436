/**
 * `field:value` of a query → a condition on the document's row. The kinds of `type:` are a table here, since people say
 * `type:image`, not `image/png`. Endings help where a media type is too coarse (a C source is text/plain for many
 * systems).
 */
import { Buffer } from 'node:buffer';
import { resolve } from 'node:path';
import type { ChangeWish } from '../store/last-changes.js';
import { askedWords, isOpen } from '../words/asked.js';
import { FIELDS, type FieldName, isFieldName, type SpanField } from './fields.js';
import { type Span, tryDate } from './parse-date.js';
import type { Condition } from './query.js';

type Folder = Extract<Condition, { kind: 'folder' }>;

export interface ParseContext {
  readonly nowMs: number;
  /** What `~` means in `in:~/letters`; without it that is no folder. */
  readonly home?: string | undefined;
  /** What `.` means in `in:./letters`; without it that is no folder. */
  readonly cwd?: string | undefined;
  /** Where a path leads in the index, which knows folders by their real paths; default: it is taken as it is. */
  readonly realFolder?: ((path: Buffer) => Buffer) | undefined;
  /** The number of a user; without it only numbers are understood. */
  readonly userId?: ((name: string) => number | undefined) | undefined;
}

/** Kind → media types, by their beginning, and endings of names. */
const KINDS: ReadonlyMap<string, readonly [types: string, extensions: string]> = new Map([
  ['text', ['text/plain text/markdown', 'txt md markdown rst tex log org']],
  ['html', ['text/html application/xhtml', 'html htm xhtml']],
  ['pdf', ['application/pdf', 'pdf']],
  ['image', ['image/', '']],
  ['picture', ['image/', '']],
  ['audio', ['audio/', '']],
  ['music', ['audio/', '']],
  ['video', ['video/', '']],
  ['mail', ['message/rfc822 application/mbox application/vnd.ms-outlook', 'eml mbox mbx msg emlx']],
  ['book', ['application/epub application/x-fictionbook', 'epub mobi fb2']],
  [
    'document',
    [
      'application/pdf application/msword application/rtf application/vnd.oasis.opendocument.text ' +
        'application/vnd.openxmlformats-officedocument.wordprocessingml application/vnd.ms-word',
      'pdf doc docx dotx docm dotm odt ott fodt rtf',
    ],
  ],
  [
    'spreadsheet',
    [
      'text/csv application/vnd.ms-excel application/vnd.oasis.opendocument.spreadsheet ' +
        'application/vnd.openxmlformats-officedocument.spreadsheetml',
      'xls xlsx xltx xlsm ods ots fods csv tsv',
    ],
  ],
  [
    'presentation',
    [
      'application/vnd.ms-powerpoint application/vnd.oasis.opendocument.presentation ' +
        'application/vnd.openxmlformats-officedocument.presentationml',
      'ppt pptx potx pptm odp otp fodp',
    ],
  ],
  [
    'archive',
    [
      'application/zip application/x-tar application/gzip application/x-7z application/x-bzip application/x-xz ' +
        'application/zstd application/x-rar application/vnd.rar',
      'zip tar gz tgz bz2 tbz2 xz txz zst tzst 7z rar',
    ],
  ],
  ['man', ['text/troff', '']],
  [
    'code',
    [
      // Scripts whose name does not tell.
      'text/x-awk text/x-lua application/x-perl application/x-httpd-php text/x-python text/x-ruby application/x-sh ' +
        'application/x-tcl',
      'c h cc cpp cxx hh hpp cs go rs java kt scala swift js mjs cjs ts mts tsx jsx py pyi rb pl pm php lua sh bash zsh ' +
        'fish el lisp clj hs ml erl ex r jl sql s asm f90 d nim zig vue svelte css scss less mk cmake',
    ],
  ],
]);

/** What people may write behind `type:`. */
export const KIND_NAMES: readonly string[] = [...KINDS.keys()];

/** Other words for kinds. */
const SYNONYMS: readonly string[] = ['picture', 'music'];

/** Of which kinds a document is for `type:`. @param ending  of its name, in lower case. */
export function kindsOf(type: string, ending: string): readonly string[] {
  return KIND_NAMES.filter((name) => {
    const { types, extensions } = kindOf(name);
    return !SYNONYMS.includes(name) && (types.some((each) => type.startsWith(each)) || extensions.includes(ending));
  });
}

const SIZE = /^(>=?|<=?|=|\+|-)?(\d{1,12}(?:[.,]\d{1,6})?|\.\d{1,6})([kmgt]?)(?:i?b(?:ytes?)?)?$/i;
const SIZE_UNITS = 'kmgt';
/** As for find and fd. */
const SIGNS: Readonly<Record<string, string>> = { '+': '>=', '-': '<=' };

/** @returns undefined when the value is not understood: the whole is then searched as words. */
export function tryFilter(field: string, value: string, context: ParseContext): Condition | undefined {
  if (!isFieldName(field) || value === '') return undefined;
  const spec = FIELDS[field];
  switch (spec.takes) {
    case 'words':
      return spec.place === 'property' ? toPropertyWords(field, value) : undefined;
    case 'folder':
      return tryFolder(value, context);
    case 'kinds':
      return toKinds(listed(value));
    case 'endings':
      return { kind: 'type', types: [], extensions: listed(value).map(toEnding) };
    case 'bytes':
    case 'number':
      return toSpan(field as SpanField, trySize(value.replace(/\s/g, '')));
    case 'users':
      return toUsers(field, value, context);
    case 'programs':
      return toPrograms(field, value);
    case 'order':
      return undefined;
    case 'date':
      return toSpan(field as SpanField, tryDate(value, context.nowMs));
  }
}

function toPropertyWords(field: FieldName, value: string): Condition | undefined {
  const words = askedWords(value);
  const isPrefix = value.endsWith('*') || isOpen(value);
  return words.length > 0 ? { kind: 'property', field, words, isPrefix } : undefined;
}

/** @returns undefined when one of them is no user: nothing could be found. */
function toUsers(field: FieldName, value: string, { userId }: ParseContext): Condition | undefined {
  const ids = namesOf(value).map((name) => (/^\d{1,10}$/.test(name) ? Number(name) : userId?.(name)));
  const known = ids.filter((id) => id !== undefined);
  return known.length < ids.length || ids.length === 0
    ? undefined
    : { kind: 'doer', field, wishes: [{ of: 'user', ids: known }] };
}

function toPrograms(field: FieldName, value: string): Condition | undefined {
  const wishes = namesOf(value).map(toProgram);
  return wishes.length > 0 ? { kind: 'doer', field, wishes } : undefined;
}

function toProgram(name: string): ChangeWish {
  const isBeginning = name.endsWith('*');
  return { of: 'program', name: name.replace(/\*+$/, '').toLowerCase(), isBeginning };
}

/** What stands between commas: names may hold blanks. */
function namesOf(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** What stands between commas or blanks. */
function listed(value: string): string[] {
  return value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
}

function toKinds(values: readonly string[]): Condition {
  const kinds = values.map(kindOf);
  return {
    kind: 'type',
    types: kinds.flatMap((kind) => kind.types),
    extensions: kinds.flatMap((kind) => kind.extensions),
  };
}

function toEnding(value: string): string {
  return value.replace(/^\*?\./, '');
}

function toSpan(field: SpanField, span: Span | undefined): Condition | undefined {
  return span && { kind: 'span', field, ...span };
}

/** A word of the table, a media type (or its beginning, with a slash), or else the ending of a name. */
function kindOf(value: string): { types: string[]; extensions: string[] } {
  if (value.includes('/')) return { types: [value], extensions: [] };
  const kind = KINDS.get(value) ?? KINDS.get(value.replace(/s$/, ''));
  if (!kind) return { types: [], extensions: [toEnding(value)] };
  const [types, extensions] = kind;
  return { types: words(types), extensions: words(extensions) };
}

function words(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

/** Sizes are whole numbers: what is greater than one is at least the next. */
function trySize(value: string): Span | undefined {
  const [first = '', last] = value.split('..', 2);
  if (last !== undefined) return trySizeRange(first, last);
  if (/^=?empty$/i.test(value)) return { from: 0, to: 1 };
  const [, sign = '>=', number, unit = ''] = SIZE.exec(value) ?? [];
  if (number === undefined) return undefined;
  const operator = SIGNS[sign] ?? sign;
  const bytes = Math.round(
    Number(number.replace(',', '.')) * 1024 ** (SIZE_UNITS.indexOf(unit.toLowerCase() || '-') + 1),
  );
  const from = operator === '>' ? bytes + 1 : operator.startsWith('<') ? 0 : bytes;
  const to = operator === '<' ? bytes : operator.startsWith('>') ? Infinity : bytes + 1;
  return { from, to };
}

function trySizeRange(first: string, last: string): Span | undefined {
  const from = first === '' ? 0 : trySize(`>=${first}`)?.from;
  const to = last === '' ? Infinity : trySize(`<=${last}`)?.to;
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** @returns undefined for a name that is not absolute and begins with neither `~` nor a dot. */
export function tryFolder(value: string, { home, cwd, realFolder }: ParseContext): Folder | undefined {
  const base = /^~(?:\/|$)/.test(value) ? home : /^\.\.?(?:\/|$)/.test(value) ? cwd : '/';
  if (base === undefined || (base === '/' && !value.startsWith('/'))) return undefined;
  const path = Buffer.from(resolve(base, value.replace(/^~\/?/, '')));
  return { kind: 'folder', path: realFolder?.(path) ?? path };
}
