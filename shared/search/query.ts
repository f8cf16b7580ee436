/**
 * What a query means, apart from how it is written (parse-query) and how it is answered (candidates). Nothing here
 * runs.
 *
 * A query is a tree. Its top is a list of what must all hold: groups of words, of which any one is enough; words that
 * must not be there; and filters. Whatever mixes these, such as `(a b) OR ext:md`, is one filter with a tree of its own:
 * there `words` is a condition like any other.
 */
import type { ChangeWish } from '../store/last-changes.js';
import type { FieldName, Place, SpanField } from './fields.js';
import type { Pasted } from './pasted/pasted.js';

export interface Term {
  /** As the user wrote it, without quotes, field and star; holds at least one letter or digit. */
  readonly text: string;
  readonly kind: 'word' | 'phrase' | 'prefix' | 'near';
  readonly field: 'any' | Place;
  /** Of kind `near`: at most so many words between these words and phrases, in any order. */
  readonly near?: { readonly texts: readonly string[]; readonly words: number };
  /** Where the text stands in the query, in UTF-16 units. */
  readonly at?: number;
}

/** More words of a phrase tell no more, and FTS5 takes a second for hundreds of common ones. */
export const MAX_PHRASE = 50;

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
  /** The name has a stretch like this, from the border of a word to the border of one: `*` stands for anything. */
  | { readonly kind: 'name'; readonly pattern: string }
  /** Any of these terms, in the text or in the place. */
  | { readonly kind: 'words'; readonly terms: readonly Term[] }
  | { readonly kind: 'either' | 'all'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition };

export type Filter = Condition & { readonly isExcluded: boolean };

/** What was typed, and could not be taken as it may have been meant. */
export type Misread =
  /** What stands behind the field is no such value: all of it is searched as words. */
  | { readonly kind: 'value'; readonly source: string; readonly field: FieldName }
  /** There is no such field. */
  | { readonly kind: 'field'; readonly source: string; readonly name: string; readonly nearest: string | undefined }
  /** An operator of another language. */
  | { readonly kind: 'operator'; readonly source: string; readonly instead: string }
  /** An operator that has nothing to join, at this place. */
  | { readonly kind: 'idle'; readonly source: string; readonly at: number }
  /** A phrase of which only the first words are asked for. */
  | { readonly kind: 'cut'; readonly words: number }
  /** More words than are asked for. */
  | { readonly kind: 'length'; readonly asked: number };

/** What documents are put in order by, instead of how well they match. */
export interface Order {
  readonly by: OrderKey;
  readonly isReversed: boolean;
}

export type OrderKey = 'modified' | 'created' | 'size' | 'name' | 'path' | 'title';

export interface Query {
  /** All of them must match. Empty when the query has filters only. */
  readonly groups: readonly Group[];
  readonly excluded: readonly Term[];
  readonly filters: readonly Filter[];
  readonly misread: readonly Misread[];
  /** Its words and phrases in order, with those that are repeated or too many for groups. */
  readonly sentence?: readonly Term[];
  /** Words that need not be there, since something else is enough: what has them comes first, and they are shown. */
  readonly hints?: readonly Term[];
  /** The first decides, then the next. */
  readonly order?: readonly Order[];
  /** It says more than words one after the other: no word of it may be replaced. */
  readonly hasOperators?: boolean;
  /** No document has the last word as a whole: it is taken for a beginning also where the stemmer changes it. */
  readonly isHalfTyped?: boolean;
  /** It names files. */
  readonly pasted?: Pasted | undefined;
}

/** The conditions in a condition, itself included. */
export function* conditionsIn(condition: Condition): Generator<Condition> {
  yield condition;
  if (condition.kind === 'not') yield* conditionsIn(condition.condition);
  if (condition.kind === 'either' || condition.kind === 'all')
    for (const each of condition.conditions) yield* conditionsIn(each);
}
