/**
 * What an extractor is: the code for one format. It gets text that is already valid UTF-8 and gives back the words of the document.
 * Extractors are pure: no file system, no clock. They run in a child process, so a bad file can cost no more than that process.
 */

export interface FileInput {
  /** Last part of the path, without `.gz`; bytes that are not UTF-8 are U+FFFD. */
  readonly name: string;
  /** Valid UTF-8 without byte order mark; possibly only the first part of the file. */
  readonly bytes: Buffer;
}

export interface Extracted {
  /** '' if the document gives itself none; see `cleanTitle`. */
  readonly title: string;
  /** UTF-8. The very object `FileInput.bytes` when the file's own bytes are its text: they are then passed on without a copy. */
  readonly text: Buffer;
  /** What stands in the file beside its text; none by default. */
  readonly markup?: Buffer;
}

export interface Extractor {
  readonly id: string;
  /** Raised with every change of the output; documents of a lower version are extracted again. */
  readonly version: number;
  /** Lower case, without the dot. A file whose extension nobody names is looked at by content (`sniff.ts`). */
  readonly extensions: readonly string[];
  /** Media type of a file whose name does not tell one. */
  readonly type: string;
  extract(file: FileInput): Extracted;
}
