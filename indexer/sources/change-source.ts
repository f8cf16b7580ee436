/** Where changes are learned from: what the session asks of inotify and of the audit change log alike. Nothing here runs. */

import type { ReportedEvent } from '../../shared/file-event.js';
import type { GapReason } from '../../shared/freshness.js';
import type { ChangeHint } from '../../shared/types.js';

export interface ChangeInbox {
  /** Resolves when all of it is written: an event not later than its hints, the place not before anything else. */
  commit(batch: ChangeBatch): Promise<void>;
  /** Changes may have been missed below these folders: they are compared with the disk. @param sinceMs  default: now. */
  lost(folders: readonly Uint8Array[], reason: GapReason, why: string, sinceMs?: number): void;
  /** In these folders no changes are seen now; in none when all is well, and what was not seen is queued to be compared. */
  blind(reason: GapReason, folders: readonly Uint8Array[]): void;
  /** Something is wrong until it is said again with undefined. */
  trouble(kind: string, text: string | undefined): void;
  fail(error: unknown): void;
}

export interface ChangeBatch {
  readonly hints: readonly ChangeHint[];
  readonly events?: readonly ReportedEvent[];
  /** How far the source has been read. */
  readonly place?: SourcePlace;
}

export interface SourcePlace {
  readonly key: string;
  readonly value: unknown;
}

export interface ChangeSource {
  readonly kind: 'audit' | 'inotify' | 'none';
  start(inbox: ChangeInbox): void;
  /** Called for every folder right before it is listed; to be awaited. A volume that does not answer is compared when it does. */
  watch(folder: Uint8Array): void | Promise<void>;
  /** How many folders no change is seen in; they are compared once in a while. */
  readonly unwatchedFolders: number;
  /** Resolves when whatever changed until now is in the backlog; false, or missing: that cannot be known. */
  caughtUp?(): Promise<boolean>;
  close(): void;
}

export const NO_SOURCE: ChangeSource = {
  kind: 'none',
  start: () => {},
  watch: () => {},
  unwatchedFolders: 0,
  close: () => {},
};
