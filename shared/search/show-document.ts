/** A found document → what is shown of it, or nothing when its file is gone or does not match any more. */
import { splitWords } from '../store/name-text.js';
import type { Db } from '../store/open.js';
import type { SearchHit } from '../types.js';
import {
  type CanLook,
  type DocumentText,
  FIRST_BYTES,
  type FileState,
  fileState,
  MOST_BYTES,
  readDocumentText,
} from './document-text.js';
import { type FoundDocument, pathOf } from './found-documents.js';
import { findMatches, type Matcher } from './matcher.js';
import { findSnippet, type SnippetMatchers } from './snippet.js';
import { foldText } from './words.js';

export interface ShownDocument extends Omit<SearchHit, 'score'> {
  /** The file has changed since it was indexed. */
  readonly isStale: boolean;
  /** Nobody knows whether it has changed, or is gone: its volume does not answer. */
  readonly isUnverified: boolean;
  /** Words further on in the file are not found. */
  readonly isPartial: boolean;
}

/** @param mustMatchAll  whether the whole query matched when the document was indexed, or only some of its words. */
export function showDocument(
  db: Db,
  document: FoundDocument,
  matchers: SnippetMatchers | undefined,
  mustMatchAll: boolean,
  canLook?: CanLook,
): ShownDocument | undefined {
  const state = fileState(document, canLook);
  if (state === 'gone') return undefined;
  const { snippet, text } = snippetOf(db, document, state, matchers);
  const isStale = state === 'changed';
  if (isStale && text?.isPresent && matchers && !stillMatches(document, text, matchers.all, mustMatchAll))
    return undefined;
  const { id, title, type, size, mtimeMs: modifiedMs } = document;
  return {
    id,
    path: pathOf(document),
    title,
    type,
    size,
    modifiedMs,
    snippet,
    isStale,
    isUnverified: state === 'unverified',
    isPartial: document.isPartial,
  };
}

function snippetOf(db: Db, document: FoundDocument, state: FileState, matchers: SnippetMatchers | undefined) {
  const first = readDocumentText(db, document, FIRST_BYTES, state);
  const { snippet, isBest } = findSnippet(first?.text ?? '', first?.folded ?? '', matchers);
  if (!first || first.isWhole || isBest || !matchers) return { snippet, text: first };
  const text = readDocumentText(db, document, MOST_BYTES, state) ?? first;
  return { snippet: findSnippet(text.text, text.folded, matchers).snippet, text };
}

/** The file has been written since it was indexed: are the words still there, in the text or in the name? */
function stillMatches(document: FoundDocument, text: DocumentText, matcher: Matcher, mustMatchAll: boolean): boolean {
  const place = `${document.name} ${document.directory} ${document.title}`;
  let present = 0;
  for (const match of findMatches(foldText(`${place} ${splitWords(place)}`), matcher)) present |= match.groups;
  for (const match of findMatches(text.folded, matcher)) {
    present |= match.groups;
    if (present === matcher.groups) break;
  }
  return mustMatchAll ? present === matcher.groups || !text.isWhole : present !== 0;
}
