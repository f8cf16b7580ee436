/**
 * The vocabulary of find-text: shapes that cross a border between folders. Nothing here runs.
 *
 * Paths are bytes (`Uint8Array`, in practice Buffer), absolute, without a trailing slash. Text is a JavaScript string.
 */

/** What lstat says, as far as the index keeps it. Times are milliseconds since 1970 with the fraction lstat gives. */
export interface FileStat {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** When the file was made; 0 or missing: not known. */
  readonly birthtimeMs?: number;
}

/** What a document says of itself: the value of a field of a query. A time is in milliseconds since 1970. */
export interface Property {
  readonly field: string;
  readonly value: string | number;
  /** Those of a text, as a query has them. */
  readonly words?: readonly string[];
}

/** What may keep a file from being read to its end. */
export type Limit = 'bytes' | 'pages' | 'members' | 'depth' | 'labels' | 'unpacked' | 'text' | 'seconds' | 'memory';

/** The text of a document and what is known of it. */
export interface Content {
  /** Media type, `text/html`; `application/octet-stream` when the content is binary and nothing is known by name. */
  readonly type: string;
  /** Title the document gives itself, '' if none; at most 300 characters. */
  readonly title: string;
  /** UTF-8; empty for files indexed by name and metadata only. */
  readonly text: Uint8Array;
  /**
   * UTF-8; what stands in the file beside its text: tags, attributes, scripts, comments. Searched with the least weight
   * and never shown: a search for a class name or a variable finds the file. Each different word stands here once.
   */
  readonly markup: Uint8Array;
  readonly properties?: readonly Property[];
  /** True when only the first part was read, because of a limit, or because the rest is damaged. */
  readonly isTruncated: boolean;
  readonly extractor: string;
  readonly extractorVersion: number;
}

/** A document within a file: a member of an archive. */
export interface InnerContent extends Content {
  /**
   * Its path in the file: bytes, relative, no part empty or `..`. Of an archive within an archive it begins with that
   * one's.
   */
  readonly innerPath: Uint8Array;
  /** Of all that is said of it but its path; missing: it is taken for another than before. */
  readonly digest?: string;
}

/** A part of a file that is read part by part, one job after the other. */
export interface Piece {
  readonly isLast: boolean;
  /**
   * The documents are added to those that the index has; missing: they take their place. `inPlaceOf`: the one of those,
   * with all in it, that is read again, by its path as Latin-1; '' for none.
   */
  readonly continues?: { readonly inPlaceOf: string };
}

/** The document that a file is, and those within it. */
export interface Extraction extends Content {
  /** At whatever depth, in the order of the file; missing: it is of a kind that holds none. */
  readonly children?: readonly InnerContent[];
  /** True when `text` is byte for byte the (beginning of the) file, so that the index needs no copy for snippets. */
  readonly isFileText: boolean;
  /** Digest of the bytes that were read, and of what else the text depends on. Missing where nothing was read. */
  readonly input?: string;
  /** Digest of the title, the text and the markup. Missing where the file's own bytes are its text. */
  readonly output?: string;
  /** Limits that kept it, or documents in it, from being read to their end; missing: none did. */
  readonly met?: readonly Limit[];
  /** Missing: it is all that the file gives. */
  readonly piece?: Piece;
  /** The text up to here is kept as a whole, the rest as appended: the file grows, and its last word may go on. */
  readonly cutBytes?: number;
}

/**
 * What has been appended to a file since its text was taken, and a little before it, so that words in a row are found
 * across the border.
 */
export interface Appended {
  /** Where in the file the new text begins; parts from there on are replaced. */
  readonly fromByte: number;
  readonly text: Uint8Array;
  /** As in Extraction, of the whole file. */
  readonly input: string;
  readonly isTruncated: boolean;
}

/** 0 is worked on first. `vanished`: in the index, but not found by a comparison; a rename may still explain it. */
export const PRIORITY = { interactive: 0, reconcile: 1, bulk: 2, vanished: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** What a change source knows: this path, or everything below this folder, may have changed. Only a hint. */
export interface ChangeHint {
  readonly path: Uint8Array;
  readonly scope: 'path' | 'tree';
  readonly priority: Priority;
  /** It changed a moment ago and may change again. It is looked at when it has settled, though nobody waits for it. */
  readonly isFresh?: true;
  /**
   * Set when a rename is the only event seen for this path: the path the file had before. Equal to `path` itself when
   * the rename moved the file away from here.
   */
  readonly renamedFrom?: Uint8Array;
  /** Only its attributes have changed, as by chmod. */
  readonly isAttributes?: true;
}

export interface Snippet {
  readonly text: string;
  /** [start, end) in UTF-16 units of `text`, ascending, not overlapping. */
  readonly highlights: readonly (readonly [number, number])[];
}
