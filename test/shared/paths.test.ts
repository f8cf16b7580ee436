import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanText,
  displayPath,
  fromPathKey,
  isWithin,
  joinPath,
  outermost,
  pathKey,
  rangeBelow,
  splitPath,
} from '../../shared/paths.js';

const SLASH = 0x2f;
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));

describe('paths', () => {
  it('splits and joins', () => {
    expect(splitPath(Buffer.from('/a'))).toEqual({ directory: Buffer.from('/'), name: Buffer.from('a') });
    expect(joinPath(Buffer.from('/'), Buffer.from('a')).toString()).toBe('/a');
    expect(joinPath(Buffer.from('/a'), Buffer.from('b')).toString()).toBe('/a/b');
  });

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

  it('keeps every byte in a path key', () => {
    fc.assert(
      fc.property(anyBytes, (path) => {
        expect(fromPathKey(pathKey(path))).toEqual(path);
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

describe('displayPath', () => {
  it('shows what a terminal could obey as text', () => {
    expect(displayPath(Buffer.from('/a\u001b[31mb\nc\u202etxt\u007f'))).toBe('/a\\x1b[31mb\\x0ac\\u{202e}txt\\x7f');
  });

  it('shows bytes that are not UTF-8, and keeps question marks', () => {
    expect(displayPath(Buffer.from([0x2f, 0x3f, 0xe9, 0x61, 0xff]))).toBe('/?\\xe9a\\xff');
  });

  it('never lets a control character through, whatever the bytes', () => {
    fc.assert(
      fc.property(anyBytes, (path) => {
        expect(displayPath(path)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('leaves other text alone', () => {
    expect(cleanText('grüße 日本 😀 \\')).toBe('grüße 日本 😀 \\');
  });
});
