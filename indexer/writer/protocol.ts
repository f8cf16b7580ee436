/** What the daemon's event loop and its writer thread say to each other: one request, one answer, in order. */
import type { ErrorCode } from '../../shared/errors.js';
import type { EventLimits } from '../../shared/store/events.js';
import type { QueueOptions } from '../queue/change-queue.js';
import type { Commit, TakeRequest } from '../words.js';
import type { PackedTaken } from './packed-entries.js';
import type { PackedOps } from './packed-ops.js';

export interface WriterOptions {
  readonly file: string;
  readonly queue: QueueOptions;
  readonly events: EventLimits;
}

export interface Opened {
  /** Nobody vouches for what is in the file: its last writer was killed at work. False for a new file. */
  readonly isUnverified: boolean;
  /** The version that the file had, when it was an older one. */
  readonly raisedFrom: number | undefined;
  /** Below /proc, for the account of what it uses; '' where that is not told. */
  readonly thread: string;
}

/** Clean when it is time; when anything was taken out; now, because of what was taken out just before. */
export type MaintenanceWish = 'idle' | 'changed' | 'now';

/** `waits`: somebody reads what the next slice changes. */
export type Step = 'more' | 'waits' | 'done';

export type WriterRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'apply'; readonly ops: PackedOps; readonly nowMs: number; readonly isTold: boolean }
  | { readonly kind: 'take'; readonly request: TakeRequest; readonly nowMs: number }
  | { readonly kind: 'hasRechecks'; readonly folders: readonly Uint8Array[] }
  | { readonly kind: 'planMaintenance'; readonly wish: MaintenanceWish }
  | { readonly kind: 'maintain' }
  | { readonly kind: 'shrink' }
  | { readonly kind: 'close' };

/** 'end': no more requests come; those before are answered. */
export type WriterMessage = { readonly id: number; readonly request: WriterRequest } | 'end';

export interface WriterAnswers {
  open: Opened;
  apply: Commit;
  take: PackedTaken;
  hasRechecks: readonly boolean[];
  planMaintenance: undefined;
  maintain: Step;
  shrink: undefined;
  close: undefined;
}

export type WriterReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WriterFailure };

export interface WriterFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}
