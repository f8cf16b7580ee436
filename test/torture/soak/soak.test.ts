/** What `npm run soak` measures by: the days it compares, and a tree that work does not let grow. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../helpers/temp.js';
import { type Figures, grown } from './figures.js';
import { hardshipOf } from './hardships.js';
import { Office } from './office.js';

const flat: Figures = { day: 2, rssMb: 100, ownMb: 200, descriptors: 40, indexKb: 5000, segments: 4 };

describe('what has grown in a soak', () => {
  it('is what the last day has more than a twentieth above the second', () => {
    const warm = { ...flat, day: 1, indexKb: 1 };
    expect(grown([warm, flat, { ...flat, day: 30, rssMb: 105, indexKb: 5250, segments: 8 }])).toEqual([]);
    expect(grown([warm, flat, { ...flat, day: 30, rssMb: 106, descriptors: 43, segments: 9 }])).toEqual([
      'rssMb: 100 on day 2, 106 on day 30',
      'descriptors: 40 on day 2, 43 on day 30',
      'segments: 4, then 9',
    ]);
  });

  it('is not known of a soak of one day', () => {
    expect(() => grown([{ ...flat, day: 1 }])).toThrow('no day 2');
  });
});

describe('the tree of a soak', () => {
  it('has as many files and about as many bytes after days, and the words that are gone are in none', () => {
    const tree = tempFolder();
    const office = new Office(tree, () => {}, 60);
    const before = sizesOf(tree);
    const days = Array.from({ length: 3 }, (_, at) => office.work(at + 1));
    const gone = days.flatMap(({ texts, names }) => [...texts, ...names]);
    const after = sizesOf(tree);
    expect(after.length).toBe(before.length);
    expect(Math.abs(sum(after) / sum(before) - 1)).toBeLessThan(0.01);
    expect(new Set(gone).size).toBe(gone.length);
    const words = office.download(4);
    expect(sizesOf(tree).length).toBe(before.length + words.length);
    office.throwAway();
    expect(sizesOf(tree).length).toBe(before.length);
  });
});

it('the days that are compared are calm', () => {
  expect([hardshipOf(2).name, hardshipOf(30).name]).toEqual(['', '']);
});

function sizesOf(folder: string): number[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
