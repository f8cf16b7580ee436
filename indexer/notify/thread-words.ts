/** What the notify thread is given and what it says. Nothing here runs. */
import type { Json } from './payload.js';
import type { OwnKind } from './words.js';

export interface NotifyThreadOptions {
  readonly indexFile: string;
  /** Of notify.db. */
  readonly dataDirectory: string;
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** Folders of find-text itself. */
  readonly own: readonly Uint8Array[];
  /** The text of the configuration, and the file that it is from. */
  readonly config: { readonly text: string; readonly file: string };
  readonly maxHashBytes: number;
  readonly keepMs: number;
  /** 0: none. */
  readonly heartbeatMs: number;
  /** Own events that are told; missing: all. */
  readonly ownKinds?: readonly OwnKind[];
  /** Everything that is told is said here, too. */
  readonly isEchoing?: boolean;
}

/** `poke`: there is news in the index. */
export type ToNotifyThread = 'poke' | 'end';

export type FromNotifyThread =
  /** Everything that is watched has been looked at. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'notice'; readonly text: string }
  /** Until one with undefined. */
  | { readonly kind: 'trouble'; readonly text: string | undefined }
  | { readonly kind: 'told'; readonly payload: Json }
  /** It cannot go on. */
  | { readonly kind: 'failed'; readonly text: string };
