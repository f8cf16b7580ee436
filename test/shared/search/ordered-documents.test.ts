import { afterAll, describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const day = (date: number) => new Date(2024, 4, date);
const index = new SampleIndex({
  'b/pear.txt': { text: 'plum plum', title: 'Second', modified: day(2) },
  'a/Quince.txt': { text: 'plum', title: 'first', modified: day(3) },
  'a/apple.txt': { text: 'plum and more', modified: day(1) },
  'a/other.txt': { text: 'cherry', modified: day(9) },
});
/** The clock of a file system has steps: files that are made at once are of the same time. */
for (const [i, name] of ['pear.txt', 'Quince.txt', 'apple.txt'].entries())
  index.db.prepare('UPDATE file SET born_ms = ? WHERE CAST(name AS TEXT) = ?').run(day(i + 1).getTime(), name);
afterAll(() => index.db.close());

const options = { nowMs: 0, ranked: 1, limit: 10 };
const names = (paths: Iterable<Uint8Array>) =>
  Array.from(paths, (path) => Buffer.from(path).toString().split('/').at(-1)?.split('.')[0]).join(' ');

describe('sort:', () => {
  it.each([
    ['sort:modified', 'Quince pear apple'],
    ['sort:-modified', 'apple pear Quince'],
    ['sort:oldest', 'apple pear Quince'],
    ['sort:size', 'apple pear Quince'],
    ['-sort:size', 'Quince pear apple'],
    ['sort:name', 'apple pear Quince'],
    ['sort:path', 'Quince apple pear'],
    ['sort:title', 'Quince pear apple'],
    ['sort:-title', 'pear Quince apple'],
    ['sort:-created,name', 'pear Quince apple'],
  ])('%s', (order, expected) => {
    const { hits, total } = search(index.db, `plum ${order}`, options);
    expect([names(hits.map(({ path }) => path)), total]).toEqual([expected, 3]);
    const listed = Array.from(listPaths(index.db, `${order} plum`, options).items, ({ path }) => path);
    expect(names(listed)).toBe(expected);
  });

  it('puts in order what filters find, and pages through it', () => {
    const found = (offset: number) =>
      names(search(index.db, 'ext:txt sort:name', { ...options, limit: 2, offset }).hits.map(({ path }) => path));
    expect([found(0), found(2), found(4)]).toEqual(['apple other', 'pear Quince', '']);
  });

  it('leaves the best order to what has only some of the words', () => {
    expect(search(index.db, 'plum cherry sort:name', options).hits.map(({ isWhole }) => isWhole)).not.toContain(true);
  });
});
