/** Asks the daemon that holds the index to do something, and waits until it is done. */
import { setTimeout as pause } from 'node:timers/promises';
import { FindTextError } from '../../shared/errors.js';
import { lockHolder } from '../../shared/store/lock.js';
import { clearMailbox, readAnswer, sendRequest, signOfLife, type Wish } from '../forget/mailbox.js';

const POLL_MS = 100;
/** How long a daemon may show no sign of life. */
const PATIENCE_MS = 15_000;

/** @returns undefined when there is no daemon, or none any more. */
export async function askDaemon<Done>(
  dataDirectory: string,
  wish: Wish,
  paths: readonly Buffer[],
): Promise<Done | undefined> {
  if (!lockHolder(dataDirectory, 'daemon')) return undefined;
  const id = `${process.pid} ${performance.timeOrigin}`;
  clearMailbox(dataDirectory);
  sendRequest(dataDirectory, { id, wish, paths });
  let lastSign = '';
  for (let seenMs = performance.now(); ; await pause(POLL_MS)) {
    const answer = readAnswer<Done>(dataDirectory, id);
    if (answer) return answer;
    const holder = lockHolder(dataDirectory, 'daemon');
    if (!holder) return undefined;
    const sign = signOfLife(dataDirectory);
    if (sign !== lastSign) seenMs = performance.now();
    lastSign = sign;
    if (performance.now() - seenMs > PATIENCE_MS) throw noAnswer(wish, holder.pid);
  }
}

function noAnswer(wish: Wish, pid: number): FindTextError {
  const message = `${wish}: the daemon (process ${pid}) does not answer`;
  return new FindTextError('FT_STORE_BUSY', message, {
    hint: '`find-textd status` says whether it stands still; end it, then try again',
  });
}
