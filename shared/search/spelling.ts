/**
 * How a word of the index is written. The full text has stems only, and a stem, or a word that was made of one, may
 * stand in no file (`diridible`). So a few of its documents are looked at, their names and titles first. Used by
 * suggest.ts.
 */

import { distance } from '../distance.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { partCamel } from '../words/camel.js';
import { type FoldedText, foldText } from '../words/fold.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { wordSpans } from '../words/words.js';
import { type CanLook, type DecodedText, fileState, MOST_BYTES, readDocumentText } from './document-text.js';
import { documentsById, type FoundDocument } from './found-documents.js';
import { phraseOf } from './match-expression.js';
import { findMatches, type Matcher, toMatcher } from './matcher.js';
import type { Term } from './query.js';
import { stem } from './stem.js';

const MAX_DOCUMENTS = 5;
const MAX_FOLDED = 2;
const LONGEST_ENDING = 7;
const MAX_MATCHES = 100;
/** At a distance of so few slips no nearer spelling is looked for. */
const NEAR = 1;

export interface Spelling {
  readonly word: string;
  /** Between it and the typed word. */
  readonly slips: number;
}

/**
 * @param word  with the wanted stem.
 * @returns of the spellings that were seen the one most like the typed word.
 */
export function spellingOf(db: Db, word: string, typed: string, canLook?: CanLook): Spelling | undefined {
  let best: Spelling | undefined;
  for (const spelling of seen(db, word, canLook)) {
    const slips = distance(foldText(spelling).text, typed);
    if (slips < (best?.slips ?? Infinity)) best = { word: spelling, slips };
    if (slips <= NEAR) break;
  }
  return best;
}

function* seen(db: Db, word: string, canLook: CanLook | undefined): Generator<string> {
  yield* inPlaces(db, word);
  const texts = textsWith(db, word, canLook);
  const found = texts.flatMap(({ text }) => plainSpellings(text, word));
  if (found.length > 0) yield* found;
  else yield* texts.slice(0, MAX_FOLDED).flatMap(({ folded }) => spellings(folded, word));
}

function* inPlaces(db: Db, word: string): Generator<string> {
  const term = stem(word);
  for (const { name, title, directory } of holders(db, 'names', word)) {
    const text = `${name} ${title} ${directory} ${partCamel(name)}`;
    for (const { word: found, start, end } of wordSpans(text))
      if (stem(found) === term) yield text.slice(start, end).toLowerCase();
  }
}

function textsWith(db: Db, word: string, canLook: CanLook | undefined): DecodedText[] {
  return [...holders(db, 'body', word)].flatMap((document) => {
    const state = fileState(document, canLook);
    return (state === 'gone' ? undefined : readDocumentText(db, document, MOST_BYTES, state)) ?? [];
  });
}

/** Those that need no folding, which takes longer than to read a text. */
function plainSpellings(text: string, word: string): string[] {
  const term = stem(word);
  const begun = new LetterPattern(
    `(?<![\\p{L}\\p{N}])${term.replace(/[iy]$/, '')}\\p{L}{0,${LONGEST_ENDING}}(?![\\p{L}\\p{N}])`,
    'giu',
  ).for(text);
  const found = new Set(
    text
      .slice(0, MOST_BYTES)
      .match(begun)
      ?.map((one) => one.toLowerCase()),
  );
  return [...found].filter((one) => stem(one) === term);
}

function spellings(text: FoldedText, word: string): string[] {
  const term: Term = { text: word, kind: 'word', field: 'any' };
  const matcher = toMatcher({ groups: [[term]], excluded: [], filters: [], misread: [] }) as Matcher;
  const found: string[] = [];
  for (const { start, end } of findMatches(text, matcher)) {
    found.push(text.original.slice(text.toStart(start), text.toEnd(end)).toLowerCase());
    if (found.length === MAX_MATCHES) break;
  }
  return found;
}

function holders(db: Db, table: 'body' | 'names', word: string): Iterable<FoundDocument> {
  const expression = table === 'body' ? `{title text} : ${phraseOf(word)}` : phraseOf(word);
  const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH ? LIMIT ${MAX_DOCUMENTS}`;
  return documentsById(db, prepared<number>(db, sql).pluck().all(expression)).values();
}
