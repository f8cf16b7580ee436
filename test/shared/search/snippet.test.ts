import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMatches, toMatcher } from '../../../shared/search/matcher.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { findSnippet, findSnippetEarly } from '../../../shared/search/snippet.js';
import { stem } from '../../../shared/search/stem.js';
import type { Snippet } from '../../../shared/types.js';
import { partCamel } from '../../../shared/words/camel.js';
import { foldText } from '../../../shared/words/fold.js';
import { toWords } from '../../../shared/words/words.js';

function snippet(text: string, query: string): Snippet {
  const matcher = toMatcher(parseQuery(query, { nowMs: 0 }));
  return findSnippet(foldText(text), matcher && { all: matcher, telling: matcher }).snippet;
}

function marked(text: string, query: string): string[] {
  const found = snippet(text, query);
  return found.highlights.map(([start, end]) => found.text.slice(start, end));
}

describe('findSnippet: what is highlighted', () => {
  it.each([
    ['He connects two connections.', 'connection', ['connects', 'connections']],
    ['Memory, memories; memoir', 'memories', ['Memory', 'memories']],
    ['RÉSUMÉ and resume', 'résumé', ['RÉSUMÉ', 'resume']],
    ['wait a queue: the wait-queue', '"wait queue"', ['wait-queue']],
    ['gpio_virtio.c or gpio virtio', 'gpio-virtio.c', ['gpio_virtio.c']],
    ['schedule, sched_class, reschedule', 'sched*', ['schedule', 'sched']],
    ['red, blue and green', 'red OR green', ['red', 'green']],
    ['unchanged change', 'change', ['change']],
    ['漢字 漢字かな 漢', '漢字', ['漢字', '漢字']],
    ['handleRequestError', 'request', ['Request']],
    ['handleRequestError', 'RequestError', ['RequestError']],
    ['Straße, STRASSE', 'strasse', ['Straße', 'STRASSE']],
    ['Müller und Mueller', 'Mueller', ['Müller', 'Mueller']],
    ['die Geräte', 'geraete', ['Geräte']],
    ['co\u00adop, ﬁle', 'coop file', ['co\u00adop', 'ﬁle']],
    ['re\u0301sume\u0301 x', 'résumé', ['re\u0301sume\u0301']],
    ['東京都庁舎', '都庁', ['都庁']],
    ['ระบบค้นหาข้อความ', 'ค้นหา', ['ค้นหา']],
    ['전체검색을', '검색', ['검색']],
    ['दिन दान', 'दिन', ['दिन']],
    ['at 2026-05-01T12:34Z', '2026-05-01', ['2026-05-01']],
    ['v2.10', '2.10', ['2.10']],
    ['one\\ntwo', 'two', ['two']],
    ['M\\u00fcller', 'muller', ['M\\u00fcller']],
    ['C++ or C', 'C++', ['C++']],
    ['foo bar', 'name:foo bar', ['bar']],
    ['a b c a', 'a', ['a', 'a']],
  ])('%s / %s', (text, query, expected) => {
    expect(marked(text, query)).toEqual(expected);
  });
});

describe('findSnippet: which part is shown', () => {
  const filler = 'nothing of interest here. '.repeat(40);

  it('shows the place where all words stand close together, not the first one', () => {
    const text = `${filler}apple ${filler}apple pear plum ${filler}`;
    expect(snippet(text, 'plum apple pear').text).toContain('apple pear plum');
  });

  it('shows the place with most of the words when they are never together', () => {
    const text = `${filler}apple ${filler}apple pear ${filler}plum`;
    expect(snippet(text, 'plum apple pear').text).toContain('apple pear');
  });

  it('shows the beginning when no word is there', () => {
    expect(snippet(`Dear all,\n\n${filler}`, 'absent')).toMatchObject({ highlights: [] });
    expect(snippet(`Dear all,\n\n${filler}`, 'absent').text).toMatch(/^Dear all, nothing/);
    expect(snippet('', 'absent')).toEqual({ text: '', highlights: [] });
  });

  it('collapses whitespace and control characters', () => {
    expect(snippet('  a\t\tb\r\n\u001b[31mc\u0000\u009b d  ', 'b').text).toBe('a b [31mc d');
  });

  it('is not long, whatever the text', () => {
    for (const text of [
      'x'.repeat(1e6),
      `${'x '.repeat(1e5)}needle`,
      '\n'.repeat(1e5),
      'needle '.repeat(1e5),
      '漢'.repeat(1e5),
    ]) {
      expect(snippet(text, 'needle').text.length).toBeLessThanOrEqual(180);
    }
  });

  it('does not cut a character in two', () => {
    for (let shift = 0; shift < 4; shift++) {
      expect(snippet(`${'a'.repeat(shift)}${'😀'.repeat(500)} needle ${'😀'.repeat(500)}`, 'needle').text).not.toMatch(
        /^[\udc00-\udfff]|[\ud800-\udbff]$/,
      );
    }
  });
});

const words = ['memory', 'Memories', 'allocate', 'allocation', 'wait', 'queue', 'résumé', 'Resume', '漢字', 'x', 'it'];
const gaps = [' ', '\n\n', '-', '_', '. ', ' 😀 ', '\u0000', '\u0301', '   '];
const text = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...gaps)), { maxLength: 200 })
  .map((parts) => parts.flat().join(''));
const query = fc
  .array(fc.constantFrom(...words, '"wait queue"', 'mem*', 'memory OR it'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(' '));

describe('findSnippet: any text', () => {
  it('highlights ranges inside the snippet, ascending and apart, each a word of the query', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), query, (source, asked) => {
        const found = snippet(source, asked);
        const terms = new Set(toWords(asked).map(stem));
        let done = 0;
        for (const [start, end] of found.highlights) {
          expect(start).toBeGreaterThanOrEqual(done);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(found.text.length);
          for (const word of toWords(found.text.slice(start, end)))
            expect(terms.has(stem(word)) || word.startsWith('mem')).toBe(true);
          done = end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds a word wherever cutting the text into words finds it', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...words), (source, word) => {
        const matcher = toMatcher(parseQuery(word, { nowMs: 0 }));
        const found = matcher ? [...findMatches(foldText(source), matcher)].length : 0;
        const isMeant = (one: string) => stem(one) === stem(toWords(word)[0] as string);
        const tokens = source.split(/[^\p{L}\p{M}\p{N}]+/u);
        const expected = tokens.map((token) =>
          toWords(token).some(isMeant) ? toWords(token).filter(isMeant) : toWords(partCamel(token)).filter(isMeant),
        );
        expect(found).toBe(expected.flat().length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('findMatches', () => {
  it.each([
    ['hope', 'hoping'],
    ['relate', 'relational'],
    ['memory', 'memorial'],
    ['formalize', 'formality'],
    ['conformable', 'conformability'],
    ['happy', 'happiness'],
  ])('knows %s in %s, though the stemmer has changed its letters', (asked, written) => {
    expect(stem(written)).toBe(stem(asked));
    expect(marked(`x ${written} y`, asked)).toEqual([written]);
  });
});

describe('findSnippetEarly', () => {
  const pieces = [
    'red',
    'blue',
    'Blue_green',
    'greenish',
    'grün',
    '%C3%BC%20x',
    'red-blue',
    'x1y2',
    '7',
    '漢字',
    ' '.repeat(900),
  ];
  const separators = [' ', '\n', '  ', ' -- '];
  const texts = fc
    .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...separators)), { minLength: 1, maxLength: 60 })
    .map((words) => words.flat().join(''));
  const queries = [
    'red',
    'red blue',
    '"red blue"',
    '"red blue" red',
    'blue_green',
    'x1y2 7',
    'grun red',
    '"7 7 7 7" red',
  ];
  const found = ({ line, page, ...rest }: ReturnType<typeof findSnippet>) => ({
    ...rest,
    line: line?.(),
    page: page?.(),
  });

  it('finds what is found in the whole text, or leaves it to that', () => {
    let early = 0;
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(...queries), (first, second, query) => {
        const beginning = `${first} ${'far away '.repeat(150)}${second}`.trimEnd();
        const matcher = toMatcher(parseQuery(query, { nowMs: 0 }));
        if (!matcher) return;
        const matchers = { all: matcher, telling: matcher };
        const some = findSnippetEarly(foldText(beginning), matchers);
        if (!some) return;
        early++;
        expect(found(some)).toEqual(found(findSnippet(foldText(`${beginning} ${second} red blue 7`), matchers)));
      }),
      { numRuns: 2000 },
    );
    expect(early).toBeGreaterThan(100);
  });

  it('leaves a phrase to the whole text that may go on behind the beginning', () => {
    const matcher = toMatcher(parseQuery('red "red blue"', { nowMs: 0 }));
    const matchers = matcher && { all: matcher, telling: matcher };
    const beginning = `red blue red${' '.repeat(2000)}`;
    expect(matchers && findSnippetEarly(foldText(beginning), matchers)).toBeUndefined();
  });
});
