/** Numbers that carry a check of their own: cards (Luhn), bank accounts (modulo 97). Pure; ten lines each. */
import type { Span } from './spans.js';

/** Cards are written in groups of at least three. */
const CARD_START = /(?<![\w.])[2-6]\d{2,18}/g;
const MORE_DIGITS = /([ -]?)(\d{3,19})/y;
const IBAN_START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}/g;
const IBAN_REST = /(?: ?[A-Z0-9]){11,30}/y;
const CARD_DIGITS = { least: 13, most: 19 } as const;
/** A country has at least so many characters. */
const SHORTEST_IBAN = 15;

/** 13 to 19 digits, in groups with one separator or not, whose last one is that of Luhn. */
export function cardSpans(text: string): Span[] {
  return [...text.matchAll(CARD_START)].flatMap((found) => cardFrom(text, found.index, found[0]) ?? []);
}

function cardFrom(text: string, start: number, first: string): Span | undefined {
  let digits = first;
  let separator: string | undefined;
  let end = start + first.length;
  while (digits.length <= CARD_DIGITS.most) {
    const isWhole = digits.length >= CARD_DIGITS.least && !/\w/.test(text[end] ?? '');
    if (isWhole && isLuhn(digits)) return { start, end, kind: 'card' };
    MORE_DIGITS.lastIndex = end;
    const more = MORE_DIGITS.exec(text);
    separator ??= more?.[1];
    if (!more || more[1] !== separator) return undefined;
    digits += more[2];
    end += more[0].length;
  }
  return undefined;
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Two letters, two digits, 11 to 30 more, in groups or not; as a number with the first four at the end it is 1 modulo 97. */
export function ibanSpans(text: string): Span[] {
  return [...text.matchAll(IBAN_START)].flatMap((found) => ibanFrom(text, found.index) ?? []);
}

function ibanFrom(text: string, start: number): Span | undefined {
  IBAN_REST.lastIndex = start + 4;
  const rest = IBAN_REST.exec(text);
  if (!rest) return undefined;
  for (let end = start + 4 + rest[0].length; end - start >= SHORTEST_IBAN; end--) {
    if (/[A-Za-z0-9]/.test(text[end] ?? '') || text[end - 1] === ' ') continue;
    if (isIban(text.slice(start, end).replaceAll(' ', ''))) return { start, end, kind: 'iban' };
  }
  return undefined;
}

function isIban(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const character of turned) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return iban.length >= SHORTEST_IBAN && rest === 1;
}
