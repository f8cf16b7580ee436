/**
 * When no document matches a whole query: the same query with its mistyped words replaced. Used by search(). A word in
 * no document is replaced by the likeliest word of the index, but in a question only if a document then has all of it.
 * Where every word is known, one far more common than a rare one is no more than an offer, and never for a word of a
 * name, title or folder. What the user put in quotes is left alone.
 */
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { isOrdinary, tokenSpans, toWords, wordSpans } from '../words/words.js';
import { CandidateSearch } from './candidates.js';
import type { CanLook } from './document-text.js';
import { toSqlCondition } from './filter-sql.js';
import { FullText, textHolders } from './full-text.js';
import { all, groupExpressions, phraseOf } from './match-expression.js';
import type { Query, Term } from './query.js';
import { toQuestion } from './question.js';
import { suggest } from './suggest.js';

export interface Correction {
  readonly from: string;
  readonly to: string;
}

export interface Repaired {
  readonly query: Query;
  readonly candidates: CandidateSearch;
  readonly corrections: readonly Correction[];
  /** Every word as typed stands in some document: this is offered, and what was typed is searched. */
  readonly isOffer: boolean;
}

/** Guesses tried for one word. */
const MAX_GUESSES = 3;
const MAX_WORDS = 4;
/** A word in so few documents may be a slip of their authors. */
const MAX_RARE = 3;
const MIN_RATIO = 10;

export interface RepairOptions {
  /** As for CandidateSearch, which has done findWhole in the result. */
  readonly wanted: number;
  readonly canLook?: CanLook | undefined;
}

/** @returns undefined when there is nothing better to ask for. */
export function repair(db: Db, query: Query, { wanted, canLook }: RepairOptions): Repaired | undefined {
  const words = mistypedWords(db, query);
  const unknown = words.filter((word) => word.documents === 0);
  const guesses = (unknown.length > 0 ? unknown : words)
    .slice(0, MAX_WORDS)
    .map((word) => guessesFor(db, word, canLook));
  const attempts = unknown.length > 0 ? togetherThenOneByOne(guesses) : guesses.flat().map((guess) => [guess]);
  const isOffer = unknown.length === 0;
  const isSure = guesses.every(([best]) => !best || best.slips <= 1);
  let first: Repaired | undefined;
  let found: Repaired | undefined;
  for (const corrections of attempts) {
    const repaired = corrections.reduce(replaceWord, query);
    const isNamed = isInOnePlace(db, repaired);
    if (found && !isNamed) continue;
    const candidates = new CandidateSearch(db, repaired, wanted);
    const isFound = candidates.findWhole() > 0;
    const own = {
      query: repaired,
      candidates,
      corrections: corrections.map(({ from, to }) => ({ from, to })),
      isOffer,
    };
    first ??= own;
    if (isFound && isNamed) return own;
    if (isFound) found = own;
  }
  if (found) return found;
  return isOffer || (toQuestion(query) && !isSure) ? undefined : first;
}

/** A file whose name or title has all words is likelier to be meant than one that has them somewhere. */
function isInOnePlace(db: Db, query: Query): boolean {
  const names = groupExpressions(query).map((group) => group.names);
  return new FullText(db, toSqlCondition(query, db)).few('names', `{name title} : (${all(names)})`, 0) === undefined;
}

interface FoundWord {
  readonly word: string;
  readonly documents: number;
}

/** Words that are in no document, or in the text of very few and in no name, the rarest first. */
function mistypedWords(db: Db, { groups }: Query): FoundWord[] {
  const words = groups.flat().flatMap((term) => (term.kind === 'word' ? typedWords(term.text) : []));
  return [...new Set(words.filter(isOrdinary))]
    .map((word) => ({ word, documents: countUpTo(db, word, MAX_RARE + 1) }))
    .filter(({ word, documents }) => documents === 0 || (documents <= MAX_RARE && !isInNames(db, word)))
    .sort((a, b) => a.documents - b.documents);
}

/** A digit may have slipped into a word. */
function typedWords(text: string): string[] {
  const [token, more] = tokenSpans(text);
  const isOne = token !== undefined && more === undefined && /[0-9]/.test(token.word) && /[^0-9]/.test(token.word);
  return isOne ? [token.word] : toWords(text);
}

function countUpTo(db: Db, word: string, max: number): number {
  const sql = `SELECT count(*) FROM (SELECT id FROM (${textHolders(':word')})
               UNION SELECT rowid FROM names WHERE names MATCH :word LIMIT :max)`;
  return (
    prepared<number>(db, sql)
      .pluck()
      .get({ word: phraseOf(word), max }) ?? 0
  );
}

function isInNames(db: Db, word: string): boolean {
  const sql = 'SELECT EXISTS (SELECT 1 FROM names WHERE names MATCH ?)';
  return prepared<number>(db, sql).pluck().get(phraseOf(word)) === 1;
}

interface Guess extends Correction {
  readonly slips: number;
}

function guessesFor(db: Db, { word, documents }: FoundWord, canLook: CanLook | undefined): Guess[] {
  return suggest(db, word, MAX_GUESSES, canLook)
    .filter((guess) => documents === 0 || guess.documents >= documents * MIN_RATIO)
    .map(({ word: to, slips }) => ({ from: word, to, slips }));
}

/** The best guess for every word; then the others, each with the best for the other words. */
function togetherThenOneByOne<Guessed extends Correction>(guesses: readonly (readonly Guessed[])[]): Guessed[][] {
  const best = guesses.flatMap((ofWord) => ofWord.slice(0, 1));
  if (best.length === 0) return [];
  const others = guesses.flatMap((ofWord) => ofWord.slice(1));
  return [best, ...others.map((other) => best.map((one) => (one.from === other.from ? other : one)))];
}

function replaceWord(query: Query, { from, to }: Correction): Query {
  const inTerm = (term: Term): Term =>
    term.kind === 'word' ? { ...term, text: replaceIn(term.text, from, to) } : term;
  return { ...query, groups: query.groups.map((group) => group.map(inTerm)) };
}

/** `text` with every word `from` replaced, whatever its case. */
export function replaceIn(text: string, from: string, to: string): string {
  let result = '';
  let done = 0;
  const spans = [...wordSpans(text), ...tokenSpans(text)].sort((a, b) => a.start - b.start);
  for (const { word, start, end } of spans) {
    if (word !== from || start < done) continue;
    result += text.slice(done, start) + to;
    done = end;
  }
  return result + text.slice(done);
}
