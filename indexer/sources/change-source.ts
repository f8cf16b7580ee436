/** Where changes are learned from: the interface that inotify and the audit change log share. Nothing here runs. */

import type { ReportedEvent } from '../../shared/file-event.js';
import type { GapReason } from '../../shared/freshness.js';
import type { ChangeHint } from '../../shared/types.js';
import type { AttributeChange } from '../words.js';

export interface ChangeInbox {
  /** Resolves when all of it is written: an event not later than its hints, the place not before anything else. */
  commit(batch: ChangeBatch): Promise<void>;
  /**
   * Changes may have been missed below these folders: they are compared with the disk.
   * @param sinceMs  default: now.
   */
  lost(folders: readonly Uint8Array[], reason: GapReason, why: string, sinceMs?: number): void;
  /**
   * No changes are seen in these folders now. None: all is well again, and a comparison of what was not seen is queued.
   */
  blind(reason: GapReason, folders: readonly Uint8Array[]): void;
  /** Something is wrong, until a call with undefined. */
  trouble(kind: string, text: string | undefined): void;
  fail(error: unknown): void;
}

export interface ChangeBatch {
  readonly hints: readonly ChangeHint[];
  readonly events?: readonly ReportedEvent[];
  /** An event and a hint each. */
  readonly attributes?: readonly AttributeChange[];
  /** How far the source has been read. */
  readonly place?: SourcePlace;
}

/** Keys of places begin so. */
export const PLACE_PREFIX = 'audit:';

export interface SourcePlace {
  readonly key: string;
  readonly value: unknown;
}

export interface ChangeSource {
  readonly kind: 'audit' | 'inotify' | 'none';
  start(inbox: ChangeInbox): void;
  /** Called for every folder right before it is listed; to be awaited. A silent volume is compared when it answers. */
  watch(folder: Uint8Array): void | Promise<void>;
  /** How many folders no change is seen in; they are compared at intervals. */
  readonly unwatchedFolders: number;
  /**
   * Resolves when whatever changed until now is in the queue; files of a flood of which the attributes alone have changed
   * may wait outside of it. False, or missing: that cannot be known.
   * @param untilMs  at least what changed until then, in milliseconds since 1970
   */
  caughtUp?(untilMs?: number): Promise<boolean>;
  /** Resolves when no thread of it runs any more: to exit amid a native call of one may abort the process. */
  close(): void | Promise<void>;
}

/** Which reads are asked for, by rules of integrity monitoring. */
export interface ReadWishes {
  wantsReads(path: Uint8Array): boolean;
  /** Of something in this folder. May say yes where there is nothing. */
  mayWantReads(folder: Uint8Array): boolean;
}

export const NO_SOURCE: ChangeSource = {
  kind: 'none',
  start: () => {},
  watch: () => {},
  unwatchedFolders: 0,
  close: () => {},
};
