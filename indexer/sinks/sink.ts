/** Where a commit goes after it is in the index: the border to what is made of changes outside of it. Nothing here runs. */
import type { Change, Commit } from '../words.js';

export interface Sink {
  /** Messages name it. */
  readonly name: string;
  /** It reads the events of the index itself: it is told of each commit, without the changes. */
  readonly isFollower?: boolean;
  /** Asked for each change in the thread of the event loop: it neither waits nor fails. */
  interest(change: Change): boolean;
  /** Only with changes of interest, one commit at a time. Rejects when they could not be handed over: they are handed over again. */
  deliver(commit: Commit): Promise<void>;
  /** These paths leave the index, with their events. Resolves when it has what it needs of them; never rejects. */
  beforeForget?(paths: readonly Uint8Array[]): Promise<void>;
  /** Resolves when it has let go of everything. */
  close?(): Promise<void>;
}
