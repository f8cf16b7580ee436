/**
 * What happened to a file, when, and who did it, as far as a change source knows. Events are kept in the index beside
 * the documents, so that a change keeps its cause. A hint says where to look and is merged with others. An event is
 * written once and never merged.
 */

export const EVENT_KINDS = [
  'create',
  'write',
  'attrib',
  'rename',
  'delete',
  'link',
  'symlink',
  'mkdir',
  'rmdir',
  'exchange',
  'open',
  'close',
  'denied',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * Nothing is changed by them: no name is looked at for them. Kept only of names that a rule of integrity monitoring
 * asks reads of. close: without a write.
 */
export const READ_KINDS = ['open', 'close', 'denied'] as const satisfies readonly EventKind[];
export type ReadKind = (typeof READ_KINDS)[number];

export function isRead(kind: EventKind): kind is ReadKind {
  return kind === 'open' || kind === 'close' || kind === 'denied';
}

/** `comparison`: nobody saw it happen; the disk has something else than the index. */
export type EventOrigin = 'audit' | 'inotify' | 'comparison';

/** The process that did it. Null: the records do not say. */
export interface Actor {
  /** The user who logged in; it stays the same under `sudo`. */
  readonly auid: number | null;
  /** The user the process ran as. */
  readonly uid: number | null;
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly exe: string | null;
  readonly comm: string | null;
  readonly gid: number | null;
  /** Whose rights it had: another one's than `uid` in a setuid program. */
  readonly euid: number | null;
  readonly session: number | null;
  /** What was above it, nearest first. Missing: nobody asks for it, so it was not looked up. */
  readonly parents?: readonly string[];
  /** There were more, or they had ended. */
  readonly isParentsCut?: boolean;
  /** Of systemd. */
  readonly unit?: string | null;
}

export interface FileEvent {
  /**
   * Of audit: `node:milliseconds:serial:kind-inode`. An event that is delivered twice is kept once. Missing: the
   * counter of the index is its id. The time belongs to it because the kernel counts from 1 again after each start.
   */
  readonly id?: string;
  /** Milliseconds since 1970. Of a comparison: when it was found. */
  readonly atMs: number;
  readonly kind: EventKind;
  readonly path: Uint8Array;
  /** rename, link: the new name; exchange: the other one. */
  readonly to?: Uint8Array;
  readonly origin: EventOrigin;
  /** Missing: the source does not know. */
  readonly actor?: Actor;
  /** The source knows who did it and keeps it back: it is not proven that the owner of this index may see it. */
  readonly isWithheld?: true;
}

/** An event and where its effects are looked for: its own names, and others of the same file. */
export interface ReportedEvent {
  readonly event: FileEvent;
  readonly paths: readonly Uint8Array[];
  /** Missing: the source does not say. */
  readonly isFolder?: boolean;
}
