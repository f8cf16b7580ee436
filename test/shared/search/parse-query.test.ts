import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FindTextError } from '../../../shared/errors.js';
import { toWholeCondition } from '../../../shared/search/filter-sql.js';
import { lookUpChanges } from '../../../shared/search/look-up-changes.js';
import { bodyExpression, namesExpression, withHalfTyped } from '../../../shared/search/match-expression.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { MAX_GROUPS } from '../../../shared/search/plan-query.js';
import type { Condition, Query, Term } from '../../../shared/search/query.js';
import { openForWriting } from '../../../shared/store/open.js';

const context = { nowMs: new Date(2024, 4, 15, 12).getTime(), home: '/home/me', cwd: '/work/here' };

function parse(text: string): Query {
  return parseQuery(text, context);
}

/** Groups as text: `a|b c` for (a or b) and c; phrases quoted, beginnings with a star, names marked; then filters. */
function shown(text: string): string {
  const { groups, excluded, filters, hints = [] } = parse(text);
  return [
    ...groups.map((group) => group.map(shownTerm).join('|')),
    ...excluded.map((one) => `-${shownTerm(one)}`),
    ...filters.map((filter) => `${filter.isExcluded ? '-' : ''}{${shownCondition(filter)}}`),
    ...hints.map((one) => `?${shownTerm(one)}`),
  ].join(' ');
}

function shownTerm({ text, kind, field, near }: Term): string {
  const words = near ? `${near.texts.join('~')}~${near.words}` : text;
  return (
    (field === 'any' ? '' : `${field}:`) + (kind === 'phrase' ? `"${words}"` : kind === 'prefix' ? `${words}*` : words)
  );
}

function shownCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'either':
      return condition.conditions.map(shownCondition).join('|');
    case 'all':
      return `(${condition.conditions.map(shownCondition).join(' ')})`;
    case 'not':
      return `-${shownCondition(condition.condition)}`;
    case 'words':
      return condition.terms.map(shownTerm).join('|');
    case 'type':
      return [...condition.types, ...condition.extensions].join(',');
    case 'name':
      return condition.pattern;
    case 'folder':
      return String(condition.path);
    default:
      return condition.kind;
  }
}

function errorOf(text: string): FindTextError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof FindTextError) return error;
    throw error;
  }
  throw new Error(`${text} was understood`);
}

describe('parseQuery: words', () => {
  it.each([
    ['kernel memory', 'kernel memory'],
    ['"wait queue" -driver', '"wait queue" -driver'],
    ['-"wait queue" lock', 'lock -"wait queue"'],
    ['sched* "a b"*', 'sched* a b*'],
    ['red OR blue green', 'red|blue green'],
    ['a OR b OR c', 'a|b|c'],
    ['red AND blue', 'red blue'],
    ['red AND -blue', 'red -blue'],
    ['red AND ext:md', 'red {md}'],
    ['red OR ext:md', '{red|md} ?red'],
    ['ext:md OR red', '{red|md} ?red'],
    ['red OR -ext:md', '{red|-md} ?red'],
    ['red OR -blue', '{red|-blue} ?red'],
    ['or and', 'or and'],
    ['name:foo path:bar/baz', 'name:foo path:bar/baz'],
    ['name:"a b" -name:c', 'name:"a b" -name:c'],
    ['in:drivers lock', 'path:drivers lock'],
    ['name: foo', 'name: foo'],
    ['rsync --delete', 'rsync --delete'],
    ['gpio-virtio.c', 'gpio-virtio.c'],
    ['a - b !!! * "" "', 'a b'],
    ['path path', 'path'],
    ['red red OR blue blue', 'red red|blue blue'],
    ['a OR b a OR b', 'a|b'],
    ['a | b c || d && e', 'a|b c|d e'],
    ['a|b -c|d ext:md|txt', 'a|b -c -d {md} {txt}'],
    ['a|"b c"|d*', 'a|"b c"|d*'],
    ['| a |', 'a'],
    ['a AND b OR c', 'a b|c'],
    ['(a b) OR c', 'a|b|c {c|(a b)}'],
    ['(a OR b) c', 'a|b c'],
    ['a (b c)', 'a b c'],
    ['-(a b) c', 'c -{(a b)}'],
    ['NOT (a OR b) c', 'c -a -b'],
    ['c NOT a', 'c -a'],
    ['c AND NOT -a', 'c a'],
    ['(name:a OR ext:b)', '{name:a|b} ?name:a'],
    ['ext:(pdf OR docx) x', 'x {pdf} {docx}'],
    ['-ext:pdf|docx x', 'x -{pdf} -{docx}'],
    ['-in:~/old|/new x', 'x -{/home/me/old} -{/new}'],
    ['name:(a "b c") title:d', 'name:a name:"b c" title:d'],
    ['(ext:a|b ext:c) OR x', '{x|(a|b|c)} ?x'],
    ['a NEAR/3 b', 'a~b~3'],
    ['a NEAR "b c" NEAR/2 d x', 'a~b c~d~10 x'],
    ['-a NEAR/3 b c', 'c -a~b~3'],
    ['c NOT -a NEAR/3 b', 'c a~b~3'],
    ['"a b"~5', 'a~b~5'],
    ['name:a NEAR name:b', 'name:a~b~10'],
    ['*lock', '{*lock}'],
    ['mu*ex a', 'a {mu*ex}'],
    ['name:*port* -*.bak', '{*port*} -{*.bak}'],
    ['m?tex a', 'a {m?tex}'],
    ['a ** b*', 'a b*'],
    ['what? **bold**', 'what? **bold*'],
    ['f(x) (', 'f(x)'],
    ['if (a) {', 'if a'],
    [':) :( a', 'a'],
    ['“wait queue” „a b“', '"wait queue" "a b"'],
    ['AT&T a & b', 'AT&T a b'],
    ['"unclosed words', '"unclosed words"'],
    ['http://example.org size:huge modified:never', 'http://example.org size:huge modified:never'],
    ['a\u0000b\u001b[31m', 'a b [31m'],
    ['設定 Résumé', '設定 Résumé'],
  ])('%s → %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('parseQuery: filters', () => {
  it('takes OR between fields; types, and folders, are alternatives without it', () => {
    expect(parse('author:ann OR tag:x OR size:1k').filters).toMatchObject([
      { kind: 'either', conditions: [{ field: 'author' }, { field: 'tag' }, { field: 'size' }], isExcluded: false },
    ]);
    expect(parse('ext:md OR ext:txt').filters).toEqual(parse('ext:md ext:txt').filters);
    expect(parse('in:/a OR in:/b').filters).toEqual(parse('in:/a in:/b').filters);
    expect(parse('author:ann AND tag:x').filters).toEqual(parse('author:ann tag:x').filters);
  });

  it('knows kinds, media types and endings', () => {
    const [image, html, ext] = parse('x type:image type:text/html ext:.md,RST').filters;
    expect(image).toMatchObject({ kind: 'type', types: ['image/'], extensions: [], isExcluded: false });
    expect(html).toMatchObject({ types: ['text/html'], extensions: [] });
    expect(ext).toMatchObject({ types: [], extensions: ['md', 'rst'] });
    expect(parse('-type:images x').filters[0]).toMatchObject({ types: ['image/'], isExcluded: true });
    expect(parse('type:constructor x').filters[0]).toMatchObject({ types: [], extensions: ['constructor'] });
  });

  it.each([
    ['size:>10k', 10241, Infinity],
    ['size:>=1M', 1048576, Infinity],
    ['size:<1.5kb', 0, 1535],
    ['size:10..2KiB', 10, 2048],
    ['size:0', 0, Infinity],
    ['size:=0', 0, 0],
    ['size:..1k', 0, 1024],
  ])('%s', (text, min, max) => {
    expect(parse(text).filters).toEqual([{ kind: 'span', field: 'size', from: min, to: max + 1, isExcluded: false }]);
  });

  it.each([
    ['in:/usr/share/', '/usr/share'],
    ['in:/', '/'],
    ['in:~', '/home/me'],
    ['in:~/a/../b', '/home/me/b'],
    ['in:.', '/work/here'],
    ['in:../x', '/work/x'],
    ['path:"/a b/c"', '/a b/c'],
  ])('%s', (text, path) => {
    expect(parse(text).filters).toEqual([{ kind: 'folder', path: Buffer.from(path), isExcluded: false }]);
  });

  it('takes ~ and . for words when it is not told what they are', () => {
    expect(parseQuery('in:~/letters', { nowMs: 0 }).groups).toHaveLength(1);
    expect(parseQuery('in:./letters', { nowMs: 0 }).groups).toHaveLength(1);
  });
});

describe('parseQuery: what may have been meant otherwise', () => {
  const field = (source: string, nearest?: string) => ({ kind: 'field', source, nearest, name: source.split(':')[0] });
  it.each([
    ['written:foo modified:2w', [{ kind: 'value', source: 'written:foo', field: 'written' }]],
    ['letter -modified:"last mess"', [{ kind: 'value', source: '-modified:"last mess"', field: 'modified' }]],
    ['size:huge', [{ kind: 'value', source: 'size:huge', field: 'size' }]],
    ['size:1k|huge', [{ kind: 'value', source: 'size:1k|huge', field: 'size' }]],
    ['modified: foo', []],
    ['in:drivers name:x author:!! http://example.org std::vector a.c:12 localhost:80 12:30 C:\\x', []],
    ['filename:x', [field('filename:x', 'name')]],
    ['tilte:x', [field('tilte:x', 'title')]],
    ['foo:bar', [field('foo:bar')]],
    ['red OR blue ext:md OR ext:txt', []],
    ['red OR', [{ kind: 'idle', source: 'OR', at: 4 }]],
    [
      'AND red NOT',
      [
        { kind: 'idle', source: 'AND', at: 0 },
        { kind: 'idle', source: 'NOT', at: 8 },
      ],
    ],
    ['a NEAR/5', [{ kind: 'idle', source: 'NEAR/5', at: 2 }]],
  ])('%s', (text, misread) => {
    expect(parse(text).misread).toEqual(misread);
  });

  it.each([
    '!red',
    '+red',
    '~red',
    'a AROUND(3) b',
    'mutex~',
    'mutex~2',
    'a^2',
    'a XOR b',
    'NEAR(a b, 3)',
    'a NEAR/-1 b',
    'a NEAR/99999 b',
    '\\d{3}',
    'a.*b',
    'x [2020 TO 2021]',
  ])('says of %s what to write instead', (text) => {
    expect(parse(text).misread).toMatchObject([{ kind: 'operator' }]);
  });

  it.each([
    '+49 30',
    'f(x)',
    'what?',
    'a-b',
    'C++',
    '~/x',
    '#include <x>',
    'a^b',
    'x = y;',
    '!',
    "can't",
    '{a: 1}',
    'a+b',
  ])('takes %s for words', (text) => {
    expect(parse(`${text} word`).misread).toEqual([]);
  });
});

describe('parseQuery: what it refuses', () => {
  it.each([
    ['', 'it has no word'],
    ['  "" !!!', 'it has no word'],
    ['()', 'it has no word'],
    ['-draft', 'it only says what is not wanted'],
    ['-type:pdf -a', 'it only says what is not wanted'],
    ['-a OR -b', 'it only says what is not wanted'],
    ['x size:>1M size:<10k', 'at character 12: no file can have this size'],
    ['size:5k..2k', 'at character 1: no file can have this size'],
    ['modified:2024 modified:2023-05', 'at character 15: no file can have this modified'],
    ['(red OR blue', 'at character 1: ( has no )'],
    ['red OR blue)', 'at character 12: ) has no ('],
    ['(ext:md', 'at character 1: ( has no )'],
    ['red NEAR ext:md', 'at character 5: NEAR joins words and "phrases" only'],
    ['red NEAR/2 bl*', 'at character 5: NEAR/2 joins words and "phrases" only'],
    ['(red OR blue) NEAR/2 white', 'at character 15: NEAR/2 joins words and "phrases" only'],
    ['red NEAR/2 -blue', 'at character 5: NEAR/2 joins words and "phrases" only'],
    ['(NOT red) NEAR/2 blue white', 'at character 11: NEAR/2 joins words and "phrases" only'],
    ['name:red NEAR blue', 'at character 10: NEAR joins words in one place'],
    ['red (blue sort:size)', 'at character 11: sort: is about the whole query'],
    ['red sort:colour', 'at character 5: there is no order colour'],
    [`red OR ${'('.repeat(60)}x${')'.repeat(60)}`, 'nested too deep'],
    [`x ${'(a OR ext:b) '.repeat(300)}`, 'it has 301 words'],
    [`x ${'OR (a b) '.repeat(150)}`, 'it has 301 words'],
    [`x ${'-ext:b '.repeat(300)}`, 'it has 300 conditions'],
    [`x ${'(ext:b OR size:1) '.repeat(150)}`, 'it has 300 conditions'],
  ])('%s: %s', (text, why) => {
    const error = errorOf(text);
    expect(error.code).toBe('FT_QUERY_SYNTAX');
    expect(error.message).toContain(why);
    expect(error.hint).toBeTruthy();
    expect(error.place).toMatchObject({ text });
  });

  it('takes as many words as it says, also in brackets', () => {
    expect(parse(`x ${'OR (a b) '.repeat(99)}`).filters).toHaveLength(1);
  });

  it('takes exclusions together with a filter', () => {
    expect(parse('type:pdf -draft').excluded).toHaveLength(1);
  });
});

const pieces = fc.constantFrom(
  ...[
    'a',
    'Foo',
    '"',
    '*',
    '-',
    '--',
    ' ',
    ':',
    '(',
    ')',
    '^',
    '+',
    '{',
    '}',
    'OR',
    'AND',
    'NOT',
    'NEAR',
    ' OR ',
    ' NEAR/2 ',
    '|',
    '&',
    '~2',
    '?',
    'sort:',
    'foo:',
    '\\',
    "'",
  ],
  ...[
    'name:',
    'in:',
    'type:',
    'size:',
    'modified:',
    '>1k',
    '2d',
    '..',
    '/',
    '~',
    'é',
    '漢',
    '\u0000',
    '\u0301',
    '\ud800',
    '😀',
  ],
);
const queries = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

describe('any text', () => {
  const db = openForWriting(':memory:');
  const asked = {
    body: db.prepare('SELECT rowid FROM body WHERE body MATCH ?'),
    names: db.prepare('SELECT rowid FROM names WHERE names MATCH ?'),
  };

  it('is a query with expressions that FTS5 understands, or is refused as FT_QUERY_SYNTAX', () => {
    fc.assert(
      fc.property(queries, (text) => {
        let query: Query;
        try {
          query = parse(text);
        } catch (error) {
          expect((error as FindTextError).code).toBe('FT_QUERY_SYNTAX');
          return;
        }
        for (const group of [
          ...query.groups,
          ...withHalfTyped(query).groups,
          ...[...query.excluded, ...(query.hints ?? [])].map((term) => [term]),
        ]) {
          const body = bodyExpression(group);
          if (body) asked.body.all(body);
          asked.names.all(namesExpression(group));
        }
        const { sql, parameters } = toWholeCondition(lookUpChanges(db, query), db);
        db.prepare(`SELECT id FROM part WHERE true ${sql('part.id')}`).all(parameters);
        expect(query.groups.length).toBeLessThanOrEqual(MAX_GROUPS);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['!the'.repeat(2000), '!the'.repeat(50)],
    [`"${'some words, '.repeat(2000)}"`, `${'some words, '.repeat(25)}`.slice(0, -2)],
    ['漢字かな'.repeat(2000), '漢字かな'.repeat(13).slice(0, 50)],
    [`one "x ${'漢'.repeat(60)}"`, `x ${'漢'.repeat(49)}`],
  ])('asks for the first fifty words of a phrase: %.20s', (text, asked) => {
    const { groups, misread } = parse(text);
    expect(groups.at(-1)).toMatchObject([{ text: asked }]);
    expect(misread).toContainEqual({ kind: 'cut', words: 50 });
  });

  it('takes a long word and a phrase of fifty words as they are', () => {
    for (const text of ['x'.repeat(2000), Array.from({ length: 50 }, (_, i) => 'x'.repeat(i + 1)).join('-')])
      expect(parse(text)).toMatchObject({ groups: [[{ text }]], misread: [] });
  });

  it('asks for the first words of a text of any length', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `w${i}`).join(' ');
    expect(parse(text).groups).toHaveLength(MAX_GROUPS);
    expect(parse(text).misread).toEqual([{ kind: 'length', asked: MAX_GROUPS }]);
    expect(parse(`${'word '.repeat(2000)}`).groups).toHaveLength(1);
  });
});

describe('parseQuery: the order', () => {
  it.each([
    ['sort:size', [{ by: 'size', isReversed: false }]],
    ['sort:-size', [{ by: 'size', isReversed: true }]],
    ['-sort:date', [{ by: 'modified', isReversed: true }]],
    ['sort:oldest', [{ by: 'modified', isReversed: true }]],
    ['-sort:oldest', [{ by: 'modified', isReversed: false }]],
    [
      'sort:title,path',
      [
        { by: 'title', isReversed: false },
        { by: 'path', isReversed: false },
      ],
    ],
    [
      'sort:size sort:name',
      [
        { by: 'size', isReversed: false },
        { by: 'name', isReversed: false },
      ],
    ],
  ])('%s', (text, order) => {
    expect(parse(`x ${text} y`)).toMatchObject({ order, groups: [[{ text: 'x' }], [{ text: 'y' }]] });
  });

  it('is no condition: by itself it finds nothing', () => {
    expect(errorOf('sort:size').message).toContain('it has no word');
  });
});
