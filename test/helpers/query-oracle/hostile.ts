/** Texts that nobody would type: pieces of this language and of others, in any order. */
import type { Random } from './random.js';

const PIECES = [
  'the',
  'kernel',
  'a*',
  'co*',
  'ß',
  'İ',
  '漢字',
  'NaN',
  '0',
  '1e309',
  '-1',
  'null',
  'undefined',
  '\u{1f600}',
  '\u200b',
  '\u0301',
  '\ud800',
  '"',
  '""',
  '"a b',
  'b"',
  '“',
  "'",
  '`',
  '(',
  ')',
  '((',
  '))',
  '[',
  ']',
  '{',
  '}',
  '<',
  '>',
  '=',
  '~',
  '~2',
  '^',
  '^3',
  '!',
  '!the',
  '+a',
  '|',
  '||',
  '&',
  '&&',
  'AND',
  'OR',
  'NOT',
  'NEAR',
  'NEAR/0',
  'NEAR/99999',
  'NEAR(a b, 3)',
  'XOR',
  '-',
  '--',
  '---',
  '-(',
  '-"',
  '-the',
  '\\',
  '\\"',
  '/',
  '//',
  '*',
  '**',
  '*a',
  '*e*',
  '?',
  '??',
  'a?b',
  'a*b*c*d*e*f',
  ':',
  '::',
  ';',
  '$(rm -rf x)',
  "'; DROP TABLE doc; --",
  '%s',
  'name:',
  'name:(',
  'title:*',
  'path:../..',
  'in:',
  'in:/',
  'in:~',
  'in:\u0000',
  'ext:',
  'ext:|',
  'ext:a|b|c',
  'type:',
  'type:/',
  'kind:image',
  'size:',
  'size:>',
  'size:..',
  'size:>1e9',
  'size:>999999999999t',
  'size:-1',
  'modified:',
  'modified:..',
  'modified:2024-13',
  'modified:99999y',
  'modified:last',
  'modified:today..',
  'changed:',
  'changed:1d',
  'written:<',
  'by:',
  'by:0',
  'by:99999999999',
  'with:*',
  'author:*',
  'tag:|',
  'sort:',
  'sort:size',
  'sort:-name',
  'sort:x',
  'foo:bar',
  'filename:x',
  'http://a/?b=c&d[]=e',
  'C:\\a\\b',
  'a.b.c:1:2',
  '\\d{3}-\\d{4}',
  '.*',
] as const;

/** With or without blanks between; now and then long, deep or repeated. */
export function hostileText(random: Random): string {
  const kind = random.next();
  if (kind < 0.02) return random.pick(PIECES).repeat(1 + random.below(2000));
  if (kind < 0.04) return '('.repeat(random.below(200)) + random.pick(PIECES) + ')'.repeat(random.below(200));
  if (kind < 0.06) return Array.from({ length: 2000 }, () => random.pick(PIECES)).join(' ');
  if (kind < 0.08) return many(random);
  const count = 1 + random.below(14);
  const pieces = Array.from({ length: count }, () => random.pick(PIECES));
  return pieces.join(random.chance(0.8) ? ' ' : '');
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** As many as are answered, and more: words that stand in nearly every file, beginnings, parts of names, conditions. */
function many(random: Random): string {
  const word = random.pick<() => string>([
    () => random.pick(COMMON_WORDS),
    () => random.pick(LETTERS) + random.pick(LETTERS) + random.pick(LETTERS),
  ]);
  const piece = random.pick(['', '"the ', '*', 'ext:', '-ext:', 'name:', 'in:/', '-', '-name:']);
  const end = random.pick(['', '*']);
  const join = random.pick([' ', '|', ' OR ']);
  const count = 1 + random.below(random.pick([40, 220]));
  return `the ${Array.from({ length: count }, () => `${piece}${word()}${piece.startsWith('"') ? '"' : end}`).join(join)}`;
}

const COMMON_WORDS = (
  'the of and to in is for a that this be with are on as or it by if not from an at can will use all you may which any ' +
  'used file have other when one also see has set name then no but only code line should must version test list data ' +
  'new type so user each first time value default more string number following return using same option example these'
).split(' ');
