/** What inotify.ts and its thread say to each other. */

/**
 * 2,000 events with names of up to 15 bytes: about 3 ms of work, and 10 ms more when each path is looked up in the
 * ignore rules.
 */
export const SLICE_BYTES = 64 * 1024;

/** `events`: as soon as there are any. `all`: what the kernel has now, at once, be it nothing. */
export type ThreadRequest = 'events' | 'all' | 'end';

export interface ThreadAnswer {
  /** Whole records, in order. */
  readonly slices: readonly Uint8Array[];
  /** Given to `all`. False: the kernel has more than is read at once. */
  readonly isAll?: boolean;
}
