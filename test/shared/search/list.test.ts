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

  it('takes no word for the beginning of one and repairs none, but says what may have been meant', () => {
    const index = new SampleIndex({ 'a.txt': 'configuration' });
    for (const list of [listPaths, listHits]) {
      expect([...list(index.db, 'config', options).items]).toEqual([]);
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
