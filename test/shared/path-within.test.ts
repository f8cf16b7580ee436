import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, outermost, rangeBelow } from '../../shared/path-within.js';
import { joinPath } from '../../shared/paths.js';

const SLASH = 0x2f;
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));

describe('what lies within a folder', () => {
  it('knows what lies within a folder by its bytes', () => {
    const within = (path: string, folder: string) => isWithin(Buffer.from(path), Buffer.from(folder));
    expect([
      within('/a/b', '/a'),
      within('/a', '/a'),
      within('/ab', '/a'),
      within('/a', '/a/b'),
      within('/x', '/'),
    ]).toEqual([true, true, false, false, true]);
  });

  it('has a range that holds exactly what lies below', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (folder, other) => {
        fc.pre(!folder.includes(SLASH) && !other.includes(SLASH));
        const base = Buffer.concat([Buffer.from('/'), folder]);
        const { from, to } = rangeBelow(base);
        for (const path of [Buffer.concat([base, other]), joinPath(base, other)]) {
          const isInRange = Buffer.compare(path, from) >= 0 && Buffer.compare(path, to) < 0;
          expect(isInRange).toBe(isWithin(path, base) && !path.equals(base));
        }
      }),
    );
  });
});

describe('outermost', () => {
  it.each([
    ['/a /b', '/a /b'],
    ['/a/b /a /a/c', '/a'],
    ['/b /a /b', '/b /a'],
    ['/a /ab', '/a /ab'],
    ['/ /a', '/'],
    ['', ''],
  ])('of %s are %s', (folders, expected) => {
    const given = folders
      .split(' ')
      .filter(Boolean)
      .map((path) => Buffer.from(path));
    expect(outermost(given).map(String)).toEqual(expected.split(' ').filter(Boolean));
  });
});
