/** What the full text is asked for: no more than can have an answer. */
import { lstatSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { CandidateSearch } from '../../../shared/search/candidates.js';
import { toSqlCondition } from '../../../shared/search/filter-sql.js';
import { FullText } from '../../../shared/search/full-text.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { Documents } from '../../../shared/store/documents.js';
import { askedOfDb } from '../../helpers/asked-of-db.js';
import { SampleIndex } from '../../helpers/sample-index.js';

describe('a candidate search', () => {
  const index = new SampleIndex({
    'one.txt': 'alpha gamma beta, delta epsilon',
    'two.txt': 'beta alpha gamma, delta zeta',
    'gamma.txt': 'epsilon zeta',
  });
  afterAll(() => index.db.close());

  const questionsWith = (text: string, words: string) =>
    askedOfDb(index.db, (db) => {
      const search = new CandidateSearch(db, parseQuery(text, { nowMs: 0 }), 10);
      search.findWhole();
      search.findSome();
      search.result();
    }).filter((parameters) => parameters.includes(words));

  it.each(['"alpha beta gamma" delta epsilon', 'delta "alpha beta gamma"', 'delta epsilon zeta "alpha beta gamma"'])(
    'asks each table once for a phrase that is nowhere: %s',
    (text) => {
      expect(questionsWith(text, 'alpha beta gamma')).toHaveLength(2);
    },
  );

  it('goes on to ask for one that is somewhere, and for the beginning of a last word', () => {
    expect(questionsWith('delta "alpha gamma"', 'alpha gamma').length).toBeGreaterThan(2);
    expect(questionsWith('epsilon gamm', 'gamm').length).toBeGreaterThan(2);
    const search = new CandidateSearch(index.db, parseQuery('epsilon gamm', { nowMs: 0 }), 10);
    expect(search.findWhole()).toBe(2);
  });
});

it('counts what has all words exactly, whichever part of a text that has grown they stand in', () => {
  const names = Array.from({ length: 70 }, (_, i) => `${i}.txt`);
  const index = new SampleIndex(Object.fromEntries(names.map((name) => [name, 'alpha'])));
  const documents = new Documents(index.db);
  for (const name of names) {
    const path = index.path(name);
    const grown = { fromByte: 5, text: Buffer.from(' beta'), input: 'x', isTruncated: false };
    documents.append(documents.find(Buffer.from(path))?.id as number, lstatSync(path), grown);
  }
  for (let i = 0; i < 100; i++) index.write(`alpha/${i}.txt`, 'alpha');
  const search = new CandidateSearch(index.db, parseQuery('alpha beta', { nowMs: 0 }), 10);
  search.findWhole();
  expect(search.result()).toMatchObject({ total: 70, isTotalExact: true });
  index.db.close();
});

it('scores by some of very many alternatives, and finds and counts what has any of them', () => {
  const ends = [...'klmnopqrst'].flatMap((one) => [...'abcdefghi'].map((other) => one + other));
  const words = ends.map((end) => `word${end}`);
  const index = new SampleIndex(Object.fromEntries(words.map((word, i) => [`${ends[i]}.txt`, `alpha ${word}`])));
  const found = (text: string, wanted: number) => {
    const search = new CandidateSearch(index.db, parseQuery(text, { nowMs: 0 }), wanted);
    search.findWhole();
    return search.result();
  };
  const any = words.join('|');
  // Looked for in names only.
  const begun = ends.map((end) => `${end}*`).join('|');
  for (const text of [any, words.join(' OR '), `alpha (${any})`, `(${any}) (${any} OR x)`, begun]) {
    expect([text, found(text, 10)]).toMatchObject([text, { total: 90, isTotalExact: true }]);
    expect(new Set(found(text, 90).candidates.map(({ id }) => id)).size).toBe(90);
  }
  index.db.close();
});

it('counts documents, not the parts that they have grown by', () => {
  const index = new SampleIndex({ 'one.txt': 'beta', 'two.txt': 'beta' });
  const documents = new Documents(index.db);
  for (const name of ['one.txt', 'two.txt']) {
    const path = index.path(name);
    const grown = { text: Buffer.from(' alpha'), input: 'x', isTruncated: false };
    const id = documents.find(Buffer.from(path))?.id as number;
    for (let i = 0; i < 20; i++) documents.append(id, lstatSync(path), { ...grown, fromByte: 4 + 6 * i });
  }
  const fullText = new FullText(index.db, toSqlCondition(parseQuery('alpha', { nowMs: 0 }), index.db));
  expect(fullText.count('"alpha"', undefined, 10)).toBe(2);
  index.db.close();
});
