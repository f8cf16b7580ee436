/** What is said of two texts. */

export interface DiffText {
  readonly format: 'unified';
  /** Hunks of a unified diff, `@@ -1,4 +1,5 @@` and its lines; safe to print. */
  readonly text: string;
  /** Lines in all, also those that are not shown. */
  readonly added: number;
  readonly removed: number;
  /** Lines were left out, or cut. */
  readonly truncated: boolean;
  /** Secrets with a tag in the text that is shown. */
  readonly redactions: number;
  /** `source`: the text that is read out of the file is the same, and the file itself is shown. */
  readonly of: 'text' | 'source';
  /** Of lines that were changed and not exchanged: the words that differ. At most ten. */
  readonly words: readonly ChangedWords[];
}

export interface ChangedWords {
  readonly before: string;
  readonly after: string;
}

/** Too different for the time: how many lines only one of the texts has. */
export interface DiffCounts {
  readonly omitted: 'time';
  readonly added: number;
  readonly removed: number;
}

export const OMITTED = [
  /** It is no text. */
  'binary',
  'too-large',
  /** The file is a secret as a whole. */
  'secret-path',
  /** Nothing is known of its text before. */
  'no-previous',
  'time',
  /** The rule does not want it. */
  'off',
  /** The text before had no room. */
  'quota',
  /** The texts are equal. */
  'none',
  /** The file cannot be read: it is gone again, closed, special, or its volume does not answer. */
  'unreadable',
] as const;
export type Omitted = (typeof OMITTED)[number];

export type DiffResult = DiffText | DiffCounts | { readonly omitted: Omitted };
