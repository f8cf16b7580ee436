/** What is taken for pasted, and for what; everything else stays a query. */
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../shared/search/parse-query.js';
import { recognise } from '../../../../shared/search/pasted/recognise.js';

const CONTEXT = { home: '/home/ann', cwd: '/home/ann/work', nowMs: 0 };

/** Of the first place: its readings, and its line. */
function firstPlace(text: string): string[] {
  const [place] = recognise(text, CONTEXT)?.places ?? [];
  const line = place?.line === undefined ? '' : `:${place.line}`;
  return (place?.readings ?? []).map(({ kind, parts }) => `${kind} ${parts.join('/')}${line}`);
}

describe('recognise: what it points to', () => {
  it.each<[string, string[]]>([
    ['/etc/hosts', ['exact etc/hosts', 'end etc/hosts']],
    ['~/a/b.txt', ['exact home/ann/a/b.txt', 'end a/b.txt']],
    ['$HOME/a/b.txt', ['exact home/ann/a/b.txt', 'end a/b.txt']],
    ['./a.txt', ['exact home/ann/work/a.txt', 'end a.txt']],
    ['../a.txt', ['exact home/ann/a.txt', 'end a.txt']],
    ['src/lib/x.c', ['exact home/ann/work/src/lib/x.c', 'end src/lib/x.c']],
    ['src//lib/./x.c/', ['exact home/ann/work/src/lib/x.c', 'end src/lib/x.c']],
    ['x.c:12:3', ['exact home/ann/work/x.c:12', 'end x.c:12']],
    ['file:///home/ann/a%20b/%C3%BC.txt', ['exact home/ann/a b/ü.txt', 'end home/ann/a b/ü.txt']],
    ['file://host/srv/x.c', ['exact srv/x.c', 'end srv/x.c']],
    ['https://example.org/o/r/blob/main/x.c#L7', ['end o/r/blob/main/x.c:7']],
    ['https://example.org/a/b.html?x=1#top', ['end a/b.html']],
    ['django.utils.text', ['module django/utils/text']],
    ['std::vec::Vec', ['module std/vec/Vec']],
    ['App\\Models\\User', ['module App/Models/User']],
    ['C:\\work\\x.cs', ['exact work/x.cs', 'end work/x.cs']],
    ['+++ b/src/x.c', ['exact home/ann/work/b/src/x.c', 'end b/src/x.c']],
    ['box.tar › letters/ann.txt', ['exact home/ann/work/box.tar/letters/ann.txt', 'end box.tar/letters/ann.txt']],
  ])('%s', (text, readings) => {
    expect(firstPlace(text)).toEqual(readings);
  });

  it.each([
    ['"/srv/a b/x.txt"', 'exact srv/a b/x.txt'],
    ["'/srv/a b/x.txt'", 'exact srv/a b/x.txt'],
    ['/srv/a\\ b/x.txt', 'exact srv/a b/x.txt'],
    ["$'/srv/a\\nb/x.txt'", 'exact srv/a\nb/x.txt'],
    ['/srv/a\\x0ab.txt', 'exact srv/a\nb.txt'],
    ['/srv/a (copy).txt', 'exact srv/a (copy).txt'],
    ["/srv/it\\'s.txt", "exact srv/it's.txt"],
    ["'/srv/it'\\''s.txt'", "exact srv/it's.txt"],
    ['(/srv/x.txt)', 'exact srv/x.txt'],
    ['/srv/x.txt.', 'exact srv/x.txt'],
    ['<file:///srv/x.txt>', 'exact srv/x.txt'],
  ])('%s is also read as %s', (text, reading) => {
    expect(firstPlace(text)).toContain(reading);
  });

  it.each([
    'name:x',
    'ext:pdf',
    'src/x.c type:code',
    '-in:~/old a/b',
    'report -draft',
    '"free software"',
    'C++',
    '.NET',
    'v2.10',
    'letter',
    'a OR b',
    '',
  ])('%s stays a query', (text) => {
    expect(recognise(text, CONTEXT)).toBeUndefined();
  });
});

describe('recognise: what is searched', () => {
  function words(text: string): string[] | undefined {
    return recognise(text, CONTEXT)?.groups?.map((group) => group.map((term) => term.text).join(' | '));
  }

  it.each<[string, string[] | undefined]>([
    ['ann@example.org', ['ann@example.org']],
    ['<ann@example.org>', ['ann@example.org']],
    ['mailto:ann@example.org', ['ann@example.org']],
    ['1,299.99', ['1 299 99 | 1299 99']],
    ['1 299,99', ['1 299 99 | 1299 99']],
    ['1_000_000', ['1 000 000 | 1000000']],
    ['https://example.org/a?b=(c)', ['example.org/a?b=(c)']],
    ['src/x.c:12:5: error: expected (name) before "x"', ['error:', 'expected', '(name)', 'before', '"x"']],
    ['  File "a/x.py", line 3, in f', ['a/x.py']],
    [
      'Traceback:\n File "a/x.py", line 3\nValueError: no such (thing) OR other',
      ['Traceback:', 'ValueError:', 'no', 'such', '(thing)', 'OR', 'other'],
    ],
    ['overflow in x.c:12 -old', undefined],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each(['/srv/a" b', '/a(b', 'x.c:1: "', 'https://x.org/?q=(a OR', '~/a:b"c', 'a/"b'])('%s is no error', (text) => {
    expect(parseQuery(text, CONTEXT).groups.length).toBeGreaterThan(0);
  });
});

it.each([
  '.',
  'a.',
  'a/',
  '/',
  "'",
  '"',
  '\\\\',
  'a@',
  '(',
  ':1',
  'x.c:1 ',
  '1 ',
  '1,',
  '$',
  ' › ',
  'file:///',
  '[',
  '%',
])('a hundred thousand letters of %s are looked at, and are no error', (piece) => {
  const text = piece.repeat(100_000 / piece.length);
  for (const pasted of [text, `a@${text}`, `${text} b`, `/${text} b`, `"${text}`])
    expect(recognise(pasted, CONTEXT)?.places.length ?? 0).toBeLessThan(100);
});

it('asks for the first fifty words of one that is longer', () => {
  const [group] = recognise(`/one/${'漢'.repeat(60)}`, CONTEXT)?.groups ?? [];
  expect(group).toMatchObject([{ text: `/one/${'漢'.repeat(49)}` }]);
});
