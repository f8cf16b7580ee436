/**
 * Ends a thread that was asked to end, also one that waits in the kernel for a volume that does not answer: nobody can
 * end that one, and process.exit would wait for it.
 */
import type { Worker } from 'node:worker_threads';

/** For the thread to end by itself, */
const PATIENCE_MS = 1_000;
/** and after it was told to stop where it is. */
const TERMINATION_MS = 5_000;

let stuckThreads = 0;

/**
 * Resolves when it has ended, or cannot be ended.
 * @param ended  resolves with its exit
 */
export async function endThread(worker: Pick<Worker, 'terminate'>, ended: Promise<unknown>): Promise<void> {
  if (await isOverWithin(PATIENCE_MS, ended)) return;
  stuckThreads++;
  void ended.then(() => stuckThreads--);
  void worker.terminate();
  await isOverWithin(TERMINATION_MS, ended);
}

/** Then process.exit would wait for it. */
export function hasStuckThread(): boolean {
  return stuckThreads > 0;
}

async function isOverWithin(ms: number, ended: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([ended.then(() => true), enough]);
  } finally {
    clearTimeout(timer);
  }
}
