/**
 * How the numbers of a sheet are shown, as far as people look for them: days, times and percents. A number is else
 * written without the noise of binary fractions. Pure.
 */
import type { XmlElement } from '../../xml/elements.js';
import { attribute } from '../../xml/xml-reader.js';

export type NumberKind = 'number' | 'day' | 'time' | 'percent';

const DAY_MS = 86_400_000;
/** Day 60 is 29 February 1900, which never was. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);

/** Of each style of a cell, by its number. */
export function numberKinds(styles: readonly XmlElement[]): NumberKind[] {
  const codes = new Map<string, string>();
  for (const { name, attributes } of styles) {
    if (name === 'numFmt')
      codes.set(attribute(attributes, 'numFmtId') ?? '', attribute(attributes, 'formatCode') ?? '');
  }
  return styles
    .filter(({ name, parent }) => name === 'xf' && parent === 'cellXfs')
    .map(({ attributes }) => kindOf(attribute(attributes, 'numFmtId') ?? '', codes));
}

function kindOf(id: string, codes: ReadonlyMap<string, string>): NumberKind {
  const code = codes.get(id);
  return code === undefined ? kindOfNumber(Number(id)) : kindOfCode(code);
}

/** Of a format that every program knows by its number. */
export function kindOfNumber(number: number): NumberKind {
  if (number === 9 || number === 10) return 'percent';
  if ((number >= 18 && number <= 21) || (number >= 45 && number <= 47)) return 'time';
  return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58)
    ? 'day'
    : 'number';
}

/** 'yyyy-mm-dd' → 'day'. */
export function kindOfCode(code: string): NumberKind {
  const plain = code.slice(0, 200).replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
  if (/[ydj]/i.test(plain) && !/general/i.test(plain)) return 'day';
  if (/h|s/i.test(plain) && !/general/i.test(plain)) return 'time';
  return plain.includes('%') ? 'percent' : 'number';
}

/** As a person would type it. */
export function shownNumber(raw: string, kind: NumberKind, is1904: boolean): string {
  const value = Number(raw);
  if (raw === '' || !Number.isFinite(value)) return raw;
  if (kind === 'percent') return `${plain(value * 100)}%`;
  return kind === 'number' ? plain(value) : (shownTime(value, kind, is1904) ?? plain(value));
}

function plain(value: number): string {
  return String(Number(value.toPrecision(15)));
}

function shownTime(days: number, kind: NumberKind, is1904: boolean): string | undefined {
  const date = new Date((is1904 ? EPOCH_1904_MS : EPOCH_MS) + Math.round((days * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || days < 0) return undefined;
  const [day = '', time = ''] = date.toISOString().split(/T|\.\d+Z/);
  if (kind === 'time') return time;
  return Number.isInteger(days) ? day : `${day} ${time}`;
}

export function shownTruth(isTrue: boolean): string {
  return isTrue ? 'TRUE' : 'FALSE';
}
