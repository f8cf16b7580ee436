/**
 * What the pool and its child processes say to each other. Headers travel as JSON, paths and texts as the payload of
 * the frame.
 */
import type { ErrorCode } from '../../shared/errors.js';
import type { Appended, Content, Extraction, FileStat, InnerContent, Priority } from '../../shared/types.js';
import type { KnownContent } from './known-content.js';

export interface ExtractJob {
  /** Absolute path, bytes. */
  readonly path: Uint8Array;
  /** About how large it is; missing: not known. */
  readonly bytes?: number;
  /** What the index has of it, if that is still of use. */
  readonly known?: KnownContent | undefined;
  /** The index is to have its text without the secrets in it: what is taken of it is taken at once. */
  readonly isRedacted?: boolean;
  /** A digest of the whole file is wanted. */
  readonly isDigested?: boolean;
}

export type ExtractOutcome =
  /** `stat` is from before the read; `isChanging`: size or mtime moved while reading, so look again soon. */
  | {
      readonly kind: 'extracted';
      readonly stat: FileStat;
      readonly isChanging: boolean;
      readonly extraction: Extraction;
      /** Of the whole file, as far as that was asked for and is not too much. */
      readonly digest?: string | undefined;
      /** A command of the user has failed: the file is found by what find-text has read of it. Never of a child. */
      readonly failure?: ExtractFailure;
    }
  /** The document is as known; the digests as in Extraction. */
  | ({ readonly kind: 'same'; readonly stat: FileStat; readonly isChanging: boolean } & Pick<
      Extraction,
      'input' | 'output'
    >)
  /** The document is as known, and something was appended. */
  | { readonly kind: 'grown'; readonly stat: FileStat; readonly isChanging: boolean; readonly appended: Appended }
  | { readonly kind: 'gone' }
  /** Not, or no longer, a regular file. */
  | { readonly kind: 'special' }
  /** Its volume does not answer. Said by the pool only. */
  | { readonly kind: 'silent' }
  | ExtractFailure;

export interface ExtractFailure {
  readonly kind: 'failed';
  readonly stat?: FileStat;
  readonly digest?: string | undefined;
  readonly code: ErrorCode;
  readonly message: string;
  /** Worth another try without a change of the file. */
  readonly isTransient: boolean;
  /** Reading it has ended its extractor: by a crash, or by a limit on time or memory. Said by the pool only. */
  readonly isKill?: true;
}

/** To the child; the payload is the path. */
export interface JobHeader {
  readonly id: number;
  readonly priority: Priority;
  readonly maxBytes: number;
  readonly known?: KnownContent | undefined;
  readonly isRedacted?: boolean | undefined;
  readonly isDigested?: boolean | undefined;
}

/** From the child; the payload is what was appended, or text and markup of each document. */
export interface ReplyHeader {
  readonly id: number;
  readonly outcome: WireOutcome;
  /** Memory of the child in 10^6 bytes; 0 when it was not measured. */
  readonly rssMb: number;
}

export type WireOutcome =
  | Exclude<ExtractOutcome, { kind: 'extracted' | 'grown' }>
  | (Omit<Extract<ExtractOutcome, { kind: 'grown' }>, 'appended'> & {
      /** The payload is its text. */
      readonly appended: Omit<Appended, 'text'>;
    })
  | {
      readonly kind: 'extracted';
      readonly stat: FileStat;
      readonly isChanging: boolean;
      readonly digest?: string | undefined;
      readonly extraction: WireContent<Omit<Extraction, 'children'>>;
      /** `innerPath` is its bytes, read as Latin-1. */
      readonly children?:
        | readonly (WireContent<Omit<InnerContent, 'innerPath'>> & { readonly innerPath: string })[]
        | undefined;
    };

/** How many bytes of the payload are its text; its markup follows. */
export type WireContent<Own extends Content> = Omit<Own, 'text' | 'markup'> & {
  readonly textBytes: number;
  readonly markupBytes: number;
};
