/** A query as it is meant, with the text that a person may type for it. */
import type { OracleFile } from './corpus.js';

export type Place = 'any' | 'name' | 'path' | 'title';

export type Asked =
  /** One word, words in a row, or the beginning of a word. */
  | {
      readonly kind: 'words';
      readonly words: readonly string[];
      readonly isBeginning: boolean;
      readonly place: Place;
      readonly text: string;
    }
  | {
      readonly kind: 'near';
      readonly words: readonly [string, string];
      readonly between: number;
      readonly text: string;
    }
  /** Types, and folders, are alternatives where they stand side by side. */
  | {
      readonly kind: 'is';
      readonly group?: 'type' | 'folder';
      readonly holds: (file: OracleFile) => boolean;
      readonly text: string;
    }
  | { readonly kind: 'not'; readonly of: Asked; readonly sign: '-' | 'NOT ' }
  | { readonly kind: 'all'; readonly of: readonly Asked[] }
  | { readonly kind: 'either'; readonly of: readonly Asked[]; readonly sign: ' OR ' | ' | ' };

/** The whole query: what stands at its top needs no parentheses, and OR binds more than what stands side by side. */
export function queryText(asked: Asked): string {
  return asked.kind === 'all' ? asked.of.map(partText).join(' ') : partText(asked);
}

function partText(asked: Asked): string {
  return asked.kind === 'either' ? asked.of.map(operandText).join(asked.sign) : operandText(asked);
}

function operandText(asked: Asked): string {
  switch (asked.kind) {
    case 'not':
      // Two minuses are the beginning of a word.
      return (
        (asked.of.kind === 'not' ? 'NOT ' : asked.sign) +
        (asked.of.kind === 'near' ? `(${asked.of.text})` : operandText(asked.of))
      );
    case 'all':
    case 'either':
      return `(${queryText(asked)})`;
    default:
      return asked.text;
  }
}
