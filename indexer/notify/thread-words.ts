/** What the notify thread is given and what it says. Nothing here runs. */
import type { Echoed } from './echo.js';
import type { SourceKind } from './rules/untold-events.js';
import type { OwnKind } from './words.js';

export interface NotifyThreadOptions {
  readonly indexFile: string;
  /** Of notify.db. */
  readonly dataDirectory: string;
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** Folders of find-text itself. */
  readonly own: readonly Uint8Array[];
  /** Of the events of the index. */
  readonly source: SourceKind;
  /** Of the audit plugin. */
  readonly auditConfig: string;
  /** The text of the configuration, the file that it is from, and a digest of what it says. */
  readonly config: { readonly text: string; readonly file: string; readonly settings: string };
  readonly maxHashBytes: number;
  readonly keepMs: number;
  /** 0: none. */
  readonly heartbeatMs: number;
  /** Own events that are told, the others are recorded alone; missing: all. */
  readonly ownKinds?: readonly OwnKind[];
  /** Everything that is told is said here, too. */
  readonly isEchoing?: boolean;
}

/** What the rules are from now on: for those who were told of changes until now. */
export interface RulesChange {
  /** `added pii; removed web` */
  readonly text: string;
  /** A digest of what the configuration says now. */
  readonly settings: string;
}

/** `poke`: there is news in the index. */
export type ToNotifyThread =
  | 'poke'
  | { readonly kind: 'caught up'; readonly id: number }
  /** Their events leave the index. Answered when those that there are have been read. */
  | { readonly kind: 'read'; readonly id: number; readonly paths: readonly Uint8Array[] }
  /** What it told up to this number of the history. */
  | { readonly kind: 'shown'; readonly upTo: number }
  | { readonly kind: 'end'; readonly change?: RulesChange | undefined };

/** Answered when all events of what has happened until now are in the index, or when that cannot be known. */
export interface CaughtUpQuestion {
  readonly kind: 'caught up?';
  readonly id: number;
}

export type FromNotifyThread =
  | CaughtUpQuestion
  /** Everything that is watched has been looked at. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'notice'; readonly text: string }
  /** Until one with undefined. */
  | { readonly kind: 'trouble'; readonly text: string | undefined }
  /** Answered when it is shown. */
  | ({ readonly kind: 'told' } & Echoed)
  | { readonly kind: 'have read'; readonly id: number }
  /** It was told to end, and its last words are in the history. */
  | { readonly kind: 'said all' }
  /** It cannot go on. */
  | { readonly kind: 'failed'; readonly text: string };
