/**
 * The language of queries against a look at every file: random queries over every operator and field find the same
 * files. More of them, or others: FIND_TEXT_QUERIES=1000 FIND_TEXT_SEED=7 npx vitest run --config test/vitest.config.ts
 * test/shared/search/brute-force.test.ts
 */
import { afterAll, describe, expect, it } from 'vitest';
import { FindTextError } from '../../../shared/errors.js';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { queryText } from '../../helpers/query-oracle/asked.js';
import { makeFiles, NOW, pathIn, writeFiles } from '../../helpers/query-oracle/corpus.js';
import { QueryMaker, USER_IDS } from '../../helpers/query-oracle/generate.js';
import { matches } from '../../helpers/query-oracle/judge.js';
import { Random } from '../../helpers/query-oracle/random.js';

const COUNT = Number(process.env.FIND_TEXT_QUERIES ?? 150);
const random = new Random(Number(process.env.FIND_TEXT_SEED ?? 1));
const made = makeFiles(random, 120);
const index = writeFiles(made);
const files = made.map((file) => ({ ...file, above: index.root.split('/').filter(Boolean) }));
const options = { nowMs: NOW.getTime(), cwd: index.root, userId: (name: string) => USER_IDS[name] };
const maker = new QueryMaker(random);
const queries = Array.from({ length: COUNT }, () => maker.query());

afterAll(() => index.db.close());

/** A query is refused only where no file can match. */
function orNone(read: () => string[]): string[] {
  try {
    return read().sort();
  } catch (error) {
    if (error instanceof FindTextError && error.message.includes('no file can have this')) return [];
    throw error;
  }
}

describe('a query', () => {
  it.each(queries.map((asked) => [queryText(asked), asked] as const))('%s', (text, asked) => {
    const expected = files.filter((file) => matches(file, asked)).map((file) => pathIn(index, file));
    const listed = orNone(() =>
      Array.from(listPaths(index.db, text, { ...options, ranked: 20 }).items, ({ path }) => String(path)),
    );
    expect(listed).toEqual(expected.sort());
    const shown = orNone(() => {
      const { hits, corrections } = search(index.db, text, { ...options, limit: 500 });
      return corrections.length > 0 ? [] : hits.filter(({ isWhole }) => isWhole).map(({ path }) => String(path));
    });
    expect(shown).toEqual(expected);
  });

  it('finds something, and not everything, mostly', () => {
    const shares = queries.map((asked) => files.filter((file) => matches(file, asked)).length / files.length);
    expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(COUNT / 3);
  });
});
