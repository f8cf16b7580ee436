/**
 * What an extractor is: the code for one format. It gets text that is already valid UTF-8, or the bytes of the file,
 * and gives back the words of the document: what it says of itself, and the documents that are in it. Extractors are
 * pure: no file system, no clock. They run in a child process, so a bad file can cost no more than that process.
 */
import type { Limit, Property } from '../../shared/types.js';
import type { Source } from './source.js';

export interface TextInput {
  /** Last part of the path, without `.gz`; bytes that are not UTF-8 are U+FFFD. */
  readonly name: string;
  /** Valid UTF-8 without byte order mark; possibly only the first part of the file. */
  readonly bytes: Buffer;
}

export interface BytesInput {
  readonly name: string;
  /** Of the file as it is, or unpacked from gzip; possibly only the first part. */
  readonly bytes: Buffer;
  /** Most that may be unpacked from them, all together. */
  readonly maxBytes: number;
  /** The whole file. */
  readonly source: Source;
}

export interface Extracted {
  /** Media type, where the content tells it: it counts whatever the name says. */
  readonly type?: string;
  /** '' if the document gives itself none; see `cleanTitle`. */
  readonly title: string;
  /**
   * UTF-8. The very object `TextInput.bytes` when the file's own bytes are its text: they are then passed on without a
   * copy.
   */
  readonly text: Buffer;
  /** What stands in the file beside its text; none by default. */
  readonly markup?: Buffer;
  /** Values of the fields of a query that are properties. */
  readonly properties?: readonly Property[];
  /** Not all of its text was read, because of a limit, or because a part is damaged. */
  readonly isTruncated?: boolean;
  /** Limits of its own that it has met. */
  readonly met?: readonly Limit[];
  /**
   * The files in this file, read one after the other and no more than the limits allow. Whoever throws while they are
   * read gives those that came before; the document is then marked as truncated.
   */
  readonly children?: Iterable<Child> | AsyncIterable<Child>;
}

/** A file in a file. */
export interface Child {
  /** Its path there, as it stands there: it may hold anything. */
  readonly name: Uint8Array;
  readonly bytes: Buffer;
  /** The end of it is missing. */
  readonly isTruncated?: boolean;
}

/** Which files are of a format. */
export interface Matches {
  /** Lower case, without the dot. */
  readonly extensions: readonly string[];
  /**
   * What stands in the first kilobyte, read as Latin-1: magic bytes, or the first tag. Of text asked only when no
   * extension tells.
   */
  readonly head?: RegExp;
}

interface Format {
  readonly id: string;
  /** Raised with every change of the output; documents of a lower version are extracted again. */
  readonly version: number;
  readonly matches: Matches;
  /** Media type of a file whose name does not tell one. */
  readonly type: string;
}

export interface TextExtractor extends Format {
  readonly takes: 'text';
  extract(file: TextInput): Extracted | Promise<Extracted>;
}

/** Asked before anything is decoded. */
export interface BytesExtractor extends Format {
  readonly takes: 'bytes';
  /**
   * A file whose beginning is of the format is no use without its end: it is read whole, up to so many bytes, whatever
   * is the limit for other files. Of a larger one it is recorded that it was not read.
   */
  readonly wholeUpTo?: number;
  /** The first 64 kB tell all that is taken of such a file: the rest is not read. */
  readonly isInHead?: boolean;
  /** It reads what it wants of `source`, which may be of any size; `bytes` are no more than the first 64 kB. */
  readonly readsParts?: boolean;
  /**
   * Of a format whose files can be read piece by piece, however large: which documents in these bytes of one are whole.
   * @param isEnd  the file ends with them.
   * @param most   of documents.
   */
  cut?(bytes: Buffer, isEnd: boolean, most?: number): Cut;
  /** @returns undefined when the file is not of this format after all: it is then text, or unknown. */
  extract(file: BytesInput): Extracted | undefined | Promise<Extracted | undefined>;
}

/** What of a part of a file can be read by itself. */
export interface Cut {
  readonly begin: number;
  readonly end: number;
  /** Where its last document begins, which may go on when the file grows. */
  readonly lastBegin: number;
}

export type Extractor = TextExtractor | BytesExtractor;
