import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryDate } from '../../../shared/search/parse-date.js';

const now = new Date(2024, 2, 1, 15, 30);
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime();
const ago = (days: number) => now.getTime() - days * 86_400_000;

describe('tryDate', () => {
  it.each([
    ['today', day(2024, 3, 1), day(2024, 3, 2)],
    ['Yesterday', day(2024, 2, 29), day(2024, 3, 1)],
    ['7d', ago(7), Infinity],
    ['2w', ago(14), Infinity],
    ['12h', ago(0.5), Infinity],
    ['1y', ago(365), Infinity],
    ['<2d', ago(2), Infinity],
    ['>2d', -Infinity, ago(2)],
    ['2024', day(2024, 1, 1), day(2025, 1, 1)],
    ['2024-02', day(2024, 2, 1), day(2024, 3, 1)],
    ['2023-12', day(2023, 12, 1), day(2024, 1, 1)],
    ['2024-2-29', day(2024, 2, 29), day(2024, 3, 1)],
    ['>2024-02', day(2024, 3, 1), Infinity],
    ['>=2024-02', day(2024, 2, 1), Infinity],
    ['<2024-02', -Infinity, day(2024, 2, 1)],
    ['<=2024-02', -Infinity, day(2024, 3, 1)],
    ['=2024-02-03', day(2024, 2, 3), day(2024, 2, 4)],
    ['2024-01..2024-02', day(2024, 1, 1), day(2024, 3, 1)],
    ['2023..yesterday', day(2023, 1, 1), day(2024, 3, 1)],
    ['2024-02..', day(2024, 2, 1), Infinity],
    ['..2024-02', -Infinity, day(2024, 3, 1)],
  ])('%s', (text, from, to) => {
    expect(tryDate(text, now.getTime())).toEqual({ from, to });
  });

  it.each([
    '',
    '..',
    'never',
    '2024-13',
    '2023-02-29',
    '2024-00',
    '20240',
    '0099',
    '5',
    'd',
    '2d..1d',
    '<',
    '2024-05-01T10',
  ])('%s is no date', (text) => {
    expect(tryDate(text, now.getTime())).toBeUndefined();
  });

  it('gives a day that begins before it ends, for every day of the calendar', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(1970, 0, 1), max: new Date(2100, 0, 1), noInvalidDate: true }), (date) => {
        const text = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
        const span = tryDate(text, 0);
        expect(span?.from).toBeLessThanOrEqual(date.getTime());
        expect(span?.to).toBeGreaterThan(date.getTime());
      }),
    );
  });
});
