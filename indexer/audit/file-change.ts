/**
 * What happened to one path, as the kernel's records tell it: the word between the audit side and everybody else.
 * Nothing here runs. `exact`: the path is right, as the process named it or as its folder's name and inode agree;
 * `inode`: the records have no trustworthy path, so `path` is absent and inode, parent and name say what is known.
 */
export const CHANGE_KINDS = [
  'create',
  'write',
  'rename',
  'delete',
  'attrib',
  'link',
  'symlink',
  'mkdir',
  'rmdir',
  'exchange',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface InodeRef {
  readonly ino: number;
  /** As stat(2) gives it: major and minor in one number. */
  readonly dev: number;
}

/** Numbers as in the records; 4294967295 (unset) is undefined. */
export interface Actor {
  readonly auid: number | undefined;
  readonly uid: number | undefined;
  readonly pid: number | undefined;
  readonly ppid: number | undefined;
  /** Bytes decoded as UTF-8, at most 16 and 4,096 characters. */
  readonly comm: string;
  readonly exe: string;
}

export interface FileChange {
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  readonly node: string | undefined;
  readonly kind: ChangeKind;
  readonly certainty: 'exact' | 'inode';
  /** Absolute path as bytes; for `rename`, `link` and `exchange` the old (first) place. Absent when certainty is `inode`. */
  readonly path: Buffer | undefined;
  /** The new (second) place of `rename`, `link` and `exchange`, when it is known. */
  readonly to: Buffer | undefined;
  readonly inode: InodeRef | undefined;
  /** Folder of `path`, and the last part of the name: with the index's inode map they give the path. */
  readonly parent: InodeRef | undefined;
  readonly name: Buffer | undefined;
  /** The same for `to`. */
  readonly toParent: InodeRef | undefined;
  readonly toName: Buffer | undefined;
  readonly isDirectory: boolean;
  /** The file descriptor the name was relative to, for /proc/PID/fd while the process lives. */
  readonly directoryFd: number | undefined;
  readonly who: Actor;
  readonly keys: readonly string[];
}

/** Something may have been missed; written into the change log beside the changes, answered by a re-check of the root. */
export const GAP_REASONS = [
  'daemon-start',
  'rule-removed',
  'partial-event',
  'overflow',
  'unparsable',
  'log-full',
  'plugin-start',
  'kernel-lost',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

export interface Gap {
  readonly kind: 'gap';
  readonly reason: GapReason;
  /** Milliseconds since 1970: from when on something may be missing. */
  readonly sinceMs: number;
  /** How many records or changes, where it is known. */
  readonly count: number | undefined;
}
