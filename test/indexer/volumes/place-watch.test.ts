import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PlaceWatch } from '../../../indexer/volumes/place-watch.js';
import { tempFolder } from '../../helpers/temp.js';

function watchOf(first: Record<string, string>, ...roots: string[]) {
  let mounted = first;
  const watch = new PlaceWatch(
    roots.map((root) => Buffer.from(root)),
    () => new Map(Object.entries(mounted)),
  );
  return async (next: Record<string, string> = first) => {
    mounted = next;
    return (await watch.changed()).map(String);
  };
}

it('tells once in which folders another volume is to be seen', async () => {
  const changed = watchOf({ '/': '1', '/home/a': '2' }, '/home', '/srv/docs');
  expect(await changed({ '/': '1', '/home/a': '2' })).toEqual([]);
  expect(await changed({ '/': '1', '/home/a': '3', '/home/b': '4', '/srv': '5', '/mnt': '6' })).toEqual([
    '/home/a',
    '/home/b',
    '/srv/docs',
  ]);
  expect(await changed({ '/': '1', '/home/a': '3', '/home/b': '4', '/srv': '5' })).toEqual([]);
  expect(await changed({ '/': '1' })).toEqual(['/home/a', '/home/b', '/srv/docs']);
});

it('does not take what cannot be read for the end of all volumes', async () => {
  const changed = watchOf({ '/': '1', '/home': '2' }, '/home');
  expect(await changed({})).toEqual([]);
  expect(await changed({ '/': '1', '/home': '2' })).toEqual([]);
});

it('tells once that a root is gone, is there again, or is another folder', async () => {
  const folder = tempFolder();
  const root = join(folder, 'a/root');
  mkdirSync(root, { recursive: true });
  const changed = watchOf({ '/': '1' }, root, folder);
  expect(await changed()).toEqual([]);
  renameSync(join(folder, 'a'), join(folder, 'old'));
  expect([await changed(), await changed()]).toEqual([[root], []]);
  mkdirSync(root, { recursive: true });
  expect([await changed(), await changed()]).toEqual([[root], []]);
  rmSync(join(folder, 'a'), { recursive: true });
  renameSync(join(folder, 'old'), join(folder, 'a'));
  expect([await changed(), await changed()]).toEqual([[root], []]);
});

it('returns all roots when a mount has come and gone unseen', async () => {
  const mounted = new Map([['/', '1']]);
  const roots = ['/home', '/srv'].map((root) => Buffer.from(root));
  const watch = new PlaceWatch(roots, () => mounted);
  expect(await watch.changed(mounted, true)).toEqual(roots);
  expect(await watch.changed(mounted, false)).toEqual([]);
  const other = new Map([...mounted, ['/mnt', '2']]);
  expect(await watch.changed(other, true)).toEqual([]);
});
