import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FindTextError } from '../../../shared/errors.js';
import { bodyExpression, namesExpression, withHalfTyped } from '../../../shared/search/match-expression.js';
import { MAX_CHARACTERS, MAX_TERMS, parseQuery } from '../../../shared/search/parse-query.js';
import type { Query } from '../../../shared/search/query.js';
import { openForWriting } from '../../../shared/store/open.js';

const context = { nowMs: new Date(2024, 4, 15, 12).getTime(), home: '/home/me', cwd: '/work/here' };

function parse(text: string): Query {
  return parseQuery(text, context);
}

/** Groups as text: `a|b c` for (a or b) and c; phrases quoted, beginnings with a star, names marked. */
function shown(text: string): string {
  const term = ({ text, kind, field }: Query['excluded'][number]) =>
    (field === 'any' ? '' : `${field}:`) + (kind === 'phrase' ? `"${text}"` : kind === 'prefix' ? `${text}*` : text);
  const { groups, excluded } = parse(text);
  return [...groups.map((group) => group.map(term).join('|')), ...excluded.map((one) => `-${term(one)}`)].join(' ');
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
    ['red AND ext:md', 'red'],
    ['red OR ext:md', 'red'],
    ['ext:md OR red', 'red'],
    ['red OR -ext:md', 'red OR'],
    ['OR red', 'OR red'],
    ['red OR', 'red OR'],
    ['red OR -blue', 'red OR -blue'],
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
  it.each([
    ['written:foo modified:2w', [{ kind: 'value', source: 'written:foo', field: 'written' }]],
    ['letter -modified:"last week"', [{ kind: 'value', source: '-modified:"last week"', field: 'modified' }]],
    ['size:huge', [{ kind: 'value', source: 'size:huge', field: 'size' }]],
    ['modified: foo', []],
    ['in:drivers name:x author:!! http://example.org', []],
    ['red OR ext:md', [{ kind: 'OR' }]],
    ['author:ann OR red', [{ kind: 'OR' }]],
    ['red OR blue ext:md OR ext:txt', []],
    ['red AND ext:md', []],
    ['red OR', []],
  ])('%s', (text, misread) => {
    expect(parse(text).misread).toEqual(misread);
  });
});

describe('parseQuery: what it refuses', () => {
  it.each([
    ['', 'it has no word'],
    ['  "" !!!', 'it has no word'],
    ['-draft', 'it only says what is not wanted'],
    ['-type:pdf -a', 'it only says what is not wanted'],
    ['x size:>1M size:<10k', 'at character 12: no file can have this size'],
    ['size:5k..2k', 'at character 1: no file can have this size'],
    ['modified:2024 modified:2023-05', 'at character 15: no file can have this modified'],
    [`${'word '.repeat(200)}1`, 'at character 1001: it has 1001 characters'],
    [Array.from({ length: 33 }, (_, i) => `w${i}`).join(' '), 'it has more than 32 words'],
  ])('%s: %s', (text, why) => {
    const error = errorOf(text);
    expect(error.code).toBe('FT_QUERY_SYNTAX');
    expect(error.message).toContain(why);
    expect(error.hint).toBeTruthy();
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
          ...query.excluded.map((term) => [term]),
        ]) {
          const body = bodyExpression(group);
          if (body) asked.body.all(body);
          asked.names.all(namesExpression(group));
        }
        expect(query.groups.flat().length + query.excluded.length).toBeLessThanOrEqual(MAX_TERMS);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes as many words as fit into the limits at once', () => {
    const text = Array.from({ length: MAX_TERMS }, () => 'x'.repeat(MAX_CHARACTERS / MAX_TERMS - 2))
      .map((word, i) => word + (i % 10) + ((i / 10) | 0))
      .join(' ');
    expect(parse(text.slice(0, MAX_CHARACTERS)).groups).toHaveLength(MAX_TERMS);
  });
});
