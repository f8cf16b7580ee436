/** A found document → what is shown of it, or nothing when its file is gone or does not match any more. */
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import type { Property, Snippet } from '../types.js';
import { foldText } from '../words/fold.js';
import {
  type CanLook,
  type DocumentText,
  FIRST_BYTES,
  type FileState,
  fileState,
  laterPieces,
  MOST_BYTES,
  readDocumentText,
} from './document-text.js';
import { type FoundDocument, pathOf, propertiesOf } from './found-documents.js';
import { textHolders } from './full-text.js';
import { findMatches, type Matcher, onlyGroups } from './matcher.js';
import { type FoundSnippet, findSnippet, findSnippetEarly, findSnippetNear, type SnippetMatchers } from './snippet.js';

export interface ShownDocument {
  readonly id: number;
  /** Of the file. */
  readonly path: Uint8Array;
  /** Where in the file it is; undefined: it is the file. */
  readonly innerPath?: Uint8Array | undefined;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** What it says of itself. */
  readonly properties: readonly Property[];
  readonly snippet: Snippet;
  /** The file has changed since it was indexed. */
  readonly isStale: boolean;
  /** Nobody knows whether it has changed, or is gone: its volume does not answer. */
  readonly isUnverified: boolean;
  /** Words further on in the file are not found. */
  readonly isPartial: boolean;
  /** Of the file, counted from 1, where the snippet matches first; not there: that is not known. */
  readonly line?: (() => number) | undefined;
  /** Of the document, counted from 1, where the snippet matches first; not there: it has none, or it is not known. */
  readonly page?: (() => number) | undefined;
  /** What was pasted names this file, and perhaps a line of it, which is the snippet. */
  readonly pointed?: { readonly line?: number | undefined; readonly column?: number | undefined };
}

/** What a query looks for in every document that it shows. */
export interface Showing {
  readonly db: Db;
  readonly matchers: QueryMatchers | undefined;
  readonly canLook?: CanLook | undefined;
}

export interface QueryMatchers extends SnippetMatchers {
  /** What must be there; undefined: no word needs to. */
  readonly needed?: Matcher | undefined;
  /**
   * For each group what finds it in the full text, as typed and as a beginning; undefined when only names are asked
   * for.
   */
  readonly bodies: readonly { readonly body: string | undefined; readonly begunBody: string | undefined }[];
}

/** Extractors that put a form feed between pages. */
const WITH_PAGES: ReadonlySet<string> = new Set(['pdf']);

/** @param mustMatchAll  whether the whole query matched when the document was indexed, or only some of its words. */
export function showDocument(
  showing: Showing,
  document: FoundDocument,
  mustMatchAll: boolean,
): ShownDocument | undefined {
  const { matchers, canLook } = showing;
  const state = fileState(document, canLook);
  if (state === 'gone') return undefined;
  const { snippet, text, line, page } = snippetOf(showing, document, state);
  const isStale = state === 'changed';
  const needed = matchers?.needed;
  if (isStale && text?.isPresent && needed && !stillMatches(document, text, needed, mustMatchAll)) return undefined;
  const { id, title, type, size, mtimeMs: modifiedMs } = document;
  return {
    id,
    path: pathOf(document),
    innerPath: document.innerPath ?? undefined,
    title,
    type,
    size,
    modifiedMs,
    properties: propertiesOf(showing.db, document),
    snippet,
    isStale,
    isUnverified: state === 'unverified',
    isPartial: document.isPartial,
    // The lines of what was taken out of a file are not its own.
    line: text?.isPresent || (document.extractor === 'text' && !document.innerPath) ? line : undefined,
    page: WITH_PAGES.has(document.extractor) ? page : undefined,
  };
}

function snippetOf(showing: Showing, document: FoundDocument, state: FileState) {
  const { db, matchers } = showing;
  const first = readDocumentText(db, document, FIRST_BYTES, state);
  const found = first ? findIn(first, matchers) : findSnippet(NO_TEXT, matchers);
  if (!first || first.isWhole || found.isBest || !matchers) return { ...found, text: first };
  const text = readDocumentText(db, document, MOST_BYTES, state) ?? first;
  const further = findSnippet(text.folded, matchers);
  if (text.isWhole || further.isBest) return { ...further, text };
  return { ...furtherDown(showing, document, state, further), text };
}

const NO_TEXT = foldText('');

/** In most texts the words stand together near the beginning: to fold all of it takes longer than to read it. */
function findIn(text: DocumentText, matchers: QueryMatchers | undefined): FoundSnippet {
  const beginning = matchers && text.foldedBeginning();
  return (beginning && findSnippetEarly(beginning, matchers)) ?? findSnippet(text.folded, matchers);
}

/**
 * Words that the full text has and the first part of the text has not are looked for in the rest, until each was met.
 */
function furtherDown(showing: Showing, document: FoundDocument, state: FileState, first: FoundSnippet): FoundSnippet {
  const { db } = showing;
  const { matchers, missing } = missingWords(showing, document, first.seen) ?? {};
  let rare = matchers && onlyGroups(matchers.telling, missing as number);
  let best = first;
  if (!matchers || !rare) return best;
  for (const { folded } of laterPieces(db, document, state)) {
    const found = findSnippetNear(rare, folded, matchers);
    if (!found) continue;
    // It begins somewhere in the file: nobody has counted the lines and pages before it.
    if (found.count >= best.count) best = { ...found, line: undefined, page: undefined };
    rare = onlyGroups(rare, ~found.seen);
    if (!rare || best.isBest) break;
  }
  return best;
}

/** Of the last word its beginning is enough where the word itself is not in the text. */
function missingWords({ db, matchers }: Showing, { id }: FoundDocument, seen: number) {
  if (!matchers) return undefined;
  const holds = (expression: string | undefined) => expression !== undefined && isInText(db, id, expression);
  let missing = 0;
  let isBegun = false;
  matchers.bodies.forEach(({ body, begunBody }, i) => {
    if ((matchers.telling.groups & ~seen & (1 << i)) === 0) return;
    const hasWord = holds(body);
    const hasBeginning = !hasWord && begunBody !== body && holds(begunBody);
    if (hasWord || hasBeginning) missing |= 1 << i;
    isBegun ||= hasBeginning;
  });
  const { halfTyped } = matchers;
  return { missing, matchers: isBegun && halfTyped ? { telling: halfTyped, all: halfTyped } : matchers };
}

/** Not in the markup, which no snippet shows. */
function isInText(db: Db, id: number, expression: string): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM (${textHolders(':words')}) AS holder WHERE holder.id = :id)`;
  const words = `{title text} : ${expression}`;
  return prepared<number>(db, sql).pluck().get({ words, id }) === 1;
}

/** The file has been written since it was indexed: are the words still there, in the text or in the name? */
function stillMatches(document: FoundDocument, text: DocumentText, matcher: Matcher, mustMatchAll: boolean): boolean {
  const place = `${document.name} ${document.directory} ${document.title}`;
  let present = 0;
  for (const match of findMatches(foldText(place), matcher)) present |= match.groups;
  for (const match of findMatches(text.folded, matcher)) {
    present |= match.groups;
    if (present === matcher.groups) break;
  }
  return mustMatchAll ? present === matcher.groups || !text.isWhole : present !== 0;
}
