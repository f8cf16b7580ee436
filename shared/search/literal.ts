/**
 * Of the best documents those rise that have a word as it was typed: `C++`, `foo_bar`, `.NET`, `--delete`, which are
 * other words to the index, or several. So do those that have the words of the query as one name, `fooBar` or
 * `foo_bar`, and most of all those that define it. Only what words do not tell is looked for, in the place of a document
 * and in the first part of its text.
 */
import type { Db } from '../store/open.js';
import { partCamel } from '../words/camel.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { classAt, classBefore, isAlphanumeric } from '../words/split.js';
import { isDefinition } from './definition.js';
import { type CanLook, FIRST_BYTES, fileState, readDocumentText } from './document-text.js';
import type { FoundDocument } from './found-documents.js';
import type { Query, Term } from './query.js';
import { toQuestion } from './question.js';
import type { Ranked } from './rank.js';

/** So many of the best are looked at. */
const LOOKED_AT = 20;
/** Fitted on queries for code. */
const SCORES = { literal: 8, name: 6, definition: 5, exactCase: 1 } as const;
/** Longer ones are sentences. */
const MAX_NAME_WORDS = 6;
/** In a text that repeats it for ever. */
const MAX_MATCHES = 300;

export interface LiteralContext {
  readonly db: Db;
  readonly documents: ReadonlyMap<number, FoundDocument>;
  readonly canLook?: CanLook | undefined;
}

/** @param ranked  best first. */
export function preferLiteral(query: Query, ranked: readonly Ranked[], context: LiteralContext): readonly Ranked[] {
  if (toQuestion(query)) return ranked;
  const judge = judgeFor(query, ranked, context);
  if (!judge || ranked.length < 2) return ranked;
  const best = ranked.slice(0, LOOKED_AT).map((one) => ({ ...one, score: one.score + judge(one) }));
  best.sort((a, b) => Number(b.isWhole) - Number(a.isWhole) || b.score - a.score);
  return [...best, ...ranked.slice(LOOKED_AT)];
}

/** @returns what a document's score is raised by; undefined when words tell everything. */
function judgeFor(query: Query, ranked: readonly Ranked[], context: LiteralContext) {
  const literals = literalsOf(query);
  const [first] = ranked;
  if (literals.length > 0 && first) {
    const isNamed = literals.every((literal) => isInPlace(literal, documentOf(first, context)));
    return (one: Ranked) => ofLiterals(literals, documentOf(one, context), isNamed ? undefined : context);
  }
  const name = nameOf(query);
  if (!name || !first || documentOf(first, context).name.search(name) >= 0) return undefined;
  return (one: Ranked) => (one.candidate.hasPhrase ? ofName(name, documentOf(one, context), context) : 0);
}

interface Literal {
  readonly text: string;
  /** Finds it in any case. */
  readonly pattern: RegExp;
  /** More letters may follow. */
  readonly isBegun: boolean;
}

/** Words with signs, or of several parts. */
function literalsOf({ groups }: Query): Literal[] {
  return groups.flatMap((group, i): Literal[] => {
    const [term, more] = group;
    if (!term || more || !hasSign(term)) return [];
    const isBegun = term.kind === 'prefix' || (groups.length === 1 && i === 0 && NAME.test(term.text));
    return [{ text: term.text, pattern: new RegExp(escaped(term.text), 'giu'), isBegun }];
  });
}

const PLAIN_WORD = /^[a-z0-9]*$/;
const SIGN = new LetterPattern(String.raw`[^\p{L}\p{M}\p{N}\s]`);
const NAME = new LetterPattern(String.raw`^[\p{L}\p{N}_$]+$`);
const LETTERS = new LetterPattern(String.raw`^[\p{L}\p{N}]+$`);

function hasSign({ text, kind }: Term): boolean {
  if (PLAIN_WORD.test(text)) return false;
  if (kind !== 'word' && /\s/.test(text)) return false;
  return SIGN.test(text) || partCamel(text) !== text;
}

/** The words of the query as one name: `handle request` → handleRequest, handle_request. */
function nameOf({ groups }: Query): RegExp | undefined {
  if (groups.length < 2 || groups.length > MAX_NAME_WORDS) return undefined;
  const terms = groups.map(([term, more]) => (more ? undefined : term));
  if (!terms.every((term) => term?.kind === 'word' && term.field === 'any' && LETTERS.test(term.text)))
    return undefined;
  return new RegExp(terms.map((term) => term?.text).join('[_-]?'), 'giu');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function documentOf({ candidate }: Ranked, { documents }: LiteralContext): FoundDocument {
  return documents.get(candidate.id) as FoundDocument;
}

/** @param context  to read its text; undefined: the names tell enough. */
function ofLiterals(
  literals: readonly Literal[],
  document: FoundDocument,
  context: LiteralContext | undefined,
): number {
  const missing = literals.filter((literal) => !isInPlace(literal, document));
  const text = context && (missing.length > 0 || literals.length === 1) ? textOf(document, context) : '';
  const inPlace = SCORES.literal * (literals.length - missing.length);
  const inText = literals.map((literal) => ofLiteral(literal, text) - (missing.includes(literal) ? 0 : SCORES.literal));
  return (inPlace + inText.reduce((sum, score) => sum + Math.max(0, score), 0)) / literals.length;
}

function isInPlace({ text, isBegun }: Literal, { directory, name, title }: FoundDocument): boolean {
  const place = `${directory}/${name} ${title}`.toLowerCase();
  const literal = text.toLowerCase();
  for (let at = place.indexOf(literal); at >= 0; at = place.indexOf(literal, at + 1))
    if (isEdge(place, at) && (isBegun || isEdge(place, at + literal.length))) return true;
  return false;
}

function textOf(document: FoundDocument, { db, canLook }: LiteralContext): string {
  const state = fileState(document, canLook);
  const text = state === 'gone' ? undefined : readDocumentText(db, document, FIRST_BYTES, state);
  return text?.text ?? '';
}

/** As a whole: no letter or digit stands beside one of its own. */
function ofLiteral({ text: literal, pattern, isBegun }: Literal, text: string): number {
  let best = 0;
  for (const { start, end } of matches(text, pattern)) {
    if (!isEdge(text, start)) continue;
    const isWhole = isEdge(text, end);
    if (!isWhole && !isBegun) continue;
    const exact = text.slice(start, end) === literal ? SCORES.exactCase : 0;
    const defined = isDefined(text, start, end) ? SCORES.definition : 0;
    best = Math.max(best, (isWhole ? SCORES.literal : SCORES.literal / 2) + exact + defined);
  }
  return best;
}

/** As a name of its own, or as part of a longer one. A source is text as it is: nothing was taken out of it. */
function ofName(name: RegExp, document: FoundDocument, context: LiteralContext): number {
  if (!document.type.startsWith('text/') || document.isStored) return 0;
  const text = textOf(document, context);
  let best = 0;
  for (const { start, end } of matches(text, name)) {
    const isWhole = isBorder(text, start) && isBorder(text, end);
    const defined = isDefined(text, start, end) ? SCORES.definition : 0;
    best = Math.max(best, (SCORES.name + defined) * (isWhole ? 1 : 0.6));
  }
  return best;
}

function* matches(text: string, pattern: RegExp): Generator<{ start: number; end: number }> {
  let count = 0;
  for (const { index, 0: match } of text.matchAll(pattern)) {
    yield { start: index, end: index + match.length };
    if (++count === MAX_MATCHES) return;
  }
}

const NAME_BEFORE = /[\w$]*$/;
const NAME_BEHIND = /^[\w$]*/;
/** Of a line that has no end. */
const LINE_CHARACTERS = 300;

function isDefined(text: string, start: number, end: number): boolean {
  const from = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - LINE_CHARACTERS);
  const lineEnd = text.indexOf('\n', end);
  const to = Math.min(lineEnd < 0 ? text.length : lineEnd, end + LINE_CHARACTERS);
  return isDefinition(text.slice(from, start).replace(NAME_BEFORE, ''), text.slice(end, to).replace(NAME_BEHIND, ''));
}

function isEdge(text: string, at: number): boolean {
  return !isAlphanumeric(classAt(text, at)) || !isAlphanumeric(classBefore(text, at));
}

/** An underscore is part of a name. */
function isBorder(text: string, at: number): boolean {
  return (
    isEdge(text, at) &&
    !(text[at] === '_' && /\w/.test(text[at - 1] ?? '')) &&
    !(text[at - 1] === '_' && /\w/.test(text[at] ?? ''))
  );
}
