/** For a daemon that meets a full disk before it has an index to wait with. */
import { setTimeout as pause } from 'node:timers/promises';
import { FindTextError } from '../../shared/errors.js';
import { type Context, say } from './context.js';

const PAUSE_MS = 1_000;

/**
 * Does it as soon as the disk has room.
 * @throws FT_STORE_FULL when stopped
 */
export async function whenThereIsRoom<T>(context: Context, action: () => T, stopped?: AbortSignal): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof FindTextError) || error.code !== 'FT_STORE_FULL' || stopped?.aborted) throw error;
      if (!isTold) say(context, `${error.message}: waiting until it has room`);
      await pause(PAUSE_MS, undefined, stopped ? { signal: stopped } : {}).catch(() => {});
    }
  }
}
