/** Of a query with more words than are asked for at once, which are: those that the fewest documents hold. */
import { afterAll, describe, expect, it } from 'vitest';
import { explainFile } from '../../../shared/search/explain-file.js';
import { listPaths } from '../../../shared/search/list.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { MAX_GROUPS } from '../../../shared/search/plan-query.js';
import { search } from '../../../shared/search/search.js';
import { withTellingWords } from '../../../shared/search/telling-words.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const options = { nowMs: 0 };
/** Words of letters only, none of which is a function word. */
const numbered = (word: string, count: number) =>
  Array.from({ length: count }, (_, i) => word + String.fromCharCode(0x61 + Math.floor(i / 26), 0x61 + (i % 26)));
const COMMON = numbered('common', MAX_GROUPS);
const RARE = numbered('rare', 3);

const index = new SampleIndex({
  'all.txt': [...COMMON, ...RARE].join(' '),
  'rare.txt': [...COMMON.slice(3), ...RARE].join(' '),
  'common.txt': COMMON.join(' '),
  'one.txt': COMMON.slice(0, 3).join(' '),
  'two.txt': COMMON.slice(0, 3).join(' '),
});
afterAll(() => index.db.close());

function asked(text: string): string[] {
  return withTellingWords(index.db, parseQuery(text, options)).groups.flatMap((group) =>
    group.map((term) => term.text),
  );
}

describe('of a query that is too long', () => {
  it('the rarest words are asked for, in their order', () => {
    expect(asked([...COMMON, ...RARE].join(' '))).toEqual([...COMMON.slice(3), ...RARE]);
  });

  it('function words are left out first, though hardly a text has them, then what no text has', () => {
    const [first = '', ...others] = COMMON;
    expect(asked([first, 'the', ...others].join(' '))).toEqual(COMMON);
    expect(asked([first, 'zzyzx', ...others, 'the'].join(' '))).toEqual(COMMON);
  });

  it('a word that is repeated counts once', () => {
    expect(asked([...COMMON, ...COMMON].join(' '))).toEqual(COMMON);
  });

  it('no alternatives are taken apart, and what something else is enough for is left alone', () => {
    const all = [...COMMON, ...RARE].join(' ');
    for (const text of [`x OR y ${all}`, `${all} (z OR ext:md)`])
      expect(withTellingWords(index.db, parseQuery(text, options)).groups).toEqual(parseQuery(text, options).groups);
  });

  it('a search, a list and an explanation agree on which files have the words', () => {
    const text = [...COMMON, ...RARE].join(' ');
    const paths = ['all.txt', 'rare.txt'].map((name) => index.path(name));
    const { hits } = search(index.db, text, { ...options, limit: 10 });
    const whole = hits.filter(({ isWhole }) => isWhole).map(({ path }) => Buffer.from(path).toString());
    expect(whole.sort()).toEqual(paths);
    const { items } = listPaths(index.db, text, { ...options, ranked: 10 });
    expect(Array.from(items, ({ path }) => path.toString()).sort()).toEqual(paths);
    const missing = hits.map(({ id }) => explainFile(index.db, text, id, options).missing);
    expect(missing.slice(0, 3)).toEqual([[], [], RARE]);
  });
});
