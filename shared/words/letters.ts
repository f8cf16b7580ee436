/**
 * What a character is to the index, and which letters people take for the same. Pure.
 *
 * find-text starts anew for every query, so nothing here compiles a table: a character is looked up when it is met, and
 * remembered.
 */
import { LetterPattern } from './letter-pattern.js';

/** Between words. */
export const NONE = 0;
export const LETTER = 1;
export const DIGIT = 2;
/** A letter of a script that puts no blanks between words. */
export const RUN = 3;
/** A mark of such a script: it belongs to the letter before it. */
export const RUN_MARK = 4;
/** A word of its own: an emoji. */
export const SIGN = 5;

/** Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese. */
const RUN_SCRIPTS =
  /[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u109a-\u109f\u1100-\u11ff\u1780-\u17b3\u17b6-\u17d3\u17dc\u17dd\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}]/u;
const IN_WORDS = new LetterPattern(String.raw`[\p{L}\p{M}\p{N}\p{Co}]`);
const MARK = new LetterPattern(String.raw`\p{M}`);
const DECIMAL = new LetterPattern(String.raw`\p{Nd}`);
const OTHER_NUMBER = new LetterPattern(String.raw`\p{No}`);

/** Quotation marks, dashes, arrows, lines, ticks: many texts have no other signs beyond Latin. Nothing here is of a word. */
function isCommonSign(codePoint: number): boolean {
  if (codePoint < 0x2000 || codePoint > 0x2bff) return false;
  return (
    codePoint < 0x2070 || (codePoint >= 0x2190 && codePoint < 0x2460) || (codePoint >= 0x2500 && codePoint < 0x2776)
  );
}

/** Of Chinese, or a syllable of Korean: a letter, and written in one way. */
function isIdeograph(codePoint: number): boolean {
  return (codePoint >= 0x4e00 && codePoint <= 0x9fff) || (codePoint >= 0xac00 && codePoint <= 0xd7a3);
}

/** Numbers and letters among the signs of Latin-1. */
const LATIN_1 = 'ªµº²³¹¼½¾';
const LAST_LATIN = 0x24f;

function isOfLatin(codePoint: number): boolean {
  if (codePoint >= 0xc0) return codePoint !== 0xd7 && codePoint !== 0xf7;
  return LATIN_1.includes(String.fromCharCode(codePoint));
}

function isMark(codePoint: number): boolean {
  return !isCommonSign(codePoint) && !isIdeograph(codePoint) && MARK.test(String.fromCodePoint(codePoint));
}

/** 0 not looked at yet, else the class and one. */
const classes = new Uint8Array(0x10000);

/** @param codePoint  of folded text: no letter of ASCII is a capital. */
export function classOf(codePoint: number): number {
  if (codePoint < 0x80) {
    if (codePoint >= 0x61 && codePoint <= 0x7a) return LETTER;
    return codePoint >= 0x30 && codePoint <= 0x39 ? DIGIT : NONE;
  }
  if (codePoint > 0xffff) return classify(codePoint);
  return (classes[codePoint] || rememberClass(codePoint)) - 1;
}

function rememberClass(unit: number): number {
  classes[unit] = 1 + classify(unit);
  return classes[unit] as number;
}

function classify(codePoint: number): number {
  if (codePoint >= 0x1f000 && codePoint < 0x1fb00) return SIGN;
  if (codePoint <= LAST_LATIN) return isOfLatin(codePoint) ? LETTER : NONE;
  if (isCommonSign(codePoint)) return NONE;
  if (isIdeograph(codePoint)) return RUN;
  const character = String.fromCodePoint(codePoint);
  if (RUN_SCRIPTS.test(character)) return isMark(codePoint) ? RUN_MARK : RUN;
  return IN_WORDS.test(character) ? LETTER : NONE;
}

/** Does it change the character before it? Then both are looked up together. */
export function isJoined(codePoint: number): boolean {
  if (codePoint < 0x300) return false;
  if (codePoint > 0xffff) return codePoint === KIRAT_RAI_E || isMark(codePoint);
  return (joined[codePoint] || rememberJoined(codePoint)) === JOINED;
}

/** The only letter that makes one letter with another, and is no mark. */
const KIRAT_RAI_E = 0x16d67;

/** 0 not looked at yet. */
const joined = new Uint8Array(0x10000);
const SEPARATE = 1;
const JOINED = 2;
/** Of a character that may be joined. */
const HALF = 3;

/** Marks; vowels and endings of Korean syllables that are written apart; the signs for voice of half-width kana. */
function rememberJoined(unit: number): number {
  const isOne = (unit >= 0x1160 && unit < 0x1200) || unit === 0xff9e || unit === 0xff9f;
  joined[unit] = isHalf(unit) ? HALF : isOne || isMark(unit) ? JOINED : SEPARATE;
  return joined[unit] as number;
}

/** 0 not looked at yet, 1 it takes more than a look at this unit, else what it becomes. */
const units = asciiUnits();

function asciiUnits(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (let unit = 1; unit < 0x80; unit++) table[unit] = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  for (const sign of '%\\\x1b') table[sign.charCodeAt(0)] = 1;
  return table;
}

/** What an escape begins with. */
export function mayBeEscape(unit: number): boolean {
  return units[unit] === 1;
}

/** More of ASCII in a row are folded faster by other means. */
const FEW = 16;

/**
 * Folds as long as each unit of UTF-16 becomes one, whatever stands around it, up to a row of ASCII.
 * @param put  where in `into` the first one goes.
 * @returns how far it came.
 */
export function foldUnits(text: string, from: number, into: Uint16Array, put: number): number {
  let plain = 0;
  let unit = text.charCodeAt(from);
  for (let at = from; at < text.length; at++) {
    const one = units[unit] || rememberUnit(unit);
    const next = text.charCodeAt(at + 1);
    plain = unit < 0x80 ? plain + 1 : 0;
    if (one === 1 || plain > FEW || (plain === 0 && !isSeparate(next))) return at;
    into[put + at - from] = one;
    unit = next;
  }
  return text.length;
}

/** @param unit  NaN: there is none. */
function isSeparate(unit: number): boolean {
  return !(unit >= 0x300) || (joined[unit] || rememberJoined(unit)) === SEPARATE;
}

function rememberUnit(unit: number): number {
  units[unit] = isIdeograph(unit) ? unit : unitOf(foldCharacter(String.fromCharCode(unit)));
  return units[unit] as number;
}

function unitOf(character: string): number {
  const unit = character.charCodeAt(0);
  return character.length !== 1 || isHalf(unit) ? 1 : unit;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

const folded = new Map<string, string>();
const MAX_KNOWN = 50_000;

/** A character with the marks that belong to it → letters and digits of the index. May be '' or several. */
export function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  if (folded.size === MAX_KNOWN) folded.clear();
  const result = fold(character);
  folded.set(character, result);
  return result;
}

/** `x²` is x and 2, `1½` is 1 and 1 and 2; `™` says nothing of the word before it. */
function fold(character: string): string {
  if (/^[\u2122\u2120]/.test(character)) return ' ';
  const compatible = character.normalize('NFKC');
  const letters = [...compatible.toLowerCase().normalize('NFC')].map(foldLetter).join('');
  return compatible !== character && OTHER_NUMBER.test(character) ? ` ${letters}` : letters;
}

/** What is not a letter of ASCII with a mark, and is typed as one; letters that are written in several ways. */
const SAME: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  آ: 'ا',
  أ: 'ا',
  إ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  // The apostrophe of Ukrainian, also typed as a sign.
  ʼ: "'",
};

/** Soft hyphens, joiners, direction; tatweel, harakat, niqqud; accents; variants of an emoji. */
const VANISHING = [
  ...['00ad', '034f', '061c', '180b-180f', '200b-200f', '202a-202e', '2060-206f', 'fe00-fe0f', 'feff', 'fff9-fffb'],
  ...['1f3fb-1f3ff', 'e0001-e01ef', '0640', '0610-061a', '064b-065f', '0670', '06d6-06dc', '06df-06e4', '06e7-06e8'],
  ...['06ea-06ed', '0591-05bd', '05bf', '05c1-05c2', '05c4-05c5', '05c7', '0300-036f', '1ab0-1aff', '1dc0-1dff'],
  ...['20d0-20ff', 'fe20-fe2f'],
].map((range) => range.split('-').map((end) => Number.parseInt(end, 16)));

function hasNoWidth(codePoint: number): boolean {
  return VANISHING.some(([first = 0, last = first]) => codePoint >= first && codePoint <= last);
}

/** The accents of Latin, Greek and Cyrillic. */
const ACCENTS = /[\u0300-\u036f]/g;

function foldLetter(letter: string): string {
  const same = SAME[letter];
  if (same !== undefined) return same;
  const codePoint = letter.codePointAt(0) as number;
  if (hasNoWidth(codePoint)) return '';
  if (isKatakana(codePoint)) return String.fromCodePoint(codePoint - 0x60);
  if (isDigit(codePoint)) return String(digitValue(codePoint));
  const bare = letter.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return SAME[bare] ?? bare;
}

function isKatakana(codePoint: number): boolean {
  return (codePoint >= 0x30a1 && codePoint <= 0x30f6) || codePoint === 0x30fd || codePoint === 0x30fe;
}

const FIRST_DIGIT = 0x660;

/** Beyond ASCII. */
function isDigit(codePoint: number): boolean {
  if (codePoint < FIRST_DIGIT || isCommonSign(codePoint)) return false;
  return DECIMAL.test(String.fromCodePoint(codePoint));
}

/** The digits of a script stand in a row, from zero on; rows may stand side by side. */
function digitValue(codePoint: number): number {
  let before = 0;
  while (isDigit(codePoint - before - 1)) before++;
  return before % 10;
}
