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
    ['2d..1d', ago(2), ago(1)],
    ['3d..today', ago(3), day(2024, 3, 2)],
    ['last week', day(2024, 2, 19), day(2024, 2, 26)],
    ['Last-Week', day(2024, 2, 19), day(2024, 2, 26)],
    ['lastweek', day(2024, 2, 19), day(2024, 2, 26)],
    ['this week', day(2024, 2, 26), day(2024, 3, 4)],
    ['last month', day(2024, 2, 1), day(2024, 3, 1)],
    ['this year', day(2024, 1, 1), day(2025, 1, 1)],
    ['last year', day(2023, 1, 1), day(2024, 1, 1)],
    ['past week', ago(7), Infinity],
    ['last 3 days', ago(3), Infinity],
    ['3 days', ago(3), Infinity],
    ['90 min', ago(1.5 / 24), Infinity],
    ['last hour', ago(1 / 24), Infinity],
    ['2 days ago', day(2024, 2, 28), day(2024, 2, 29)],
    ['2 months ago', day(2024, 1, 1), day(2024, 2, 1)],
    ['friday', day(2024, 3, 1), day(2024, 3, 2)],
    ['last friday', day(2024, 2, 23), day(2024, 2, 24)],
    ['mon', day(2024, 2, 26), day(2024, 2, 27)],
    ['february', day(2024, 2, 1), day(2024, 3, 1)],
    ['may', day(2023, 5, 1), day(2023, 6, 1)],
    ['Dec 2021', day(2021, 12, 1), day(2022, 1, 1)],
    ['since may 2021', day(2021, 5, 1), Infinity],
    ['after 2021', day(2022, 1, 1), Infinity],
    ['before yesterday', -Infinity, day(2024, 2, 29)],
    ['20240229', day(2024, 2, 29), day(2024, 3, 1)],
    ['2024/02/29', day(2024, 2, 29), day(2024, 3, 1)],
    ['29.2.2024', day(2024, 2, 29), day(2024, 3, 1)],
    ['2024-02-29T10:30', new Date(2024, 1, 29, 10, 30).getTime(), new Date(2024, 1, 29, 10, 31).getTime()],
    ['2024-02-29 10:30:05Z', Date.UTC(2024, 1, 29, 10, 30, 5), Date.UTC(2024, 1, 29, 10, 30, 6)],
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
    '2d..foo',
    'last',
    'last foo',
    'monda',
    'may 24',
    '31.2.2024',
    '20241301',
    '2024-02-30T10:00',
    '3 foos ago',
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
