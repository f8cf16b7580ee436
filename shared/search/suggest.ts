/**
 * A mistyped word → words of the index it may have meant, by the vocabulary of shared/store/vocabulary.ts.
 *
 * The vocabulary holds stems, the user types words: so every word that is one slip away (a letter left out, doubled,
 * swapped or replaced) is stemmed and looked up, some 500 for nine letters, in one query of 0.7 ms. Words two slips
 * away are looked for only if there is none, among those with the same first letter. Measured on slips in words of
 * 20,000 files: after one slip the right word comes first in 92 of 100, after two in 61; a trigram table over the stems
 * gave 77 and 42, and would add 3.5 MB to the index.
 */
import type { Db } from '../store/open.js';
import { foldText } from '../words/fold.js';
import { distance } from './distance.js';
import type { CanLook } from './document-text.js';
import { spellingOf } from './spelling.js';
import { stem } from './stem.js';

export interface Suggestion {
  /** As it stands in a file. */
  readonly word: string;
  readonly documents: number;
}

const MIN_LENGTH = 4;
const MAX_LENGTH = 24;
/** Guesses that are looked for in files, for each that is wanted. */
const TRIED_FOR_EACH = 2;
/** Two slips in a shorter word leave too little of it. */
const MIN_LENGTH_TWO_SLIPS = 6;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** @returns the most likely first, each as a file has it. */
export function suggest(db: Db, typed: string, limit: number, canLook?: CanLook): Suggestion[] {
  const word = foldText(typed).text;
  if (word.length < MIN_LENGTH || word.length > MAX_LENGTH || !/\p{L}/u.test(word)) return [];
  const near = oneSlip(db, word);
  const found = near.length > 0 || word.length < MIN_LENGTH_TWO_SLIPS ? near : twoSlips(db, word);
  const likeliest = found.sort((a, b) => b.likelihood - a.likelihood).slice(0, limit * TRIED_FOR_EACH);
  const suggestions: Suggestion[] = [];
  for (const guess of likeliest) {
    const spelling = spellingOf(db, guess.word, word, canLook);
    if (spelling !== undefined) suggestions.push({ word: spelling, documents: guess.documents });
    if (suggestions.length === limit) break;
  }
  return suggestions;
}

interface Guess extends Suggestion {
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
  const sql = 'SELECT term, documents FROM word WHERE term IN (SELECT value FROM json_each(?))';
  const rows = db.prepare<[string], VocabularyRow>(sql).all(JSON.stringify([...byStem.keys()]));
  return rows.map((row) => toGuess(word, byStem.get(row.term) as Variant, row));
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

function twoSlips(db: Db, word: string): Guess[] {
  const stemmed = stem(word);
  const first = stemmed[0] as string;
  const next = String.fromCodePoint((first.codePointAt(0) as number) + 1);
  const sql = 'SELECT term, documents FROM word WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?';
  return db
    .prepare<unknown[], VocabularyRow>(sql)
    .all(first, next, stemmed.length - 2, stemmed.length + 2)
    .filter((row) => row.term !== stemmed && distance(stemmed, row.term) <= 2)
    .flatMap((row) => {
      const shown = unstemmed(row.term, word.slice(stemmed.length));
      return shown === undefined ? [] : [toGuess(word, { word: shown, likelihood: 0 }, row)];
    });
}

/** A word with this stem, if possible with the ending that was typed. */
function unstemmed(term: string, ending: string): string | undefined {
  const endings = [ending, '', 'e', 's', 'es', 'ed', 'ing', 'ion', 'ation', 'al', 'er'];
  const words = [...endings.map((one) => term + one), term.replace(/i$/, 'y')];
  return words.find((word) => stem(word) === term);
}

/**
 * Slips rarely hit the first letter, and a common word is meant more often. Of a word that is its own stem it is
 * certain that texts have it; others may be an ending that nobody writes.
 */
function toGuess(typed: string, { word, likelihood }: Variant, { term, documents }: VocabularyRow): Guess {
  const signs = Number(typed[0] === word[0]) + Number(term === word) / 2;
  return { word, documents, likelihood: likelihood + signs + Math.log(documents) / 2 };
}
