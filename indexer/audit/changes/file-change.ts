/**
 * What an audit event says about one file: the vocabulary between the audit records, the change log and the indexer.
 * `exact`: `path` (and `to`) name the file as it was named when the call returned, unless a name ran through a symlink
 * or a bind mount, which records cannot tell: compare inode and dev before trusting it. `inode`: no trustworthy path.
 */

import { EVENT_KINDS, type EventKind } from '../../../shared/file-event.js';
import type { Who } from '../records/call-head.js';
import type { Attribute } from './calls.js';

/** The event that is kept of a change has its kind. */
export const CHANGE_KINDS = EVENT_KINDS;
export type ChangeKind = EventKind;

export type Certainty = 'exact' | 'inode';

/** A directory or file as the kernel knows it; `dev` is `major:minor` in hex, as auditd prints it. */
export interface FileId {
  readonly inode: number;
  readonly dev: string;
}

/** One name of a file: where it hangs, as far as the records tell. */
export interface Place {
  /** Absolute, without `//`, `.` or `..`; null when the records do not determine it. */
  readonly path: Buffer | null;
  /** The directory that holds the name. */
  readonly parent: FileId | null;
  /** Where the path is null: the last part of the name as the program gave it; null when there is none. */
  readonly name: Buffer | null;
}

/** A change is exact when every place it has is. */
export function certaintyOf(from: Place, to: Place | null): Certainty {
  return from.path !== null && to?.path !== null ? 'exact' : 'inode';
}

export const NOWHERE: Place = { path: null, parent: null, name: null };

export interface FileChange {
  /** '' when the stream names no node. */
  readonly node: string;
  readonly serial: number;
  readonly timestampMs: number;
  readonly kind: ChangeKind;
  /** What was changed by an `attrib`, else null. */
  readonly attribute: Attribute | null;
  readonly certainty: Certainty;
  /** The name that changed. rename: the old one; link: the one that was there; exchange: one of the two. */
  readonly from: Place;
  /** rename and link: the new name; exchange: the other one; else null. */
  readonly to: Place | null;
  /** For a rename through directory descriptors: the two directories, when it is not known which is the old one. */
  readonly eitherParent: readonly FileId[];
  /** The file itself; null when the record does not tell. */
  readonly file: FileId | null;
  readonly who: Who;
  /** Of all rules that matched; empty for none. */
  readonly keys: readonly string[];
}
