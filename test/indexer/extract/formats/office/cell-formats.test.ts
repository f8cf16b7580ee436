/** How a sheet shows its numbers, beside what Excel and LibreOffice show. */
import { describe, expect, it } from 'vitest';
import { formatOf, formatOfCode, shownNumber } from '../../../../../indexer/extract/formats/office/cell-formats.js';

const shown = (value: number, code: string) => shownNumber(String(value), formatOfCode(code), false);

describe('shownNumber', () => {
  it.each([
    [1234.5, '0.00', '1234.50'],
    [1234.5, '#,##0.00', '1,234.50'],
    [1_234_567, '#,##0', '1,234,567'],
    [999, '#,##0', '999'],
    [-1234.567, '#,##0.0', '-1,234.6'],
    [1.005, '0.00', '1.01'],
    [0.1 + 0.2, '0.0##', '0.3'],
    [2, '0.0##', '2.0'],
    [42, '00000', '00042'],
    [0.00001, '0.00', '0.00'],
    [0.045, '0%', '5%'],
    [0.4567, '0.0%', '45.7%'],
    [12_345, '0.00E+00', '1.23E+04'],
    [0.000012, '0.0E+000', '1.2E-005'],
    [1234, '"EUR" #,##0', 'EUR 1,234'],
    [1234.5, '#,##0.00\\ [$€-407]', '1,234.50 €'],
    [7, '_($* #,##0_);_($* (#,##0)', ' $ 7 '],
    [-0.3, '+0.0;-0.0', '-0.3'],
    [12.5, '[Red]0.0" kg";[Blue]-0.0', '12.5 kg'],
    [1e16, '#,##0', '10000000000000000'],
  ])('%s by %s is %s', (value, code, expected) => {
    expect(shown(value, code)).toBe(expected);
  });

  it.each([
    ['a fraction', '# ?/?', 1.5],
    ['a telephone number', '000\\-0000', 5_551_234],
    ['thousands', '0.0,', 1234.5],
    ['text', '@', 0.25],
    ['no format', 'General', 0.25],
    ['no code', '', 0.25],
  ])('leaves a number as it is where the format is of %s', (_, code, value) => {
    expect(shown(value, code)).toBe(String(value));
  });

  it('writes small numbers with a power of ten', () => {
    expect([0.0001, 0.00002, -1.5e-7, 1e-320].map((value) => shown(value, 'General'))).toEqual([
      '0.0001',
      '2E-05',
      '-1.5E-07',
      '1E-320',
    ]);
  });

  it('knows the formats that every program knows by their numbers', () => {
    const by = (number: number) => shownNumber('1234.5', formatOf(number, new Map()), false);
    expect([0, 1, 2, 4, 10, 11, 14, 21, 46, 49].map(by)).toEqual([
      '1234.5',
      '1235',
      '1234.50',
      '1,234.50',
      '123450.00%',
      '1.23E+03',
      '1903-05-18 12:00:00',
      '12:00:00',
      '29628:00:00',
      '1234.5',
    ]);
  });

  it.each([
    ['[h]:mm', 1.5, '36:00:00'],
    ['[h]:mm:ss;@', 0.25, '06:00:00'],
    ['[Red][hh]:mm', -1.5, '-36:00:00'],
    ['[mm]:ss', 1.5, '2160:00'],
    ['[ss]', 0.5, '43200'],
  ])('shows time that has passed, by %s, beyond a day', (code, days, expected) => {
    expect(shown(days, code)).toBe(expected);
  });

  it('takes brackets in quotes for what they are, and numbers of no time for themselves', () => {
    expect(shown(5, '"[h]" 0')).toBe('[h] 5');
    expect(shown(1e300, '[h]:mm')).toBe('1e+300');
  });

  it('shows the day where the format has the month alone', () => {
    expect([shown(45_000, 'mmm'), shown(45_000, 'mmmm;@')]).toEqual(['2023-03-15', '2023-03-15']);
  });

  it('knows the word for no format in other languages', () => {
    expect([shown(5, 'Standard'), shown(5, 'Standaard'), shown(5, 'Estándar')]).toEqual(['5', '5', '5']);
  });

  it('counts the first days of 1900 as Excel does, for which that was a leap year', () => {
    expect([1, 59, 61].map((day) => shown(day, 'yyyy-mm-dd'))).toEqual(['1900-01-01', '1900-02-28', '1900-03-01']);
  });
});
