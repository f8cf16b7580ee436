/**
 * Of the best documents those rise that have a word as it was typed: `C++`, `foo_bar`, `.NET`, `--delete`, which are
 * other words to the index, or several. Only what words do not tell is looked for, in the place of a document and in
 * the first part of its text.
 */
import type { Db } from '../store/open.js';
import { partCamel } from '../words/camel.js';
import { classAt, classBefore, isAlphanumeric } from '../words/split.js';
import { type CanLook, FIRST_BYTES, fileState, readDocumentText } from './document-text.js';
import type { FoundDocument } from './found-documents.js';
import type { Query } from './query.js';
import type { Ranked } from './rank.js';

/** So many of the best are looked at. */
const LOOKED_AT = 20;
/** About as much as an exact name. Fitted on queries for code. */
const SCORE = 8;

export interface LiteralContext {
  readonly db: Db;
  readonly documents: ReadonlyMap<number, FoundDocument>;
  readonly canLook?: CanLook | undefined;
}

/** @param ranked  best first. */
export function preferLiteral(query: Query, ranked: readonly Ranked[], context: LiteralContext): readonly Ranked[] {
  const literals = literalsOf(query);
  if (literals.length === 0 || ranked.length < 2) return ranked;
  const isNamed = missingInPlace(literals, documentOf(ranked[0] as Ranked, context)).length === 0;
  const best = ranked.slice(0, LOOKED_AT).map((one) => {
    const found = share(literals, documentOf(one, context), isNamed ? undefined : context);
    return { ...one, score: one.score + SCORE * found };
  });
  best.sort((a, b) => Number(b.isWhole) - Number(a.isWhole) || b.score - a.score);
  return [...best, ...ranked.slice(LOOKED_AT)];
}

/** Words with signs, or of several parts. */
function literalsOf({ groups }: Query): string[] {
  const terms = groups.flatMap((group) => (group.length === 1 ? group : []));
  return terms.flatMap(({ text, kind }) => {
    const isSeveralWords = kind !== 'word' && /\s/.test(text);
    const hasSign = /[^\p{L}\p{M}\p{N}\s]/u.test(text) || partCamel(text) !== text;
    return hasSign && !isSeveralWords ? [text.toLowerCase()] : [];
  });
}

function documentOf({ candidate }: Ranked, { documents }: LiteralContext): FoundDocument {
  return documents.get(candidate.id) as FoundDocument;
}

/** @param context  to read its text; undefined: the names tell enough. */
function share(literals: readonly string[], document: FoundDocument, context: LiteralContext | undefined): number {
  const missing = missingInPlace(literals, document);
  const text = missing.length > 0 && context ? textOf(document, context) : '';
  const inText = missing.filter((literal) => holds(text, literal)).length;
  return (literals.length - missing.length + inText) / literals.length;
}

function missingInPlace(literals: readonly string[], { directory, name, title }: FoundDocument): string[] {
  const place = `${directory}/${name} ${title}`.toLowerCase();
  return literals.filter((literal) => !holds(place, literal));
}

function textOf(document: FoundDocument, { db, canLook }: LiteralContext): string {
  const state = fileState(document, canLook);
  const text = state === 'gone' ? undefined : readDocumentText(db, document, FIRST_BYTES, state);
  return text?.folded.lower ?? '';
}

/** As a whole: no letter or digit stands beside one of its own. */
function holds(text: string, literal: string): boolean {
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
    if (isEdge(text, at) && isEdge(text, at + literal.length)) return true;
  }
  return false;
}

function isEdge(text: string, at: number): boolean {
  return !isAlphanumeric(classAt(text, at)) || !isAlphanumeric(classBefore(text, at));
}
