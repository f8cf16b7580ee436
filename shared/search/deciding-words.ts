/**
 * Of any of several words (`"lio" OR "ethtool" OR "drivers"`): those of which the best documents have one. What a word
 * that very many documents hold adds to a score is bounded, and less than what the rare ones give to enough documents.
 * So documents that have none of the deciding words need not be scored. Pure.
 */
import { either } from './match-expression.js';

export interface CountedWords {
  /** Of FTS5. */
  readonly expression: string;
  /** That hold them, exactly. */
  readonly documents: number;
  /** In a row, or one: what they add to a score is bounded by `documents`. */
  readonly isPhrase: boolean;
}

export interface DecidingWords {
  readonly expression: string;
  /** The score of a document that has only other words is not higher. */
  readonly mostOfOthers: number;
}

/** bm25 of SQLite has k1 = 1.2: a word that stands in a text for ever counts as much as this times its rarity. */
const MOST_OF_RARITY = 2.2;
/** SQLite takes no word for rarer than this at least. */
const LEAST_RARITY = 1e-6;
/** Of the sum, for what floating point numbers lose. */
const ROUNDING = 1 + 1e-9;
/** Of fewer documents all are scored at once. */
const MIN_SPARED = 1000;
/** So many times as many documents as are wanted have one of the rare words: the last that is wanted is a good one. */
const CHOICE = 2;
/** The last that is wanted has more than a word as rare as the last of these: on M the guess never failed. */
const LIKELY = 1.6;

/**
 * @param all  how many documents there are, at most.
 * @param wanted  documents.
 * @returns undefined where it is not likely that the others can be left out, or not worth it.
 */
export function decidingWords(
  words: readonly CountedWords[],
  { all, wanted }: { readonly all: number; readonly wanted: number },
): DecidingWords | undefined {
  const rarestFirst = [...words].sort((a, b) => a.documents - b.documents);
  const enough = rarestFirst.findIndex((_, i) => documentsOf(rarestFirst.slice(0, i + 1)) >= CHOICE * wanted);
  const last = rarestFirst[enough];
  if (!last) return undefined;
  const likely = LIKELY * rarityOf(last, all);
  for (let first = enough + 1; first < rarestFirst.length; first++) {
    const others = rarestFirst.slice(first);
    if (!others.every(({ isPhrase }) => isPhrase)) continue;
    const mostOfOthers = MOST_OF_RARITY * ROUNDING * sum(others.map((other) => rarityOf(other, all)));
    if (mostOfOthers >= likely) continue;
    if (documentsOf(others) < MIN_SPARED) return undefined;
    return { expression: either(rarestFirst.slice(0, first).map(({ expression }) => expression)), mostOfOthers };
  }
  return undefined;
}

/** Together, at most. */
function documentsOf(words: readonly CountedWords[]): number {
  return sum(words.map(({ documents }) => documents));
}

/** As bm25 of SQLite weighs it. */
function rarityOf({ documents }: CountedWords, all: number): number {
  return Math.max(LEAST_RARITY, Math.log((Math.max(all, documents) - documents + 0.5) / (documents + 0.5)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
