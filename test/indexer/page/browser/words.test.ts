/** What the page says in words, without a browser. */
import { describe, expect, it } from 'vitest';
import { countText } from '../../../../indexer/page/browser/count-text.js';
import { factsText, pastedFolder, pastedPath, sizeText } from '../../../../indexer/page/browser/file-words.js';
import type { PageHit } from '../../../../indexer/page/words.js';

const HIT: PageHit = {
  ...{
    path: '/a/b.txt',
    shownName: 'b.txt',
    shownFolder: '/a',
    title: '',
    type: 'text/plain',
    size: 1_234,
    modified: '',
  },
};

describe('countText', () => {
  const partly = { ...HIT, missing: ['pear'] };
  it('counts files with all words apart from those with some', () => {
    expect(countText({ hits: [HIT], total: 1, isTotalExact: true })).toBe('1 of 1 file.');
    expect(countText({ hits: [HIT, HIT], total: 1234, isTotalExact: false })).toBe('2 of at least 1,234 files.');
    expect(countText({ hits: [HIT, partly], total: 1, isTotalExact: true })).toBe(
      '1 of 1 file. 1 more file with some of the words.',
    );
    expect(countText({ hits: [partly, partly], total: 0, isTotalExact: true })).toBe('2 files with some of the words.');
    expect(countText({ hits: [], total: 0, isTotalExact: true })).toBe('Nothing is found.');
  });

  it('says what was searched instead, or may be meant', () => {
    const found = { hits: [HIT], total: 1, isTotalExact: true };
    expect(countText({ ...found, searched: 'apple' })).toBe('1 of 1 file. Searched instead: apple');
    expect(countText({ ...found, offered: 'pear' })).toBe('1 of 1 file. Did you mean: pear');
  });
});

describe('a file in words', () => {
  it('has its path to be pasted, byte for byte', () => {
    expect([pastedPath(HIT), pastedFolder(HIT), pastedFolder({ path: '/b' })]).toEqual(['/a/b.txt', '/a', '/']);
    const odd = { path: '/a/\ufffd', pathHex: '2f612fff' };
    expect([pastedPath(odd), pastedFolder(odd)]).toEqual(["$'\\x2f\\x61\\x2f\\xff'", "$'\\x2f\\x61'"]);
    expect(pastedFolder({ path: '/\ufffd', pathHex: '2fff' })).toBe("$'\\x2f'");
  });

  it('has a size for people', () => {
    expect([0, 999, 1_000, 4_100, 12_345_678, 5e15].map(sizeText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '4.1 kB',
      '12 MB',
      '5000 TB',
    ]);
  });

  it('has what is known of it', () => {
    expect(factsText(HIT)).toBe('text/plain · 1.2 kB');
    expect(factsText({ ...HIT, page: 2, stale: true, missing: ['pear', 'fig'] })).toBe(
      'text/plain · 1.2 kB · page 2 · changed since it was indexed · without: pear, fig',
    );
  });
});
