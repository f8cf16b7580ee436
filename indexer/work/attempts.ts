/** How often, and how soon, is a path tried again that failed for a passing reason? Pure. */
import type { QueueEntry, WriteOp } from '../words.js';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** Then it waits for its next change. */
const MAX_ATTEMPTS = 6;

export function hasAttemptsLeft({ attempt }: QueueEntry): boolean {
  return attempt < MAX_ATTEMPTS;
}

export function retryOp({ path, attempt }: QueueEntry): Extract<WriteOp, { kind: 'retry' }> {
  return { kind: 'retry', path, afterMs: Math.min(FIRST_RETRY_MS * 2 ** attempt, MAX_RETRY_MS) };
}
