import { expect, it } from 'vitest';
import { MatchChanges } from '../../../search-cli/live/match-changes.js';

function told(matches: MatchChanges, paths: readonly (string | Buffer)[], mayCease = true): string[] {
  const changes = matches.update(
    paths.map((path) => Buffer.from(path as string)),
    mayCease,
  );
  return changes.map(({ change, path }) => `${change} ${path.toString('latin1')}`);
}

it('tells what came and what went, once', () => {
  const matches = new MatchChanges();
  expect(told(matches, ['/a', '/b'])).toEqual(['begins /a', 'begins /b']);
  expect(told(matches, ['/b', '/c'])).toEqual(['ceases /a', 'begins /c']);
  expect(told(matches, ['/c', '/b'])).toEqual([]);
  expect(matches.count).toBe(2);
});

it('keeps names as bytes', () => {
  expect(told(new MatchChanges(), [Buffer.from('2f61ff', 'hex')])).toEqual(['begins /a\xff']);
});

it('takes nothing for gone while the index is being built', () => {
  const matches = new MatchChanges();
  told(matches, ['/a', '/b']);
  expect(told(matches, ['/c'], false)).toEqual(['begins /c']);
  expect(told(matches, ['/a', '/c'])).toEqual(['ceases /b']);
});
