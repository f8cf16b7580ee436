/** How often, and how soon, is a path tried again that failed for a passing reason? Pure. */
import type { QueueEntry, WriteOp } from '../words.js';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** Then it waits for its next change. */
const MAX_ATTEMPTS = 6;
/** What ends its extractor so many times rests until it changes: each time may cost half a minute. */
export const MAX_KILLS = 3;
/** Before it is tried once more: whatever else there is to do is done by then. */
export const KILL_REST_MS = 10 * 60_000;

export function hasAttemptsLeft({ attempt }: QueueEntry): boolean {
  return attempt < MAX_ATTEMPTS;
}

/** What is to be said of a file that has ended its extractor so many times. */
export function killsText(kills: number): string {
  if (kills < MAX_KILLS) return `tried ${kills} of ${MAX_KILLS} times, and again in ${KILL_REST_MS / 60_000} min`;
  return `tried ${kills} times: it rests until it changes, or \`find-textd retry\``;
}

export function retryOp({ path, attempt }: QueueEntry): Extract<WriteOp, { kind: 'retry' }> {
  return { kind: 'retry', path, afterMs: Math.min(FIRST_RETRY_MS * 2 ** attempt, MAX_RETRY_MS) };
}
