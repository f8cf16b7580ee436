/** Run; if asked meanwhile, run once more: any number of calls while one runs lead to a single run after it. */

/**
 * @returns what asks for a run. The call that begins it resolves, or rejects, when no more is wanted; a call meanwhile
 * resolves at once.
 */
export function coalesced(run: () => Promise<void>): () => Promise<void> {
  let isRunning = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isWanted) {
        isWanted = false;
        await run();
      }
    } finally {
      // In the same step as the last look at `isWanted`: a call in between would be lost.
      isRunning = false;
    }
  };
}
