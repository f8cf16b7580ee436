/** How Tracker is asked: a match for each word or phrase, and nothing in a word ends the string that it stands in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { filesWithAll, filesWithAny } = await import(new URL('engines/tracker-query.mjs', import.meta.url).href);

/** A string of SPARQL, from quote to quote. */
const MATCH = /fts:match "((?:[^"\\\n\r]|\\["\\nrt])*)" ; /g;
const NAMED: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** Each term is looked for in contents and in names. */
function termsIn(query: string): string[] {
  const all = [...query.matchAll(MATCH)].map(([, text]) => text!.replace(/\\(.)/g, (_, one) => NAMED[one] ?? one));
  const even = all.filter((_, at) => at % 2 === 0);
  expect(all).toEqual(even.flatMap((term) => [term, term]));
  return even;
}

describe('what Tracker is asked', () => {
  it('is each word, and each phrase', () => {
    const text = 'sea  "two words" gull* + a"b';
    const terms = ['sea', '"two words"', 'gull*', 'a"b'];
    expect(termsIn(filesWithAll(text, 10))).toEqual(terms);
    expect(termsIn(filesWithAny(text, 10))).toEqual(terms);
  });

  it('adds up the ranks of all words', () => {
    expect(filesWithAll('a b', 10)).toContain('ORDER BY (?rank0 + ?rank1) LIMIT 10');
    expect(filesWithAll('a', 3)).toContain('ORDER BY (?rank0) LIMIT 3');
    expect(filesWithAny('a b', 10)).toContain(' UNION ');
  });

  it('is one whole query, whatever was typed', () => {
    const typed = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', ' ', 'a', '}', '?', '*', "'") });
    fc.assert(
      fc.property(typed, (text) => {
        for (const query of [filesWithAll(text, 10), filesWithAny(text, 10)]) {
          expect(termsIn(query).every((term) => text.includes(term))).toBe(true);
          expect(query.replaceAll(MATCH, '')).not.toMatch(/["\\\n\r]/);
        }
      }),
    );
  });
});
