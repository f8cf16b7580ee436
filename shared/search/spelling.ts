/**
 * How a word of the index is written. The full text has stems only, and a stem, or a word that was made of one, may
 * stand in no file (`diridible`): so a few of its documents are looked at, their names and titles first. Used by
 * suggest.ts.
 */
import type { Db } from '../store/open.js';
import { partCamel } from '../words/camel.js';
import { type FoldedText, foldText } from '../words/fold.js';
import { wordSpans } from '../words/words.js';
import { distance } from './distance.js';
import { type CanLook, fileState, MOST_BYTES, readDocumentText } from './document-text.js';
import { documentsById, type FoundDocument } from './found-documents.js';
import { phraseOf } from './match-expression.js';
import { findMatches, type Matcher, toMatcher } from './matcher.js';
import { stem } from './stem.js';

const MAX_DOCUMENTS = 5;
const MAX_MATCHES = 100;
/** At a distance of so few slips no nearer spelling is looked for. */
const NEAR = 1;

/**
 * @param word  with the wanted stem.
 * @returns of the spellings that were seen the one most like the typed word.
 */
export function spellingOf(db: Db, word: string, typed: string, canLook?: CanLook): string | undefined {
  let best: string | undefined;
  let fewest = Infinity;
  for (const spelling of seen(db, word, canLook)) {
    const slips = distance(foldText(spelling).text, typed);
    if (slips < fewest) [best, fewest] = [spelling, slips];
    if (fewest <= NEAR) break;
  }
  return best;
}

function* seen(db: Db, word: string, canLook: CanLook | undefined): Generator<string> {
  yield* inPlaces(db, word);
  yield* inTexts(db, word, canLook);
}

function* inPlaces(db: Db, word: string): Generator<string> {
  const term = stem(word);
  for (const { name, title, directory } of holders(db, 'names', word)) {
    const text = `${name} ${title} ${directory} ${partCamel(name)}`;
    for (const { word: found, start, end } of wordSpans(text))
      if (stem(found) === term) yield text.slice(start, end).toLowerCase();
  }
}

function* inTexts(db: Db, word: string, canLook: CanLook | undefined): Generator<string> {
  const matcher = toMatcher({
    groups: [[{ text: word, kind: 'word', field: 'any' }]],
    excluded: [],
    filters: [],
    misread: [],
  });
  for (const document of holders(db, 'body', word)) {
    const state = fileState(document, canLook);
    const text = state === 'gone' ? undefined : readDocumentText(db, document, MOST_BYTES, state);
    if (text) yield* spellings(text.folded, matcher as Matcher);
  }
}

function* spellings(text: FoldedText, matcher: Matcher): Generator<string> {
  let matches = 0;
  for (const { start, end } of findMatches(text, matcher)) {
    yield text.original.slice(text.toStart(start), text.toEnd(end)).toLowerCase();
    if (++matches === MAX_MATCHES) return;
  }
}

function holders(db: Db, table: 'body' | 'names', word: string): Iterable<FoundDocument> {
  const expression = table === 'body' ? `{title text} : ${phraseOf(word)}` : phraseOf(word);
  const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH ? LIMIT ${MAX_DOCUMENTS}`;
  return documentsById(db, db.prepare<[string], number>(sql).pluck().all(expression)).values();
}
