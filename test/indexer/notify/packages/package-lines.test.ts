/** One line for each package, whose counts add up, with the versions before and after. */
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../../indexer/notify/ledger/ledger.js';
import { packageLines } from '../../../../indexer/notify/packages/package-lines.js';
import { changeOf, nextBook } from '../../../../indexer/notify/packages/version-book.js';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;

const versions = (...pairs: string[]) => new Map(pairs.map((pair) => pair.split('=') as [string, string]));
const book = nextBook(
  nextBook(undefined, versions('many:all=1.0', 'old:amd64=7', 'same:all=3'), START_MS),
  versions('many:all=1.1', 'new:amd64=2', 'same:all=3'),
  START_MS + 5,
);

function entry(sequence: number, name: string, path: string, rule = 'all'): LedgerEntry {
  const owner = { manager: 'dpkg', name, version: 'x' };
  const json = JSON.stringify({ src_path: path, first: new Date(START_MS).toISOString(), package: owner });
  const rest = { kind: 'modified', path: Buffer.from(path), delivery: 'package', hash: Buffer.alloc(0) } as const;
  return { sequence, atMs: START_MS, rule, json, ...rest };
}

describe('the line of a package', () => {
  it.each([
    ['many', 'package many 1.0 → 1.1: 1 file, all as packaged'],
    ['new', 'package new 2 installed: 1 file, all as packaged'],
    ['old', 'package old 7 removed: 1 file, all as packaged'],
    ['same', 'package same 3 again: 1 file, all as packaged'],
    ['odd', 'package odd of an unknown version: 1 file, all as packaged'],
  ])('of %s', (name, text) => {
    expect(packageLines([entry(1, name, '/a')], book).map((line) => line.text)).toEqual([text]);
  });

  it('counts each file once, whatever rules watch it', () => {
    const entries = [
      entry(4, 'many', '/a'),
      entry(5, 'new', '/n'),
      entry(6, 'many', '/b'),
      entry(3, 'many', '/a', 'web'),
    ];
    expect(packageLines(entries, book)).toEqual([
      expect.objectContaining({
        name: 'many',
        files: 2,
        rules: ['all', 'web'],
        sequences: [3, 4, 6],
        before: '1.0',
        after: '1.1',
      }),
      expect.objectContaining({ name: 'new', files: 1, rules: ['all'], sequences: [5], before: null, after: '2' }),
    ]);
  });
});

describe('the version book', () => {
  it('names the version before only for changes since', () => {
    expect(changeOf(book, 'many', START_MS)).toMatchObject({ before: '1.0', after: '1.1' });
    expect(changeOf(book, 'many', START_MS + 6)).toEqual({ before: '1.1', after: '1.1' });
  });

  it('forgets a change after an hour', () => {
    const later = nextBook(book, versions('many:all=1.1'), START_MS + 5 + HOUR_MS);
    expect(Object.keys(later.changes).sort()).toEqual(['new:amd64', 'same:all']);
  });
});
