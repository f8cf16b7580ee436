/** What a filter looks at. */
import { expect, it } from 'vitest';
import { toSqlCondition } from '../../../shared/search/filter-sql.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const NAMES = ['data.json', 'sale.json', 'big.txt', 'all.txt', 'fig.md', 'notes.md', 'one.c'];

it.each<[string, number[]]>([
  ['x name:*.json OR name:*a*', [1, 2]],
  ['x name:*son* OR name:*ote*', [1, 2]],
  ['x -name:*son* -name:*ote*', [3]],
  ['x -name:*son* -name:*b*', []],
])('of the documents that are asked about the names are looked at, of no others: %s', (text, passing) => {
  const index = new SampleIndex(Object.fromEntries(NAMES.map((name) => [name, 'x'])));
  const { each, parameters } = toSqlCondition(parseQuery(text, { nowMs: 0 }), index.db);
  const asked = (ids: readonly number[]) =>
    index.db
      .prepare<unknown[], number>(`SELECT value FROM json_each(:ids) WHERE true ${each('value')}`)
      .pluck()
      .all({ ids: JSON.stringify(ids), ...parameters });
  expect(asked([1, 2, 3])).toEqual(passing);
  let looks = 0;
  index.db.function('name_fits', { deterministic: true }, (_patterns, _path) => {
    looks++;
    return 0;
  });
  asked([1, 2]);
  expect(looks).toBeLessThanOrEqual(2);
  index.db.close();
});
