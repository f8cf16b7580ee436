/**
 * What the daemon tells about itself in the index (meta key `state`): read by `find-textd status` and, when an answer may be
 * out of date, by `find-text`.
 */
export const STATE_KEY = 'state';
export const ROOTS_KEY = 'roots';

export interface DaemonState {
  readonly pid: number;
  readonly source: 'audit' | 'inotify' | 'none';
  /** False from the start of the daemon until everything has been compared with the disk and worked on. */
  readonly isComplete: boolean;
  readonly filesFound: number;
  readonly filesDone: number;
  readonly bytesFound: number;
  readonly bytesDone: number;
  /** Folders without a watch because of the limit; they are compared once a minute instead. */
  readonly unwatchedFolders: number;
  readonly updatedMs: number;
}
