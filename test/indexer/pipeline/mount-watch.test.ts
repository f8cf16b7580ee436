import { expect, it } from 'vitest';
import { MountWatch } from '../../../indexer/pipeline/mount-watch.js';

function watchOf(first: Record<string, string>, ...roots: string[]) {
  let mounted = first;
  const watch = new MountWatch(
    roots.map((root) => Buffer.from(root)),
    () => new Map(Object.entries(mounted)),
  );
  return (next: Record<string, string>) => {
    mounted = next;
    return watch.changed().map(String);
  };
}

it('tells once which folders have another volume', () => {
  const changed = watchOf({ '/': '1', '/home/a': '2' }, '/home', '/srv/docs');
  expect(changed({ '/': '1', '/home/a': '2' })).toEqual([]);
  expect(changed({ '/': '1', '/home/a': '3', '/home/b': '4', '/srv': '5', '/mnt': '6' })).toEqual([
    '/home/a',
    '/home/b',
    '/srv/docs',
  ]);
  expect(changed({ '/': '1', '/home/a': '3', '/home/b': '4', '/srv': '5' })).toEqual([]);
  expect(changed({ '/': '1' })).toEqual(['/home/a', '/home/b', '/srv/docs']);
});

it('does not take what cannot be read for the end of all volumes', () => {
  const changed = watchOf({ '/': '1', '/home': '2' }, '/home');
  expect(changed({})).toEqual([]);
  expect(changed({ '/': '1', '/home': '2' })).toEqual([]);
});
