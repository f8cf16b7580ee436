/**
 * The parts of the pipeline. Each has a name, and answers the question of its folder. The daemon makes them from the
 * writer thread and child processes, tests make the same in their own process. Nothing here runs.
 */
import type { Priority } from '../shared/types.js';
import type { ExtractJob, ExtractOutcome } from './extract/messages.js';
import type { IndexReader } from './index-reader.js';
import type { IgnoreLookup } from './rules/ignore-lookup.js';
import type { Commit, Taken, TakeRequest, WriteOp } from './words.js';

/** Owns the queue and everything else in the index file. */
export interface Writer {
  /**
   * Applies a batch, all of it or nothing, in the order of the calls.
   * @param isPatient  waits for room on a full disk; otherwise that is an error.
   */
  apply(ops: readonly WriteOp[], isPatient?: boolean): Promise<Commit | undefined>;
  /** Takes what is due from the queue; it stays there until it is finished. */
  take(request: TakeRequest): Promise<Taken>;
  /** For each folder: is a comparison of it or of a part of it, or a path that one found, still queued or running? */
  hasRechecks(folders: readonly Uint8Array[]): Promise<readonly boolean[]>;
}

/** What the index knows. */
export type IndexView = Pick<
  IndexReader,
  | 'atOnce'
  | 'documents'
  | 'countFolders'
  | 'hasDenied'
  | 'inDoubt'
  | 'isExplained'
  | 'isMissing'
  | 'isOnlyRenamed'
  | 'isTreeWaiting'
  | 'killsOf'
  | 'unlistedBelow'
>;

/** What is left out. */
export type Rules = Pick<
  IgnoreLookup,
  | 'prepare'
  | 'verdict'
  | 'isExcluded'
  | 'isExcludedFromAbove'
  | 'rulesFor'
  | 'enter'
  | 'generation'
  | 'isAsRead'
  | 'forget'
>;

/** Texts of files. */
export interface Extractors {
  /** The version of each. */
  readonly versions: Readonly<Record<string, number>>;
  /** In the order of the jobs; never rejects. */
  extract(jobs: readonly ExtractJob[], priority: Priority): Promise<ExtractOutcome[]>;
  /** Goes on with no more than so many processes. */
  limit(processes: number): void;
  /** Begins nothing that nobody waits for, until a call with false. */
  rest?(isResting: boolean): void;
}

/** Is that volume there? */
export interface Volumes {
  /** A volume that was mounted there, or above it, when it was indexed is not mounted now. */
  isUnmounted(folder: Uint8Array): boolean;
}

/** Takes what the work on paths and folders has found. */
export interface Outlet {
  /** Resolves when it is in the index. */
  write(ops: readonly WriteOp[]): Promise<void>;
}
