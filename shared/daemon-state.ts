/**
 * What the daemon tells about itself in the index (meta key `state`): read by `find-textd status` and, when an answer may be
 * out of date, by `find-text`.
 */
export const STATE_KEY = 'state';
export const ROOTS_KEY = 'roots';

export interface DaemonState {
  readonly pid: number;
  readonly source: 'audit' | 'inotify' | 'none';
  /** True when no gap is open (see freshness.ts). */
  readonly isComplete: boolean;
  /** How far the comparisons are, in folders; roots in base64. */
  readonly comparisons: readonly { readonly root: string; readonly done: number; readonly toDo: number }[];
  readonly filesFound: number;
  readonly filesDone: number;
  readonly bytesFound: number;
  readonly bytesDone: number;
  /** Folders without a watch because of the limit; they are compared once a minute instead. */
  readonly unwatchedFolders: number;
  /** Files that go on changing and are not read again before that time (since 1970); paths in base64. Short delays are not told. */
  readonly held?: readonly { readonly path: string; readonly untilMs: number }[];
  readonly updatedMs: number;
}
