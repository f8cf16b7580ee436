/** What other query languages have and this one has not: it is said what to write here. Pure. */

import { distance } from '../distance.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { FIELDS } from './fields.js';
import type { Misread } from './query.js';

const NAMES_ELSEWHERE: Readonly<Record<string, string>> = {
  ...pairs('name', 'file filename fn basename iname'),
  ...pairs('title', 'intitle caption'),
  ...pairs('path', 'inurl inpath fullpath'),
  ...pairs('in', 'dir directory folder parent infolder location'),
  ...pairs('modified', 'date dm mtime after before since until datemodified lastmodified age'),
  ...pairs('created', 'dc datecreated birth btime ctime'),
  ...pairs('type', 'mime mimetype format contenttype'),
  ...pairs('ext', 'extension filetype suffix'),
  ...pairs('author', 'creator writer artist'),
  ...pairs('tag', 'tags keyword keywords label subjectkeyword'),
  ...pairs('by', 'owner user who'),
  ...pairs('size', 'filesize bytes length'),
  ...pairs('sort', 'order orderby sortby'),
};

function pairs(field: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, field]));
}

/** Letters, a colon, and then no number, path or second colon: those are places in files, addresses and modules. */
const FIELD = new LetterPattern(String.raw`^(\p{L}{2,20}):(?=[^\s:/\\])`);

export function foreignField(source: string, text: string): Misread | undefined {
  const [whole, name] = FIELD.for(text).exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  const nearest = nearestField(name.toLowerCase());
  if (nearest === undefined && /^[\d.]/.test(text.slice(whole.length))) return undefined;
  return { kind: 'field', source, name, nearest };
}

function nearestField(name: string): string | undefined {
  if (Object.hasOwn(NAMES_ELSEWHERE, name)) return NAMES_ELSEWHERE[name];
  if (name.length < 3) return undefined;
  return Object.keys(FIELDS).find((field) => field.length > 2 && distance(name, field) <= (field.length > 4 ? 2 : 1));
}

const OPERATORS: readonly (readonly [sign: Pick<RegExp, 'test'>, instead: string])[] = [
  [new LetterPattern(String.raw`^!(?=[\p{L}\p{N}])`), '-word or NOT word leaves files with a word out'],
  [new LetterPattern(String.raw`[\p{L}\p{N}]~\d?(?:\.\d+)?$`), 'mistyped words are repaired by themselves'],
  [new LetterPattern(String.raw`[\p{L}\p{N}]\^\d+(?:\.\d+)?$`), 'words have no weights'],
  [new LetterPattern(String.raw`^\+(?=\p{L})`), 'every word must be there as it is'],
  [new LetterPattern(String.raw`^~(?=\p{L})`), 'mistyped words are repaired by themselves'],
  [
    /^(?:XOR|ONEAR|ADJ|PROX|SAME|WITHIN|AROUND)(?:\/\d+|\(\d+\))?$/,
    'operators are AND, OR, NOT, NEAR/5 and parentheses',
  ],
  [/^NEAR(?:\(|\/(?!\d{1,4}$))/, 'it is written between words: wait NEAR/5 queue'],
  [
    new LetterPattern(String.raw`\\[dwsbDWSB](?![\p{L}\p{N}])|\.[*+]|\[\^?[\p{L}\p{N}]-[\p{L}\p{N}]\]`),
    'regular expressions are not understood',
  ],
];

export function foreignOperator(text: string): Misread | undefined {
  const found = OPERATORS.find(([sign]) => sign.test(text));
  return found && { kind: 'operator', source: text, instead: found[1] };
}

/** Those that hold blanks. */
export function foreignOperators(text: string): Misread[] {
  const range = /[[{][^\s\]}]{1,40}\s+TO\s+[^\s\]}]{1,40}[\]}]/.exec(text);
  return range
    ? [{ kind: 'operator', source: range[0], instead: 'a range is written as in modified:2024-01..2024-03' }]
    : [];
}
