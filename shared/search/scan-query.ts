/** Cuts a query into what stands between blanks; a quoted part may hold blanks. Used by parse-query only. */
import { FIELD_NAMES } from './fields.js';

export interface Token {
  /** Offset in the query, in UTF-16 units. */
  readonly at: number;
  readonly source: string;
  readonly isExcluded: boolean;
  /** Lower case; '' when there is none. */
  readonly field: string;
  /** Without quotes. */
  readonly value: string;
  readonly isQuoted: boolean;
}

/** A minus excludes, two are part of the word: `rsync --delete` looks for an option of rsync. */
const TOKEN = new RegExp(`(-(?=[^\\s-]))?(?:(${FIELD_NAMES}):(?=\\S))?(?:"([^"]*)"?(\\*)?|(\\S+))`, 'gi');

export function scanQuery(text: string): Token[] {
  const clean = text.replace(/[\0-\x1f\x7f]/g, ' ');
  return Array.from(clean.matchAll(TOKEN), (match) => {
    const [source, minus, field = '', quoted, star = '', plain = ''] = match;
    return {
      at: match.index,
      source,
      isExcluded: minus !== undefined,
      field: field.toLowerCase(),
      value: quoted === undefined ? plain : quoted + star,
      isQuoted: quoted !== undefined,
    };
  });
}
