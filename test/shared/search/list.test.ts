import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listHits, listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const options = { nowMs: 0, ranked: 3 };
const WORDS = ['apple', 'pear', 'plum', 'fig', 'nut'] as const;
const someWords = fc.subarray([...WORDS]);
const files = fc.uniqueArray(fc.record({ folder: someWords, name: someWords, text: someWords }), {
  maxLength: 12,
  selector: ({ folder, name }) => `${folder}/${name}`,
});
const query = fc.record({
  groups: fc.array(fc.subarray([...WORDS], { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  excluded: fc.subarray([...WORDS], { maxLength: 1 }),
});

function asText({ groups, excluded }: { groups: string[][]; excluded: string[] }): string {
  return [...groups.map((group) => group.join(' OR ')), ...excluded.map((word) => `-${word}`)].join(' ');
}

describe('listPaths', () => {
  it('lists exactly the documents that a look at each of them finds, whatever the words and where they stand', () => {
    fc.assert(
      fc.property(files, query, (documents, asked) => {
        const index = new SampleIndex();
        const expected: string[] = [];
        for (const { folder, name, text } of documents) {
          const path = `d-${folder.join('-')}/n-${name.join('-')}`;
          index.write(path, text.join(' '));
          const words = new Set([...folder, ...name, ...text]);
          const isWanted = asked.groups.every((group) => group.some((word) => words.has(word as 'fig')));
          if (isWanted && !asked.excluded.some((word) => words.has(word))) expected.push(index.path(path));
        }
        const listed = Array.from(listPaths(index.db, asText(asked), options).items, ({ path }) => String(path));
        expect(listed.sort()).toEqual(expected.sort());
        const { hits, total } = search(index.db, asText(asked), { limit: 50, nowMs: 0 });
        expect(total).toBe(expected.length);
        expect(
          hits
            .filter((hit) => hit.isWhole)
            .map((hit) => String(hit.path))
            .sort(),
        ).toEqual(expected);
        index.db.close();
      }),
      { numRuns: 60 },
    );
  });

  it('takes the last word for a beginning as search() does, whatever else is asked', () => {
    const parts = ['plum', 'plumx', 'plumxyz', 'fi', 'fig', 'figar', 'figaro', 'apple', 'application'] as const;
    const someParts = fc.subarray([...parts]);
    const places = fc.uniqueArray(fc.record({ name: someParts, text: someParts }), {
      maxLength: 10,
      selector: ({ name }) => name.join(),
    });
    const item = fc.constantFrom(
      ...parts,
      '"plum"',
      '-figaro',
      'plum OR fig',
      'name:fig',
      '"plum plumx"',
      '-"fig figar"',
    );
    const queries = fc
      .tuple(fc.constantFrom(...parts), fc.array(item, { maxLength: 2 }), fc.boolean())
      .map(([wanted, others, isLast]) => (isLast ? [...others, wanted] : [wanted, ...others]).join(' '));
    fc.assert(
      fc.property(places, queries, (documents, asked) => {
        const index = new SampleIndex();
        for (const { name, text } of documents) index.write(`n-${name.join('-')}`, text.join(' '));
        const listed = Array.from(listPaths(index.db, asked, options).items, ({ path }) => String(path)).sort();
        const result = search(index.db, asked, { limit: 50, nowMs: 0 });
        const whole = result.corrections.length > 0 ? [] : result.hits.filter((hit) => hit.isWhole);
        expect(whole.map((hit) => String(hit.path)).sort()).toEqual(listed);
        expect(Array.from(listHits(index.db, asked, options).items, ({ path }) => String(path)).sort()).toEqual(listed);
        const first = search(index.db, asked, { limit: 1, nowMs: 0 });
        if (first.corrections.length === 0) expect([first.total, first.isTotalExact]).toEqual([listed.length, true]);
        index.db.close();
      }),
      { numRuns: 60 },
    );
  });

  it('knows beginnings in names of any length, in texts from four letters on, and exact words in quotes', () => {
    const index = new SampleIndex({
      'a.txt': 'configuration',
      'b-config.txt': 'melon',
      'c.txt': 'an apple',
      'd.txt': 'application',
    });
    const listed = (query: string) =>
      Array.from(listPaths(index.db, query, options).items, ({ path }) =>
        String(path).slice(index.root.length + 1),
      ).sort();
    expect(listed('config')).toEqual(['a.txt', 'b-config.txt']);
    expect(listed('con')).toEqual(['b-config.txt']);
    expect(listed('"config"')).toEqual(['b-config.txt']);
    expect(listed('melon config')).toEqual(['b-config.txt']);
    expect(listed('config melon')).toEqual(['b-config.txt']);
    expect(listed('apple')).toEqual(['c.txt']);
    expect(listed('applic')).toEqual(['d.txt']);
    expect(listed('name:conf')).toEqual(['b-config.txt']);
  });

  it('repairs no word, but says what may have been meant when that would list a file', () => {
    const index = new SampleIndex({ 'a.txt': 'configuration', 'gone.txt': 'documentation' });
    rmSync(index.path('gone.txt'));
    for (const list of [listPaths, listHits]) {
      expect(list(index.db, 'documentatoin', options).suggest()).toBeUndefined();
      expect(list(index.db, 'confguration zzzzzz', options).suggest()).toBeUndefined();
      expect([...list(index.db, 'confguration', options).items]).toEqual([]);
      expect(list(index.db, 'confguration', options).suggest()).toBe('configuration');
      expect(list(index.db, 'zzzzzz', options).suggest()).toBeUndefined();
      expect([...list(index.db, 'config*', options).items]).toHaveLength(1);
    }
  });
});

describe('listHits', () => {
  it('gives every match with its snippet', () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`${i}.txt`, `an apple ${i}`]));
    const hits = [...listHits(new SampleIndex(many).db, 'apple', options).items];
    expect(new Set(hits.map((hit) => String(hit.path))).size).toBe(70);
    for (const { snippet } of hits) expect(snippet.highlights).toEqual([[3, 8]]);
  });
});
