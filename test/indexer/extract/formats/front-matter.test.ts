import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frontMatterProperties } from '../../../../indexer/extract/formats/front-matter.js';

function told(...lines: string[]): string[] {
  const properties = frontMatterProperties(['---', ...lines, '---', 'author: not this']);
  return properties.map(({ field, value }) => `${field}=${value}`);
}

const local = (...numbers: [number, number, number, number?, number?]) => `written=${new Date(...numbers).getTime()}`;

describe('frontMatterProperties', () => {
  it.each([
    [['author: Ann Bee'], ['author=Ann Bee']],
    [['Author: "Bee, Ann" # of the house'], ['author=Bee, Ann']],
    [['author: Ann # a comment'], ['author=Ann']],
    [['authors: [Ann, "Bob, the elder"]'], ['author=Ann', 'author=Bob, the elder']],
    [
      ['authors:', '  - name: Ann', '- Bob', 'title: x'],
      ['author=Ann', 'author=Bob'],
    ],
    [['tags: [a, b c]'], ['tag=a', 'tag=b c']],
    [['tags: a, b'], ['tag=a', 'tag=b']],
    [
      ['keywords:', '- a', "- 'b'"],
      ['tag=a', 'tag=b'],
    ],
    [['tags: [', 'x'], ['tag=[']],
    [['tags: []', 'author:', 'date: soon'], []],
    [['title: T', 'nested:', '  author: Ann'], []],
    [['author:Ann'], []],
    [
      [
        'authors:',
        '  - name: Ann',
        '    affiliation: X',
        '  - affiliation: Y',
        '    name: Bob',
        '    site:',
        '      name: z',
        'x: y',
      ],
      ['author=Ann', 'author=Bob'],
    ],
    [
      ['author:', '  name: Ann', '  email: a@b', 'tag: t'],
      ['author=Ann', 'tag=t'],
    ],
    [
      ['tags: # mine', '- a', '', '- b'],
      ['tag=a', 'tag=b'],
    ],
    [
      ['tags: [a,', '  b, "c, d"', ']', 'tag: e'],
      ['tag=a', 'tag=b', 'tag=c, d', 'tag=e'],
    ],
    [["tags: rock'n'roll, kid's stuff, it's"], ["tag=rock'n'roll", "tag=kid's stuff", "tag=it's"]],
    [['tags: [\'it\'\'s, so\', "a \\"b\\""]'], ["tag=it's, so", 'tag=a "b"']],
    [
      ['author: >-', '  Ann', '  Bee', 'tag: x'],
      ['author=Ann Bee', 'tag=x'],
    ],
    [
      ['author: &a Ann', 'authors: *a', 'tags: [!!str t, *a]'],
      ['author=Ann', 'tag=t'],
    ],
  ])('%j → %j', (lines, properties) => {
    expect(told(...lines)).toEqual(properties);
  });

  it.each([
    ['date: 2024-05-01', local(2024, 4, 1)],
    ['date: "2024-5-1"', local(2024, 4, 1)],
    ['created: 2024-05-01 9:30', local(2024, 4, 1, 9, 30)],
    ['date: 2024-05-01T10:00:00Z', `written=${Date.UTC(2024, 4, 1, 10)}`],
    ['date: 2024-05-01 10:00:00 +0200', `written=${Date.UTC(2024, 4, 1, 8)}`],
    ['date: 2024-05-01T10:00+02', `written=${Date.UTC(2024, 4, 1, 8)}`],
    ['date: 2024/5/1', local(2024, 4, 1)],
    ['date: 2024-05', local(2024, 4, 1)],
    ['date: 2024 # or so', local(2024, 0, 1)],
    ['date: !!timestamp 2024-05-01', local(2024, 4, 1)],
  ])('%s', (line, property) => {
    expect(told(line)).toEqual([property]);
  });

  it.each(['2024-02-30', '2023-02-29', '2024-13-01', '2024-05-01T25:00', '2024-05T10:00', '20240501', '2024-05-01x'])(
    'date: %s is no time',
    (text) => {
      expect(told(`date: ${text}`)).toEqual([]);
    },
  );

  it('reads nothing without a front matter that begins the file and ends', () => {
    expect(frontMatterProperties(['text', '---', 'author: Ann', '---'])).toEqual([]);
    expect(frontMatterProperties(['---', 'author: Ann'])).toEqual([]);
    expect(frontMatterProperties([])).toEqual([]);
  });

  it('takes any lines, and gives texts and finite times', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string().map((text) => `tags: ${text}`),
      fc.string().map((text) => `date: 2024-${text}`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { value } of frontMatterProperties(['---', ...lines, '---']))
          expect(typeof value === 'string' ? value !== '' : Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
