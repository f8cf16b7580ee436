import { expect, it } from 'vitest';
import { columnsOf, fitEnd, fitStart, padded } from '../../../../search-cli/live/screen/width.js';

it.each([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['한글', 4],
  ['שלום', 4],
  ['ﾊﾟ', 2],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

it.each([
  ['日本語です', 5, '日本…', '…です'],
  ['日本語です', 4, '日…', '…す'],
  ['abc', 3, 'abc', 'abc'],
  ['abc', 1, '…', '…'],
  ['abc', 0, '', ''],
])('cuts %j to %i columns', (text, columns, start, end) => {
  expect(fitStart(text, columns)).toBe(start);
  expect(fitEnd(text, columns)).toBe(end);
});

it('fills up with blanks, by columns', () => {
  expect(padded('日', 4)).toBe('日  ');
});
