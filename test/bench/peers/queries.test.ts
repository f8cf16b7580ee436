/** What the comparison takes as right: from reading files, from texts of documents, from places among hits. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../helpers/temp.js';

const load = (name: string) => import(new URL(name, import.meta.url).href);
const { compareLists, filesWithWords } = await load('brute-force.mjs');
const { documentQueries } = await load('document-queries.mjs');
const { scoreOf, placesOf } = await load('places.mjs');

describe('brute force', () => {
  it('finds whole words in any case, and no parts of words', () => {
    const folder = tempFolder();
    const texts = { a: 'The Driver.', b: 'drivers my_driver', c: 'x-driver' };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    expect([...filesWithWords(folder, ['driver', 'none']).get('driver')].sort()).toEqual([
      join(folder, 'a'),
      join(folder, 'c'),
    ]);
    expect(filesWithWords(folder, ['none']).get('none').size).toBe(0);
  });

  it('says how much of it was listed', () => {
    expect(compareLists(new Set(['a', 'b']), ['a', 'x', 'y'])).toEqual({ share: 0.5, right: 2, listed: 3 });
    expect(compareLists(new Set(), [])).toEqual({ share: 1, right: 0, listed: 0 });
  });
});

describe('queries from documents', () => {
  const same = 'this line stands in each of the documents here\n';
  const texts = new Map([
    ['a', `${same}gulls cross the northern sea in long white lines\n${'harbour anchor lantern compass '.repeat(3)}\n`],
    ['b', `${same}nobody heard the old bell ring on that evening\n${'harbour anchor lantern keeper '.repeat(3)}\n`],
    ['c', `${same}compass keeper orchard meadow\n${'orchard meadow '.repeat(4)}\n`],
  ]);
  const queries: { kind: string; text: string; path: string }[] = documentQueries(texts);

  it('have one document that answers them', () => {
    for (const { kind, text, path } of queries) {
      const holds = (own: string) =>
        kind === 'six words in a row'
          ? own.includes(text)
          : text.split(' ').every((word) => own.split(/\W+/).includes(word));
      expect([...texts].filter(([, own]) => holds(own)).map(([name]) => name)).toEqual([path]);
    }
  });

  it('are of both kinds', () => {
    const kinds = ['six words in a row', 'four telling words'];
    const all = ['a', 'b', 'c'].flatMap((path) => kinds.map((kind) => `${path}: ${kind}`));
    expect(queries.map(({ kind, path }) => `${path}: ${kind}`)).toEqual(all);
  });
});

describe('places among hits', () => {
  it('are scored by their reciprocal', () => {
    const places = [1, 2, 0, 4].map((place) => ({ place }));
    expect(scoreOf(places)).toEqual({ queries: 4, mrr: 0.4375, first: 1, found: 3 });
    expect(scoreOf([]).mrr).toBeUndefined();
  });

  it('are those of all words, and of any word where no file has all', () => {
    const asked: string[] = [];
    const command = (how: string, found: string) => {
      asked.push(how);
      return {
        argv: ['printf', '%s', found],
        env: process.env,
        paths: (text: string) => text.split(' ').filter(Boolean),
      };
    };
    const session = (all: string) => ({
      services: () => [],
      first: () => command('all', all),
      firstAny: () => command('any', 'x wanted'),
    });
    const items = [{ text: 'q', path: 'wanted' }];
    expect(placesOf(session('a b wanted'), items)[0].place).toBe(3);
    expect(placesOf(session('a b'), items)[0].place).toBe(0);
    expect(placesOf(session(''), items)[0].place).toBe(2);
    expect(asked).toEqual(['all', 'all', 'all', 'any']);
  });
});
