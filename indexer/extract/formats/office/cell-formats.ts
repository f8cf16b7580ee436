/**
 * How the numbers of a sheet are shown, as far as people look for them: with their decimals and thousands, as percents,
 * and days and times as people type them. A number without a format is written without the noise of binary fractions.
 * Pure.
 */
import type { XmlElement } from '../../xml/elements.js';
import { attribute } from '../../xml/xml-reader.js';

export type NumberFormat = Plain | Elapsed | Digits | Power;

interface Plain {
  readonly kind: 'general' | 'day' | 'time';
}

/** '[h]:mm' is a time that passes a day: 1.5 → '36:00:00'; '[mm]:ss' one in minutes, and '[s]' in seconds. */
interface Elapsed {
  readonly kind: 'elapsed';
  readonly unit: 'h' | 'm' | 's';
}

/** '#,##0.0#' has one to two decimals, '00000' five digits before them. */
interface Digits {
  readonly kind: 'number' | 'percent';
  readonly digits: number;
  readonly isGrouped: boolean;
  readonly least: number;
  readonly most: number;
  /** '$', ' EUR', '%' */
  readonly before: string;
  readonly after: string;
}

/** '0.00E+00' */
interface Power {
  readonly kind: 'power';
  readonly decimals: number;
  readonly exponent: number;
}

export const GENERAL: NumberFormat = { kind: 'general' };
const DAY: Plain = { kind: 'day' };
const TIME: Plain = { kind: 'time' };

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
const EPOCH_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);
/** 29 February 1900, which never was: the days before it are counted from one day later. */
const NO_DAY = 60;
const MAX_CODE = 200;
/** A number has so many digits that mean something. */
const PRECISION = 15;
const MAX_DIGITS = 30;
/** Less than that is written with a power of ten. */
const SMALL = 1e-4;
const TOO_LARGE = 1e15;

/** Of each style of a cell, by its number. */
export function numberFormats(styles: readonly XmlElement[]): NumberFormat[] {
  const codes = new Map<number, string>();
  for (const { name, attributes } of styles) {
    if (name === 'numFmt')
      codes.set(Number(attribute(attributes, 'numFmtId') ?? ''), attribute(attributes, 'formatCode') ?? '');
  }
  return styles
    .filter(({ name, parent }) => name === 'xf' && parent === 'cellXfs')
    .map(({ attributes }) => formatOf(Number(attribute(attributes, 'numFmtId') ?? ''), codes));
}

/** @param codes  those that the workbook has itself; some every program knows by their number. */
export function formatOf(number: number, codes: ReadonlyMap<number, string>): NumberFormat {
  const code = codes.get(number) ?? CODES.get(number);
  return code === undefined ? knownFormat(number) : formatOfCode(code);
}

const CODES: ReadonlyMap<number, string> = new Map([
  [1, '0'],
  [2, '0.00'],
  [3, '#,##0'],
  [4, '#,##0.00'],
  [5, '#,##0'],
  [6, '#,##0'],
  [7, '#,##0.00'],
  [8, '#,##0.00'],
  [9, '0%'],
  [10, '0.00%'],
  [11, '0.00E+00'],
  [37, '#,##0'],
  [38, '#,##0'],
  [39, '#,##0.00'],
  [40, '#,##0.00'],
  [41, '#,##0'],
  [42, '#,##0'],
  [43, '#,##0.00'],
  [44, '#,##0.00'],
  [46, '[h]:mm:ss'],
]);

function knownFormat(number: number): NumberFormat {
  if ((number >= 18 && number <= 21) || number === 45 || number === 47) return TIME;
  return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58)
    ? DAY
    : GENERAL;
}

const ELAPSED = /\[(h+|m+|s+)\]/i;
/** In the language of whoever wrote it. */
const NO_FORMAT = /general|sta?[aá]nda/i;
/** A month alone; m of other codes stands beside what says whether it is one. */
const DAY_LETTERS = /[ydj]|^[^#0?hs]*m[^#0?hs]*$/i;

/** What stands for itself ("EUR", [$€-407], \-), sets a colour or a condition ([Red]), and what only takes room (_), *-). */
const LITERALS = /"([^"]*)"|\[(?:\$([^\]-]*))?[^\]]*\]|\\(.)|[_*]./g;
/** All digits stand together. Fractions, telephone numbers, and what is shown in thousands (a comma behind) do not fit. */
const NUMBER = /^([^#0?/]*?)([#0?][#0?,]*(?<!,)|(?=\.[#0?]))(?:\.([#0?]*))?(?:E[+-](0+))?([^#0?,/]*)$/i;

/** 'yyyy-mm-dd' → day. Of several formats, for what is positive, negative or zero, the first. */
export function formatOfCode(code: string): NumberFormat {
  const known = code.slice(0, MAX_CODE);
  const [plain = ''] = known.replace(LITERALS, blankUnlessElapsed).split(';');
  const elapsed = ELAPSED.exec(plain)?.[1]?.[0]?.toLowerCase();
  if (elapsed !== undefined) return { kind: 'elapsed', unit: elapsed as Elapsed['unit'] };
  if (NO_FORMAT.test(plain)) return GENERAL;
  if (DAY_LETTERS.test(plain)) return DAY;
  if (/h|s/i.test(plain)) return TIME;
  const [found, before = '', whole = '', decimals = '', exponent, after = ''] = NUMBER.exec(plain) ?? [];
  if (found === undefined || whole.length + decimals.length > MAX_DIGITS) return GENERAL;
  if (exponent !== undefined) {
    return whole.length === 1 ? { kind: 'power', decimals: decimals.length, exponent: exponent.length } : GENERAL;
  }
  return {
    kind: plain.includes('%') ? 'percent' : 'number',
    digits: whole.replace(/[^0]/g, '').length,
    isGrouped: whole.includes(','),
    least: decimals.replace(/[^0]/g, '').length,
    most: decimals.length,
    before: literally(known.slice(0, before.length)),
    after: literally(known.slice(plain.length - after.length, plain.length)),
  };
}

function blankUnlessElapsed(literal: string): string {
  return literal.startsWith('[') && ELAPSED.test(literal) ? literal : ' '.repeat(literal.length);
}

/** '_("EUR"' → ' EUR' */
function literally(code: string): string {
  return code.replace(LITERALS, (literal, quoted?: string, currency?: string, escaped?: string) => {
    return quoted ?? currency ?? escaped ?? (literal.startsWith('[') ? '' : ' ');
  });
}

/** As a person sees it or would type it. */
export function shownNumber(raw: string, format: NumberFormat, is1904: boolean): string {
  const value = Number(raw);
  if (raw === '' || !Number.isFinite(value)) return raw;
  if (format.kind === 'number') return shownDigits(value, format);
  if (format.kind === 'percent') return shownDigits(value * 100, format);
  if (format.kind === 'power') return shownPower(value, format);
  if (format.kind === 'elapsed') return shownElapsed(value, format.unit);
  return format.kind === 'general' ? plain(value) : (shownTime(value, format.kind, is1904) ?? plain(value));
}

function plain(value: number): string {
  const shown = Number(value.toPrecision(PRECISION));
  if (shown === 0 || Math.abs(shown) >= SMALL) return String(shown);
  return withPower(shown.toExponential(), 2);
}

function shownDigits(value: number, { digits, isGrouped, least, most, before, after }: Digits): string {
  if (Math.abs(value) >= TOO_LARGE) return plain(value);
  const [whole = '', decimals = ''] = rounded(Math.abs(value), most).split('.');
  const left = isGrouped ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole.padStart(digits, '0');
  const right = decimals.replace(/0+$/, '').padEnd(least, '0');
  const sign = value < 0 ? `-${before.replace('+', '')}` : before;
  return `${sign}${left}${right === '' ? '' : `.${right}`}${after}`;
}

/** By its decimal digits: as a binary fraction 1.005 is less than it says. */
function rounded(size: number, decimals: number): string {
  if (size < SMALL) return size.toFixed(decimals);
  const text = String(Number(size.toPrecision(PRECISION)));
  const point = text.indexOf('.');
  if (point < 0 || text.length - point - 1 <= decimals) return text;
  return (Math.round(Number(`${text}e${decimals}`)) / 10 ** decimals).toFixed(decimals);
}

/** 1234.5 → '1.23E+03' */
function shownPower(value: number, { decimals, exponent }: Power): string {
  return withPower(value.toExponential(decimals), exponent);
}

/** '1.2e-5' → '1.2E-05' */
function withPower(number: string, digits: number): string {
  const [mantissa = '', power = ''] = number.split('e');
  return `${mantissa}E${power.slice(0, 1)}${power.slice(1).padStart(digits, '0')}`;
}

function shownTime(days: number, kind: 'day' | 'time', is1904: boolean): string | undefined {
  const shift = kind === 'day' && !is1904 && days >= 1 && days < NO_DAY ? 1 : 0;
  const ms = Math.round(((days + shift) * DAY_MS) / 1000) * 1000;
  const date = new Date((is1904 ? EPOCH_1904_MS : EPOCH_MS) + ms);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || days < 0) return undefined;
  const [day = '', time = ''] = date.toISOString().split(/T|\.\d+Z/);
  if (kind === 'time') return time;
  return Number.isInteger(days) ? day : `${day} ${time}`;
}

function shownElapsed(days: number, unit: Elapsed['unit']): string {
  const all = Math.round(Math.abs(days) * DAY_SECONDS);
  if (all >= TOO_LARGE) return plain(days);
  const sign = days < 0 && all > 0 ? '-' : '';
  if (unit === 's') return `${sign}${all}`;
  const minutes = Math.floor(all / 60);
  const parts = unit === 'm' ? [minutes, all % 60] : [Math.floor(minutes / 60), minutes % 60, all % 60];
  return sign + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

export function shownTruth(isTrue: boolean): string {
  return isTrue ? 'TRUE' : 'FALSE';
}
