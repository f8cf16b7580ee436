/**
 * A mistyped word → words of the index it may have meant, by the vocabulary of shared/store/vocabulary.ts.
 *
 * The vocabulary holds stems, the user types words. So every word that is one slip away (a letter left out, doubled,
 * swapped or replaced) is stemmed and looked up. They are some 500 for nine letters, in one query of 0.7 ms. A stem one
 * slip away may belong to words that are further away, so it is the words of files that count. When none of them is one
 * slip away, words two slips away are looked for. They are those with the first or second letter of the typed one, and
 * words of names that share four letters in a row with it. Measured on slips in words of 20,000 files (`npm run
 * bench:quality -- typos`).
 */

import { distance, distancesToBeginnings } from '../distance.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { partCamel } from '../words/camel.js';
import { foldText } from '../words/fold.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { isOrdinary, tokenSpans, wordSpans } from '../words/words.js';
import type { CanLook } from './document-text.js';
import { namesSharing } from './name-trigrams.js';
import { type Spelling, spellingOf } from './spelling.js';
import { stem } from './stem.js';

export interface Suggestion extends Spelling {
  readonly documents: number;
}

const MIN_LENGTH = 4;
const MAX_LENGTH = 24;
/** Guesses that are looked for in files, for each that is wanted. */
const TRIED_FOR_EACH = 4;
/** Between what was typed and what a file has. */
const MOST_SLIPS = 2;
/** Where the file has another form of the word, such as one without its s. */
const MOST_WITH_FORM = MOST_SLIPS + 1;
/** Two slips in a shorter word leave too little of it. */
const MIN_LENGTH_TWO_SLIPS = 6;
const LETTER = new LetterPattern(String.raw`\p{L}`);
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** @returns the most likely first, each as a file has it. */
export function suggest(db: Db, typed: string, limit: number, canLook?: CanLook): Suggestion[] {
  const word = foldText(typed).text;
  if (word.length < MIN_LENGTH || word.length > MAX_LENGTH || !LETTER.test(word)) return [];
  const seen = (guesses: readonly Guess[]) => spelled(db, { word, limit }, likeliest(guesses), canLook);
  const near = seen(oneSlip(db, word));
  const isNear = near.some(({ slips }) => slips <= 1);
  const far = isNear || !isLong(word) ? [] : seen(twoSlips(db, word)).filter(({ slips }) => slips <= MOST_WITH_FORM);
  const others = isNear ? [] : [...far, ...namesLike(db, word)];
  const unique = new Map(likeliest([...near, ...others]).map((guess) => [guess.word, guess]));
  return [...unique.values()].sort((a, b) => a.slips - b.slips).slice(0, limit);
}

function isLong(word: string): boolean {
  return word.length >= MIN_LENGTH_TWO_SLIPS;
}

function likeliest<Likely extends { readonly likelihood: number }>(guesses: readonly Likely[]): Likely[] {
  return [...guesses].sort((a, b) => b.likelihood - a.likelihood);
}

type Spelled = Guess & Suggestion;

/** A stem may be one slip away, and every word that has it more. */
function spelled(
  db: Db,
  { word, limit }: { readonly word: string; readonly limit: number },
  guesses: readonly Guess[],
  canLook: CanLook | undefined,
): Spelled[] {
  const found: Spelled[] = [];
  for (const guess of guesses.slice(0, limit * TRIED_FOR_EACH)) {
    const spelling = spellingOf(db, guess.word, word, canLook);
    if (spelling) found.push({ ...guess, ...spelling });
    if (found.filter(({ slips }) => slips <= 1).length === limit) break;
  }
  return found;
}

/** Words of names as they stand there, whichever letter a slip has hit. */
function namesLike(db: Db, typed: string): Spelled[] {
  const most = isLong(typed) ? MOST_SLIPS : 1;
  const near = namesSharing(db, typed)
    .flatMap(wordsOfName)
    .flatMap((word) => {
      const slips = distance(word, typed);
      return slips > 0 && slips <= most ? { word, slips } : [];
    });
  const known = documentsOf(
    db,
    near.map(({ word }) => stem(word)),
  );
  return near.map((spelling) => {
    const term = stem(spelling.word);
    const documents = known.get(term) ?? 1;
    return { ...toGuess(typed, { word: spelling.word, likelihood: 0 }, { term, documents }), ...spelling };
  });
}

/** Whole, and in its parts. */
function wordsOfName(name: string): string[] {
  const spans = [...tokenSpans(name), ...wordSpans(partCamel(name))];
  return [...new Set(spans.map(({ word }) => word).filter(isOrdinary))];
}

interface Guess {
  readonly word: string;
  readonly documents: number;
  readonly likelihood: number;
}

interface VocabularyRow {
  readonly term: string;
  readonly documents: number;
}

function oneSlip(db: Db, word: string): Guess[] {
  const byStem = new Map<string, Variant>();
  for (const variant of variants(word)) {
    const term = stem(variant.word);
    if (!byStem.has(term)) byStem.set(term, variant);
  }
  byStem.delete(stem(word));
  const known = [...documentsOf(db, [...byStem.keys()])];
  return known.map(([term, documents]) => toGuess(word, byStem.get(term) as Variant, { term, documents }));
}

interface Variant {
  readonly word: string;
  /** By the kind of slip that leads from this word to the typed one. */
  readonly likelihood: number;
}

/** Fitted on slips in words of 20,000 files; letters are swapped or left out more often than replaced or added. */
const LIKELIHOOD = { swapped: 1, leftOut: 0, replaced: -0.5, added: -1 } as const;

/** The likelier first: that is the word shown when several have the same stem. */
function* variants(word: string): Generator<Variant> {
  const letters = new Set([...LETTERS, ...word]);
  const { swapped, leftOut, replaced, added } = LIKELIHOOD;
  for (let i = 0; i + 1 < word.length; i++) {
    yield { word: word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2), likelihood: swapped };
  }
  for (let i = 0; i <= word.length; i++) {
    for (const letter of letters) yield { word: word.slice(0, i) + letter + word.slice(i), likelihood: leftOut };
  }
  for (let i = 0; i < word.length; i++) {
    for (const letter of letters) yield { word: word.slice(0, i) + letter + word.slice(i + 1), likelihood: replaced };
  }
  for (let i = 0; i < word.length; i++) yield { word: word.slice(0, i) + word.slice(i + 1), likelihood: added };
}

/** Endings that the stemmer takes away leave no more of a word than this, and two slips add two letters. */
const LONGEST_ENDING = 6;

/** A slip in the first letter may have put the second one there. */
function twoSlips(db: Db, word: string): Guess[] {
  const terms = [...new Set(word.slice(0, 2))].flatMap((first) => termsFrom(db, first, word.length));
  const letters = new Set(word);
  const near = terms.flatMap((term) => {
    const nearest = lacksFew(withoutY(term), letters) ? nearestWith(term, word) : undefined;
    return nearest === undefined ? [] : { term, word: nearest };
  });
  const documents = documentsOf(
    db,
    near.map(({ term }) => term),
  );
  return near.map(({ term, word: one }) =>
    toGuess(word, { word: one, likelihood: 0 }, { term, documents: documents.get(term) ?? 1 }),
  );
}

function termsFrom(db: Db, first: string, length: number): string[] {
  const next = String.fromCodePoint((first.codePointAt(0) as number) + 1);
  const sql = 'SELECT term FROM word WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?';
  return prepared<string>(db, sql)
    .pluck()
    .all(first, next, Math.max(3, length - LONGEST_ENDING), length + 2);
}

function documentsOf(db: Db, terms: readonly string[]): Map<string, number> {
  const sql = 'SELECT term, documents FROM word WHERE term IN (SELECT value FROM json_each(?))';
  return new Map(prepared<[string, number]>(db, sql).raw().all(JSON.stringify(terms)));
}

/** The stemmer has made an i of it. */
function withoutY(term: string): string {
  return term.replace(/i$/, '');
}

/** Most terms have other letters, which is seen at once. */
function lacksFew(term: string, letters: ReadonlySet<string>): boolean {
  let others = 0;
  for (const letter of term) if (!letters.has(letter) && ++others > 2) return false;
  return true;
}

/** @returns of the words with this stem that are two slips away the nearest. */
function nearestWith(term: string, typed: string): string | undefined {
  if (Math.min(...distancesToBeginnings(withoutY(term), typed)) > 2) return undefined;
  let nearest: string | undefined;
  let fewest = 3;
  for (const word of wordsWith(term)) {
    const slips = distance(word, typed);
    if (slips < fewest && stem(word) === term) [nearest, fewest] = [word, slips];
  }
  return nearest;
}

const WORD_ENDINGS = ['', ...'e s es ed ing er ers ion ions ation al able ly ness ment ments ement ements'.split(' ')];

function wordsWith(term: string): string[] {
  const doubled = term + term.at(-1);
  const words = [
    ...WORD_ENDINGS.map((ending) => term + ending),
    ...['ed', 'ing', 'er'].map((ending) => doubled + ending),
  ];
  return term.endsWith('i') ? [...words, `${term.slice(0, -1)}y`] : words;
}

/**
 * Slips rarely hit the first letter, and a common word is meant more often. Of a word that is its own stem it is
 * certain that texts have it; others may be an ending that nobody writes.
 */
function toGuess(typed: string, { word, likelihood }: Variant, { term, documents }: VocabularyRow): Guess {
  const signs = Number(typed[0] === word[0]) + Number(term === word) / 2;
  return { word, documents, likelihood: likelihood + signs + Math.log(documents) / 2 };
}
