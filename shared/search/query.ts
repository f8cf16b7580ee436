/**
 * What a query means, apart from how it is written (parse-query) and how it is answered (candidates). Nothing here
 * runs.
 */
import type { ChangeWish } from '../store/last-changes.js';
import type { FieldName, Place, SpanField } from './fields.js';
import type { Pasted } from './pasted/pasted.js';

export interface Term {
  /** As the user wrote it, without quotes, field and star; holds at least one letter or digit. */
  readonly text: string;
  readonly kind: 'word' | 'phrase' | 'prefix';
  readonly field: 'any' | Place;
}

/** A document must match one of these. */
export type Group = readonly Term[];

export type Condition =
  /** Media types by their beginning, or endings of the name without the dot. */
  | { readonly kind: 'type'; readonly types: readonly string[]; readonly extensions: readonly string[] }
  /** The folder and everything below it; absolute. */
  | { readonly kind: 'folder'; readonly path: Uint8Array }
  /** These words in a row in a property; the last one may be the beginning of one. */
  | {
      readonly kind: 'property';
      readonly field: FieldName;
      readonly words: readonly string[];
      readonly isPrefix: boolean;
    }
  /** Bytes or milliseconds since 1970, [from, to). */
  | { readonly kind: 'span'; readonly field: SpanField; readonly from: number; readonly to: number }
  /** The last change is as any of these says. */
  | { readonly kind: 'doer'; readonly field: FieldName; readonly wishes: readonly ChangeWish[] }
  /** These files: what a condition on their last change has found. */
  | { readonly kind: 'files'; readonly ids: readonly number[] }
  | { readonly kind: 'either'; readonly conditions: readonly Condition[] };

export type Filter = Condition & { readonly isExcluded: boolean };

/** What was typed, and could not be taken as it may have been meant. */
export type Misread =
  /** What stands behind the field is no such value: all of it is searched as words. */
  | { readonly kind: 'value'; readonly source: string; readonly field: FieldName }
  /** It stood between words and a condition: both have to hold. */
  | { readonly kind: 'OR' };

export interface Query {
  /** All of them must match. Empty when the query has filters only. */
  readonly groups: readonly Group[];
  readonly excluded: readonly Term[];
  readonly filters: readonly Filter[];
  readonly misread: readonly Misread[];
  /** No document has the last word as a whole: it is taken for a beginning also where the stemmer changes it. */
  readonly isHalfTyped?: boolean;
  /** It names files. */
  readonly pasted?: Pasted | undefined;
}
