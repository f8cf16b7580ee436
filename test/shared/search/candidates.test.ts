/** What the full text is asked for: no more than can have an answer. */
import { afterAll, describe, expect, it } from 'vitest';
import { CandidateSearch } from '../../../shared/search/candidates.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
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
