/** What a pasted text is taken for. Nothing here runs. */
import type { Group } from '../query.js';

/** One way to read a file's name in the text. */
export interface Reading {
  /**
   * `exact`: from the root. `end`: the end of a path, anywhere. `module`: names joined by dots: folders, a file without
   * its ending, and perhaps what is defined there.
   */
  readonly kind: 'exact' | 'end' | 'module';
  /** Between slashes or dots; none is empty, `.` or `..`. */
  readonly parts: readonly string[];
}

/** A file that the text names. */
export interface PastedPlace {
  /** The first that the index has is meant. */
  readonly readings: readonly Reading[];
  /** From 1 on. */
  readonly line?: number;
  /** From 1 on, in UTF-16 units. */
  readonly column?: number;
}

export interface Pasted {
  readonly places: readonly PastedPlace[];
  /** What is searched; undefined: the text, as a query. */
  readonly groups: readonly Group[] | undefined;
  /** It may be a message with values in it: what stands between them. */
  readonly message?: readonly Group[];
}

/** What a path is read from. */
export interface PasteContext {
  /** What `~` means. */
  readonly home?: string | undefined;
  /** What `.` means. */
  readonly cwd?: string | undefined;
}
