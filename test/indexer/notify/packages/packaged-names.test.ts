/** The lists of packages are read once, and written many at a time. */
import { expect, it, vi } from 'vitest';
import { PackagedNames } from '../../../../indexer/notify/packages/packaged-names.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import type { InstalledList } from '../../../../indexer/packages/installed-packages.js';
import { tempFolder } from '../../../helpers/temp.js';

const LISTS = 250;
const WATCHED = Buffer.from('/srv/');

function listsOf(onRead: (n: number) => void): readonly InstalledList[] {
  return Array.from({ length: LISTS }, (_, n) => ({
    manager: 'dpkg' as const,
    name: `p${n}`,
    stamp: 'first',
    names: async () => {
      onRead(n);
      return [`/srv/p${n}`, `/usr/p${n}`];
    },
  }));
}

const isWatched = (path: Buffer) => path.subarray(0, WATCHED.length).equals(WATCHED);

it('reads what has changed, and knows whose a watched name is', async () => {
  const db = openNotify(tempFolder());
  const [names, read] = [new PackagedNames(db), [] as number[]];
  const lists = listsOf((n) => read.push(n));
  const transactions = vi.spyOn(db, 'transaction');
  await names.refresh(lists, isWatched, { nowMs: 1, isStopped: () => false });
  expect(read).toHaveLength(LISTS);
  expect(transactions.mock.calls.length).toBeLessThan(10);
  for (const n of [0, 120, LISTS - 1]) {
    expect(names.ownerOf(Buffer.from(`/srv/p${n}`))).toEqual({ manager: 'dpkg', name: `p${n}` });
    expect(names.ownerOf(Buffer.from(`/usr/p${n}`))).toBeUndefined();
  }
  const newer = lists.map((list, n) => (n === 7 ? { ...list, stamp: 'second' } : list));
  await names.refresh(newer, isWatched, { nowMs: 2, isStopped: () => false });
  expect(read.slice(LISTS)).toEqual([7]);
  db.close();
});

it('goes on after a stop', async () => {
  const db = openNotify(tempFolder());
  const [names, read] = [new PackagedNames(db), [] as number[]];
  const lists = listsOf((n) => read.push(n));
  await names.refresh(lists, isWatched, { nowMs: 1, isStopped: () => read.length >= 150 });
  expect(read).toHaveLength(150);
  await names.refresh(lists, isWatched, { nowMs: 1, isStopped: () => false });
  for (let n = 0; n < LISTS; n++) expect(names.ownerOf(Buffer.from(`/srv/p${n}`))?.name).toBe(`p${n}`);
  db.close();
});
