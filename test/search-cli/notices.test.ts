import { describe, expect, it } from 'vitest';
import { totalNotice } from '../../search-cli/notices.js';
import type { Hit, SearchResult } from '../../shared/search/search.js';

const result = (whole: number, partial: number, total: number, isTotalExact: boolean): SearchResult => {
  const hits = Array.from({ length: whole + partial }, (_, i) => ({ isWhole: i < whole }) as Hit);
  return { hits, total, isTotalExact, corrections: [], searched: '' };
};

describe('totalNotice', () => {
  it.each([
    [result(0, 0, 0, true), undefined],
    [result(0, 3, 0, true), undefined],
    [result(0, 3, 0, false), undefined],
    [result(2, 8, 2, true), undefined],
    [result(10, 0, 10, true), undefined],
    [result(1, 0, 2, true), '1 of 2 files; -n 0 prints all'],
    [result(10, 0, 1234, true), '10 of 1,234 files; -n 0 prints all'],
    [result(10, 0, 1000, false), '10 of more than 1,000 files; -n 0 prints all'],
    [result(10, 0, 10, false), 'the first 10 files; -n 0 prints all'],
    [result(1, 0, 1, false), 'the first file; -n 0 prints all'],
    [result(1, 0, 0, false), 'the first file; -n 0 prints all'],
  ])('%#: %s', (given, expected) => {
    expect(totalNotice(given)).toBe(expected);
  });
});
