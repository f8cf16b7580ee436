/**
 * The other ways in which people write a word of a text: `handleRequest` is also handle request, `e-mail` email,
 * `Müller` Mueller, `1,299` 1299. The index has them beside the text, a query asks for those of its own words. Pure.
 */
import { partCamel } from './camel.js';
import { foldText } from './fold.js';
import { LetterPattern } from './letter-pattern.js';
import { partsToLookAt } from './marked-parts.js';
import { wordsOf } from './words.js';

/** Of keys and digests in letters nobody types a part. */
const MAX_CAMEL = 64;
const MAX_WITH_DIGITS = 24;
const MAX_JOINED = 24;

const TOKENS = new LetterPattern(String.raw`[\p{L}\p{M}\p{N}]+`, 'gu');
/** can't, l'été */
const APOSTROPHES = new LetterPattern(String.raw`(?<![\p{L}\p{M}])\p{L}[\p{L}\p{M}]*(?:['’ʼ][\p{L}\p{M}]+)+`, 'gu');
/** e-mail, co-operate */
const HYPHEN = '(?<![\\w-])[A-Za-z]{1,3}-[a-z]{2,}(?![\\w-])';
/** U.S.A. */
const INITIALS = '(?<![\\w.])(?:[A-Za-z]\\.){2,}';
/** Node.js, ASP.NET */
const PRODUCT = '(?<!\\w)[A-Za-z]{2,10}\\.(?:[jJ][sS]|NET)(?!\\w)';
/** TCP/IP */
const SLASH = '(?<![\\w/])[A-Z]{1,4}/[A-Z]{1,4}(?![\\w/])';
const JOINED = new RegExp([HYPHEN, INITIALS, PRODUCT, SLASH].join('|'), 'g');
/** 1,299.99 */
const NUMBERS = /(?<![\w.,'])\d{1,3}(?:[,'’_]\d{3})+(?![\d,'_])(?:\.\d+)?/g;
/** Where a backslash is. */
const ESCAPE = new LetterPattern(String.raw`\\([nrt][\p{L}\p{N}]{2,})`, 'uy');

const CAMEL = new LetterPattern(String.raw`\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}`);
const MAY_BE_SPELT = /[äöüåøÄÖÜÅØ]|\u0308|\u030a/;
const UMLAUTS = /[äöüåø]/;
const UMLAUT_LETTERS = /[äöüåø]/g;
const SPELT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/** Each as words in a row; some come more than once. */
export function* otherForms(text: string): Generator<string> {
  for (const part of partsToLookAt(text)) yield* formsOf(part);
}

/** What no blank parts: nothing here looks further. */
function* formsOf(text: string): Generator<string> {
  if (CAMEL.test(text)) for (const [token] of text.matchAll(TOKENS.for(text))) yield* camelForm(token);
  yield* speltForms(text);
  yield* joinedForms(text);
  if (text.includes('\\')) yield* escapeForms(text);
}

/** `\nbar` may be a folder of that name, and `\title` a title of that name. */
export function* escapeForms(text: string): Generator<string> {
  const pattern = ESCAPE.for(text);
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 1)) {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[1];
    if (token === undefined) continue;
    yield* toForm(token);
    yield* toForm(token.slice(1));
  }
}

/** Of a token that is several words in one. */
export function* camelForm(token: string): Generator<string> {
  if (isKey(token)) return;
  const parted = partCamel(token);
  if (parted !== token) yield* toForm(parted);
}

/** The whole text with such tokens parted. */
export function partNames(text: string): string {
  return text.replace(TOKENS.for(text), (token) => (isKey(token) ? token : partCamel(token)));
}

function isKey(token: string): boolean {
  return token.length > MAX_CAMEL || (token.length > MAX_WITH_DIGITS && /[0-9]/.test(token));
}

/** Of words that are parted by a sign, and numbers with separators. */
export function* joinedForms(text: string): Generator<string> {
  if (/['’ʼ]/.test(text)) for (const [word] of text.matchAll(APOSTROPHES.for(text))) yield* joinedForm(word);
  if (/[A-Za-z][-./][A-Za-z]/.test(text)) for (const [word] of text.matchAll(JOINED)) yield* joinedForm(word);
  if (/\d[,'’_]\d/.test(text))
    for (const [number] of text.matchAll(NUMBERS)) yield* toForm(number.replace(/[,'’_]/g, ''));
}

/** The whole text with such words and numbers in one. */
export function joinWords(text: string): string {
  const join = (word: string) => (word.length <= MAX_JOINED ? word.replace(JOINTS, '') : word);
  return text
    .replace(APOSTROPHES.for(text), join)
    .replace(JOINED, join)
    .replace(NUMBERS, (number) => number.replace(/[,'’_]/g, ''));
}

const JOINTS = /['’ʼ./-]/g;

function* joinedForm(word: string): Generator<string> {
  if (word.length <= MAX_JOINED) yield* toForm(word.replace(JOINTS, ''));
}

/** `ü` as `ue`, word by word. */
export function* speltForms(text: string): Generator<string> {
  if (MAY_BE_SPELT.test(text)) for (const [token] of text.matchAll(TOKENS.for(text))) yield* spelt(token);
}

/** The whole text with `ue` for `ü`. */
export function* spelt(text: string): Generator<string> {
  const lower = text.toLowerCase().normalize('NFC');
  if (UMLAUTS.test(lower)) yield* toForm(lower.replace(UMLAUT_LETTERS, (letter) => SPELT[letter] as string));
}

function* toForm(text: string): Generator<string> {
  const words = wordsOf(foldText(text).text);
  if (words.length > 0) yield words.join(' ');
}
