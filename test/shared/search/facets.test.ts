import { describe, expect, it } from 'vitest';
import { facets } from '../../../shared/search/facets.js';
import { listPaths } from '../../../shared/search/list.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const DAY_MS = 86_400_000;
const nowMs = Date.now();
const ago = (days: number) => new Date(nowMs - days * DAY_MS);
const options = { nowMs, most: 100, ranked: 100 };

describe('facets', () => {
  const sample = new SampleIndex({
    'work/q1/a.md': { text: 'apple', type: 'text/markdown' },
    'work/q2/b.c': { text: 'apple', modified: ago(3) },
    'work/q2/deep/c.pdf': { text: 'apple', type: 'application/pdf', isFileText: false, modified: ago(20) },
    'home dir/d.txt': { text: 'apple', modified: ago(500) },
    'home dir/e.txt': { text: 'pear' },
  });

  it('count what their condition leaves of the query', () => {
    const { kinds, folders, times, isWhole } = facets(sample.db, 'apple', options);
    expect(isWhole).toBe(true);
    expect(kinds.map(({ text }) => text).sort()).toEqual(['code', 'document', 'pdf', 'text']);
    expect(folders.map(({ text, count }) => [text, count])).toEqual([
      ['work', 3],
      ['home dir', 1],
    ]);
    expect(times.map(({ text, count }) => [text, count])).toEqual([
      ['today', 1],
      ['last 7 days', 2],
      ['last month', 3],
      ['last year', 3],
      ['older', 1],
    ]);
    for (const { term, count } of [...kinds, ...folders, ...times])
      expect([term, [...listPaths(sample.db, `apple ${term}`, options).items].length]).toEqual([term, count]);
  });

  it('are of the folders below the deepest one that has all', () => {
    const { folders } = facets(sample.db, `apple in:"${sample.path('work')}"`, options);
    expect(folders.map(({ text }) => text)).toEqual(['q2', 'q1']);
    expect(facets(sample.db, 'pear', options).folders).toEqual([]);
  });

  it('are none where nothing is found, and all for a folder', () => {
    expect(facets(sample.db, 'plum', options)).toEqual({ kinds: [], folders: [], times: [], isWhole: true });
    expect(facets(sample.db, `in:"${sample.root}"`, options).folders.map(({ count }) => count)).toEqual([3, 2]);
  });

  it('count no more than they may', () => {
    const { isWhole, kinds } = facets(sample.db, 'apple', { ...options, most: 2 });
    expect([isWhole, kinds.reduce((sum, { count }) => sum + count, 0) > 0]).toEqual([false, true]);
  });

  it('name no folder that a query could not name', () => {
    const odd = new SampleIndex({ 'a"b/x.txt': 'fig', 'c|d/x.txt': 'fig', 'good/x.txt': 'fig' });
    odd.write(Buffer.from('\xff/x.txt', 'latin1'), 'fig');
    expect(facets(odd.db, 'fig', options).folders.map(({ text }) => text)).toEqual(['good']);
  });
});
