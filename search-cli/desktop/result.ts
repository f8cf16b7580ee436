/**
 * A hit as a desktop knows it. Its id says what was asked and which file was the answer, and none of it is believed: whoever gives an id
 * back has that query asked again. So an id outlives this program, and leads to a hit of the index or to nothing. Pure.
 */
import type { Item } from '../live/screen/state.js';
import { folderOf } from '../live/screen/view.js';
import { shownText } from './shown-text.js';

/** A path of 4,096 bytes, another one within that file, both also in hexadecimal, and a query. */
const MAX_ID_LENGTH = 40_000;

export interface Result {
  readonly id: string;
  readonly item: Item;
}

export interface KnownId {
  readonly query: string;
  /** For a label. */
  readonly name: string;
}

export function toResult(query: string, item: Item): Result {
  const { path, pathHex, inner, innerHex } = item;
  return { id: JSON.stringify({ query, path, pathHex, inner, innerHex }), item };
}

/** @returns undefined: it is none of ours. */
export function readId(id: string): KnownId | undefined {
  const { query, path } = (id.length <= MAX_ID_LENGTH && parsed(id)) || {};
  if (typeof query !== 'string' || typeof path !== 'string') return undefined;
  return { query, name: shownText(path.slice(path.lastIndexOf('/') + 1)) };
}

function parsed(id: string): { readonly query?: unknown; readonly path?: unknown } | null {
  try {
    return JSON.parse(id);
  } catch {
    return null;
  }
}

/** Where it is, and what it says around the match. */
export function describe(item: Item, home: string | undefined): string {
  const folder = shownText(folderOf(item, home));
  const text = shownText(item.snippet.text);
  return text === '' ? folder : `${folder} · ${text}`;
}

/** `application/pdf` → `application-pdf`, as themes of icons have it. */
export function iconName({ type }: Item): string {
  return type.replace(/[^\w.+-]/g, '-');
}

/** For a theme that does not have the one of the type. */
export function genericIconName({ type }: Item): string {
  const [kind = ''] = type.split('/');
  if (kind === 'inode') return 'folder';
  return ['audio', 'font', 'image', 'text', 'video'].includes(kind) ? `${kind}-x-generic` : 'x-office-document';
}
