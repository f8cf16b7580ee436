/**
 * The Porter stemmer as SQLite's `porter` tokenizer runs it, so that a word of a text can be compared with the terms of
 * the index: highlights, ranking and typo repair use it. Equal to SQLite's on any folded token (a property test
 * compares them).
 *
 *   connection → connect, memory → memori, was → wa
 */

/** SQLite leaves shorter and longer tokens as they are (bytes of UTF-8). */
const MIN_BYTES = 3;
const MAX_BYTES = 64;

type Rule = readonly [suffix: string, replacement: string];

/** Rules of a step by the last letter but one, as every suffix has its own: few are left to compare. */
type Step = ReadonlyMap<string, readonly Rule[]>;

/** In each step the first suffix that fits decides, whether or not its condition then holds. */
const STEP_2 = rules(
  'ational ate, tional tion, enci ence, anci ance, izer ize, logi log, bli ble, alli al, entli ent, eli e, ousli ous, ' +
    'ization ize, ation ate, ator ate, alism al, iveness ive, fulness ful, ousness ous, aliti al, iviti ive, biliti ble',
);
const STEP_3 = rules('ical ic, ness, icate ic, iciti ic, ful, ative, alize al');
const STEP_4 = rules(
  'al, ance, ence, er, ic, able, ible, ant, ement, ment, ent, ion, ou, ism, ate, iti, ous, ive, ize',
);

/** Names and texts repeat their words: a quarter of the time of a search went into stemming them again. */
const known = new Map<string, string>();
const MAX_KNOWN = 20_000;

/** @param token folded: lower case, without diacritics. */
export function stem(token: string): string {
  const before = known.get(token);
  if (before !== undefined) return before;
  const term = stemToken(token);
  if (known.size === MAX_KNOWN) known.clear();
  if (token.length <= MAX_BYTES) known.set(token, term);
  return term;
}

function stemToken(token: string): string {
  const isAscii = !/[^\0-\x7f]/.test(token);
  const bytes = isAscii ? token : Buffer.from(token).toString('latin1');
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) return token;
  const stemmed = stemBytes(bytes);
  return isAscii ? stemmed : Buffer.from(stemmed, 'latin1').toString('utf8');
}

function stemBytes(token: string): string {
  let word = withoutPlural(token);
  word = withoutParticiple(word);
  if (word.endsWith('y') && hasVowel(word.slice(0, -1))) word = `${word.slice(0, -1)}i`;
  word = replaceSuffix(word, STEP_2, (rest) => measure(rest) > 0);
  word = replaceSuffix(word, STEP_3, (rest) => measure(rest) > 0);
  word = replaceSuffix(word, STEP_4, (rest, suffix) => measure(rest) > 1 && (suffix !== 'ion' || /[st]$/.test(rest)));
  return withoutDoubleL(withoutFinalE(word));
}

/** A word that has this stem: the stem of `licens` would be another one. @returns undefined when none is known */
export function wordOfTerm(term: string): string | undefined {
  return [term, `${term}e`, `${term}s`].find((word) => stem(word) === term);
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s') || word.endsWith('ss')) return word;
  const isLong = (word.endsWith('sses') && word.length > 4) || (word.endsWith('ies') && word.length > 3);
  return word.slice(0, isLong ? -2 : -1);
}

function withoutParticiple(word: string): string {
  if (word.endsWith('eed') && word.length > 3) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const length = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0;
  const rest = word.slice(0, word.length - length);
  if (length === 0 || rest === '' || !hasVowel(rest)) return word;
  if (/.(?:at|bl|iz)$/s.test(rest)) return `${rest}e`;
  const last = rest.at(-1) as string;
  if (last === rest.at(-2) && !/[aeioulsz]/.test(last)) return rest.slice(0, -1);
  return measure(rest) === 1 && endsInShortSyllable(rest) ? `${rest}e` : rest;
}

function withoutFinalE(word: string): string {
  return word.endsWith('e') && isLongEnough(word.slice(0, -1)) ? word.slice(0, -1) : word;
}

function isLongEnough(rest: string): boolean {
  const m = measure(rest);
  return m > 1 || (m === 1 && !endsInShortSyllable(rest));
}

function withoutDoubleL(word: string): string {
  return word.endsWith('ll') && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

function replaceSuffix(word: string, step: Step, holds: (rest: string, suffix: string) => boolean) {
  for (const [suffix, replacement] of step.get(word[word.length - 2] as string) ?? []) {
    if (!word.endsWith(suffix) || word.length === suffix.length) continue;
    const rest = word.slice(0, -suffix.length);
    return holds(rest, suffix) ? rest + replacement : word;
  }
  return word;
}

/** How often a vowel is followed by a consonant: 0, 1 or more. Counts no further than 2. */
function measure(text: string): number {
  let count = 0;
  let wasConsonant = false;
  let isAfterVowel = false;
  for (let i = 0; i < text.length && count < 2; i++) {
    wasConsonant = !isVowel(text, i, wasConsonant);
    if (wasConsonant && isAfterVowel) count++;
    isAfterVowel = !wasConsonant;
  }
  return count;
}

function hasVowel(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isVowel(text, i, i > 0)) return true;
  return false;
}

/** consonant, vowel, consonant other than w, x, y: the end of `fil`, not of `snow`. */
function endsInShortSyllable(text: string): boolean {
  if (/[wxy]$/.test(text)) return false;
  let pattern = 0;
  let wasConsonant = false;
  for (let i = 0; i < text.length; i++) {
    wasConsonant = !isVowel(text, i, wasConsonant);
    pattern = (pattern * 2 + (wasConsonant ? 1 : 0)) & 7;
  }
  return pattern === 5;
}

function isVowel(text: string, at: number, isYVowel: boolean): boolean {
  const letter = text[at] as string;
  return 'aeiou'.includes(letter) || (isYVowel && letter === 'y');
}

function rules(text: string): Step {
  const step = new Map<string, Rule[]>();
  for (const rule of text.split(', ')) {
    const [suffix = '', replacement = ''] = rule.split(' ');
    const letter = suffix[suffix.length - 2] as string;
    step.set(letter, [...(step.get(letter) ?? []), [suffix, replacement]]);
  }
  return step;
}
