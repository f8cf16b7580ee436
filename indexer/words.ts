/**
 * The vocabulary of the pipeline: what waits in the queue, what is taken from it, what is written, and what came of it.
 * Nothing here runs.
 */
import type { ReportedEvent } from '../shared/file-event.js';
import type { Failed } from '../shared/store/failures.js';
import type { FilesOfCommand } from '../shared/store/outdate.js';
import type { KeptEvent } from '../shared/store/read-events.js';
import type { Appended, ChangeHint, Extraction, FileStat, Priority } from '../shared/types.js';

export type Scope = ChangeHint['scope'];

export interface QueueEntry {
  readonly path: Buffer;
  readonly scope: Scope;
  readonly priority: Priority;
  readonly attempt: number;
  /** As in ChangeHint; null: something else was reported, too. */
  readonly renamedFrom: Buffer | null;
  /** 1: since the index knew it, only its attributes are reported as changed. */
  readonly isAttributes: 0 | 1;
}

/** Of a file of a flood: inotify has told that its attributes have changed, and nothing else. */
export interface AttributeChange {
  readonly path: Uint8Array;
  /** Of its event, milliseconds since 1970. */
  readonly atMs: number;
}

/** Nothing is there any more, or it may not be read any more. */
export type RemovalCause = 'gone' | 'closed';

/** A name that is gone, with the time of the last change that the index has of it. */
export interface LostName {
  readonly path: Uint8Array;
  readonly ctimeMs: number;
}

export type WriteOp =
  /** `from`: what the file was called while nobody watched. Used if the index has it as it was seen. */
  | {
      readonly kind: 'put';
      readonly path: Uint8Array;
      readonly stat: FileStat;
      readonly extraction: Extraction;
      readonly from?: LostName;
    }
  /**
   * The document is as it was. Done only if the index still has what it was compared with (`known`); otherwise the path
   * is queued again.
   */
  | {
      readonly kind: 'keep';
      readonly path: Uint8Array;
      readonly known: string;
      readonly stat: FileStat;
      readonly content: Pick<Extraction, 'input' | 'output'>;
    }
  /**
   * Something was appended. Done only if the index still has what it was appended to; otherwise the path is queued
   * again.
   */
  | {
      readonly kind: 'append';
      readonly path: Uint8Array;
      readonly known: string;
      readonly stat: FileStat;
      readonly appended: Appended;
    }
  /**
   * The next piece of a file that is read piece by piece. Done only if the index still has it up to there; otherwise the
   * path is queued again.
   */
  | {
      readonly kind: 'continue';
      readonly path: Uint8Array;
      readonly known: string;
      readonly stat: FileStat;
      readonly extraction: Extraction;
    }
  | { readonly kind: 'touch'; readonly path: Uint8Array; readonly stat: FileStat }
  /**
   * Of this file the attributes alone have changed, past the queue. Done only if the index still has it (`id`) as it was
   * when it was looked at, and nothing waits for its path; otherwise the event and the hint of it are written.
   */
  | ({ readonly kind: 'attributes'; readonly id: number; readonly stat: FileStat } & AttributeChange)
  /**
   * A document, or a folder with everything below it; whatever the index has at that path. `why`: what has happened on
   * the disk; missing: nothing, it is left out, and its events go, unless they are kept for somebody.
   */
  | {
      readonly kind: 'remove';
      readonly path: Uint8Array;
      readonly why?: RemovalCause;
      readonly keepsEvents?: true;
    }
  /** The same, and whatever waits to be looked at there. */
  | { readonly kind: 'forget'; readonly path: Uint8Array }
  /** Done only if the index still has that very file at `from`; otherwise `to` is queued again. */
  | { readonly kind: 'move'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  /** Done only if the index still has that very inode at `from`. The caller compares `to` with the disk afterwards. */
  | { readonly kind: 'moveTree'; readonly from: Uint8Array; readonly to: Uint8Array; readonly stat: FileStat }
  | { readonly kind: 'directory'; readonly path: Uint8Array; readonly stat: Omit<FileStat, 'size' | 'ctimeMs'> }
  | ({ readonly kind: 'failure' } & Failed)
  /** Whatever has failed at and below a path. `isForgiven`: how often it ended its extractor does not count any more. */
  | { readonly kind: 'tryAgain'; readonly path: Uint8Array; readonly isForgiven?: boolean }
  /**
   * The volume of this folder is not there: what was indexed stays, and the folder is looked at again. `why`: in words
   * for the user.
   */
  | { readonly kind: 'missing'; readonly folder: Uint8Array; readonly why: string }
  | { readonly kind: 'succeeded'; readonly path: Uint8Array }
  | { readonly kind: 'enqueue'; readonly hint: ChangeHint }
  /** Documents of such files were read otherwise, and are to be read again when they are compared. */
  | { readonly kind: 'outdate'; readonly files: FilesOfCommand }
  /** So are files that hold a document read by an older version of its extractor. */
  | { readonly kind: 'outdateContainers'; readonly versions: Readonly<Record<string, number>> }
  /** Written before the hints that it caused, or together with them. */
  | ({ readonly kind: 'event' } & ReportedEvent)
  /** Of a path and what is below it. */
  | { readonly kind: 'forgetEventsBelow'; readonly path: Uint8Array }
  /** Of names that are left out by now. */
  | { readonly kind: 'forgetEvents'; readonly sequences: readonly number[] }
  /** Of the index that this one replaces. */
  | { readonly kind: 'takeOverEvents'; readonly events: readonly KeptEvent[]; readonly openSinceMs: number }
  /** Events that are older than they are kept. */
  | { readonly kind: 'pruneEvents' }
  | { readonly kind: 'finish'; readonly path: Uint8Array }
  /** It has cost enough for a while: its changes wait for `forMs`. */
  | { readonly kind: 'hold'; readonly path: Uint8Array; readonly forMs: number }
  /** isIndexed: the index has it as it was a moment ago; it is looked at again because it goes on changing. */
  | { readonly kind: 'retry'; readonly path: Uint8Array; readonly afterMs: number; readonly isIndexed?: boolean }
  | { readonly kind: 'meta'; readonly key: string; readonly value: unknown };

/**
 * Where an entry of the queue waits. `interactive`: a person waits for it. `trees`: folders to compare. `vanished`: in
 * the index, but not found by a comparison. `other`: all other paths.
 */
export type Lane = 'interactive' | 'trees' | 'other' | 'vanished';

/** How many entries of each lane there is room for. */
export type TakeRequest = Readonly<Record<Lane, number>>;

export interface Taken {
  readonly entries: readonly QueueEntry[];
  /** Of the requested lanes. */
  readonly nextDueMs: number | undefined;
}

/** `unchanged`: something happened to the file, and its text is as before. */
export type ChangeKind = 'added' | 'changed' | 'moved' | 'removed' | 'unchanged';

export interface Change {
  /** A file, or a folder that was moved or removed with everything below it. */
  readonly path: Uint8Array;
  readonly kind: ChangeKind;
  /** Of `moved`: the path before. */
  readonly from?: Uint8Array;
  /** What the index had; null: nothing, or a folder. */
  readonly before: FileStat | null;
  readonly after: FileStat | null;
  /**
   * Events of this path that are claimed by this change. Empty while the path goes on changing: they are claimed by the
   * change that finishes it.
   */
  readonly eventIds: readonly string[];
}

export interface Commit {
  /** Grows with each commit that changes something, also over a restart. */
  readonly seq: number;
  readonly changes: readonly Change[];
}

export interface CommitListener {
  /** Otherwise commits come without their changes: gathering them costs. */
  readonly wantsChanges: boolean;
  /** Each commit that changes something, in order. */
  committed(commit: Commit): void;
}

/** Says to the user what he may want to know, and find-text need not mend. */
export interface Notices {
  noticed(text: string): void;
}
