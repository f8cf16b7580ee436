/**
 * Query → expressions of FTS5, one for `body` (title, text) and one for `names` (name, path, title). A group of the
 * query matches a document when either expression does. Every word is quoted, so no text can be a syntax error.
 */
import { type AskedForm, askedForms, askedWords, isOpen, wordsInForm } from '../words/asked.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { toWords } from '../words/words.js';
import { withoutLine } from './loosen.js';
import type { Group, Query, Term } from './query.js';
import { stem } from './stem.js';

/** What a group of a query asks of the two tables. */
export interface GroupExpressions {
  /** undefined: only names are searched. */
  readonly body: string | undefined;
  /** The same, of the last group also as the beginning of a word. */
  readonly begunBody: string | undefined;
  /** Of the last group also as the beginning of a word. */
  readonly names: string;
}

/** A document matches the query when each of these matches in either table. */
export function groupExpressions(query: Query): GroupExpressions[] {
  const begun = withHalfTyped(query).groups;
  return query.groups.map((group, i) => {
    const body = bodyExpression(group);
    const begunGroup = begun[i] as Group;
    return {
      body,
      begunBody: isLongBeginning(begunGroup) ? bodyExpression(begunGroup) : body,
      names: namesExpression(begunGroup),
    };
  });
}

/** Shorter beginnings are in most texts, and FTS5 merges all their words first: 13 ms for con*, 1 ms for confi*. */
const MIN_BODY_PREFIX = 4;

function isLongBeginning([term]: Group): boolean {
  return (toWords(term?.text ?? '').at(-1)?.length ?? 0) >= MIN_BODY_PREFIX;
}

/** @returns undefined when the group is for names only. */
export function bodyExpression(group: Group): string | undefined {
  const terms = group.filter(isOfTexts);
  return terms.length > 0 ? either(terms.flatMap(bodyExpressions)) : undefined;
}

/**
 * Nearly every text has a word that begins with one or two given letters: these are looked for in places only. In a text
 * such a part of a longer word is one as it stands (`isNaN`, `is na n`).
 */
export function isOfTexts({ field, kind, text }: Term): boolean {
  return field === 'any' && !(kind === 'prefix' && SHORT.test(askedWords(text).at(-1) ?? ''));
}

const SHORT = new LetterPattern(String.raw`^[\p{L}\p{N}]{1,2}$`);

function bodyExpressions(term: Term): string[] {
  // Where no order has a meaning nothing is near.
  if (term.near) return nearExpressions(term.near).map((near) => `({title text} : ${near})`);
  return textExpressions(term.text, term.kind === 'prefix', SHORT);
}

/** Forms of the words, in any combination. */
const MAX_NEAR_FORMS = 16;

function nearExpressions({ texts, words }: NonNullable<Term['near']>): string[] {
  const forms = texts.map((text) => askedForms(text, false).map((form) => formExpression(form, false)));
  const all = forms.reduce<string[]>(
    (begun, next) => begun.flatMap((one) => next.map((form) => `${one} ${form}`)).slice(0, MAX_NEAR_FORMS),
    [''],
  );
  return all.map((phrases) => `NEAR(${phrases.trim()}, ${words})`);
}

/** Names hold `HTTPServer` whole and split, paths only split: both are looked for. */
export function namesExpression(group: Group): string {
  return either(group.map(namesTerm));
}

export function all(expressions: readonly string[]): string {
  return expressions.join(' AND ');
}

export function either(expressions: readonly string[]): string {
  return expressions.length === 1 ? (expressions[0] as string) : `(${expressions.join(' OR ')})`;
}

/** Words in a row, in any way to write them. */
export function phraseOf(text: string): string {
  return either(textExpressions(text, false));
}

function quoted(words: readonly string[]): string {
  return `"${words.join(' ')}"`;
}

/**
 * The same query with its last word taken for a beginning: it may still be half typed. A single word that the stemmer
 * changes is whole already: FTS5 stems beginnings too, so `apple` would become appl* and find application. Only when no
 * document has it, it is taken for one, if it loses no more than a letter.
 */
export function withHalfTyped(query: Query): Query {
  const last = query.groups.at(-1);
  const prefix = last && toPrefix(last, query.isHalfTyped ?? false);
  return prefix ? { ...query, groups: [...query.groups.slice(0, -1), [prefix]] } : query;
}

function toPrefix([term, more]: Group, mayBeStemmed: boolean): Term | undefined {
  const words = toWords(term?.text ?? '');
  const last = words.at(-1) ?? '';
  const shortest = mayBeStemmed ? Math.max(MIN_PREFIX, last.length - 1) : last.length;
  const isStemmed = words.length === 1 && (stem(last).length < shortest || (stem(last) !== last && !mayBeStemmed));
  const isWhole = isStemmed || (/\d/.test(last) && !mayBeStemmed);
  return term?.kind === 'word' && !more && !isWhole ? { ...term, kind: 'prefix' } : undefined;
}

const MIN_PREFIX = 3;

const COLUMNS = { any: '', name: '{name} : ', path: '{name path} : ', title: '{title} : ' } as const;

/** A file is also found by its path with a line in it, and a path where folder and name are two columns. */
function namesTerm(term: Term): string {
  if (term.near) return COLUMNS[term.field] + either(nearExpressions(term.near));
  const isPrefix = term.kind === 'prefix';
  const path = term.kind === 'phrase' ? term.text : withoutLine(term.text);
  const texts = path === term.text ? [path] : [term.text, path];
  const whole = texts.flatMap((text) => textExpressions(text, isPrefix));
  const words = term.kind === 'phrase' || term.field === 'name' || !path.includes('/') ? [] : askedWords(path);
  return COLUMNS[term.field] + either(words.length > 1 ? [...whole, apart(words, isPrefix)] : whole);
}

function apart(words: readonly string[], isPrefix: boolean): string {
  const parts = words.map((word, i) => quoted([word]) + (isPrefix && i === words.length - 1 ? ' *' : ''));
  return `(${all(parts)})`;
}

/** @param whole  the last words that are no beginnings, however the text goes on. */
function textExpressions(text: string, isPrefix: boolean, whole?: LetterPattern): string[] {
  const isBegun = (form: AskedForm) => isPrefix && !whole?.test(wordsInForm(form).at(-1) ?? '');
  const forms = askedForms(text, isPrefix).map((form) => formExpression(form, isBegun(form)));
  return isPrefix ? [...forms, ...completions(text)] : forms;
}

function formExpression(form: AskedForm, isPrefix: boolean): string {
  return `${quoted(wordsInForm(form))}${isPrefix || isOpen(form) ? ' *' : ''}`;
}

const ENDINGS = [
  'ion',
  'ions',
  'ing',
  'ity',
  'ive',
  'ize',
  'ism',
  'al',
  'ment',
  'ness',
  'er',
  'ed',
  'able',
  'ation',
  'ence',
];

/**
 * The index has stems, and the stem of a word may be shorter than the beginning that was typed: `extensi` is the
 * beginning of extension, whose term is extens.
 * @returns words that begin like `text` and whose term does not.
 */
function completions(text: string): string[] {
  const words = toWords(text);
  const last = words.at(-1) ?? '';
  const byTerm = new Map<string, string>();
  for (const ending of ENDINGS) {
    for (let length = ending.length - 1; length > 0; length--) {
      if (!last.endsWith(ending.slice(0, length)) || last.length - length < 3) continue;
      const term = stem(last + ending.slice(length));
      if (!term.startsWith(last)) byTerm.set(term, quoted([...words.slice(0, -1), last + ending.slice(length)]));
    }
  }
  return [...byTerm.values()];
}
