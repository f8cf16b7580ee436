/** After the start: how far the first index is, until it is complete. */
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../../../shared/counted.js';
import { FindTextError } from '../../../shared/errors.js';
import type { Context } from '../context.js';
import { progressText } from '../progress-line.js';
import { readStatus, type Status } from '../status.js';
import type { Machine } from './machine.js';

const LOOK_EVERY_MS = 500;
/** A daemon that has not come up by then will not. */
const START_MS = 30_000;

/** @throws FindTextError FT_INSTALL_FAILED when no daemon is there */
export async function followIndexing(
  context: Context,
  { stdout, isTerminal }: Pick<Machine, 'stdout' | 'isTerminal'>,
): Promise<void> {
  const startMs = performance.now();
  if (isTerminal) stdout.write('the first index, if there was none (Ctrl-C ends this view, not the daemon):\n');
  for (;;) {
    const status = tryStatus(context);
    const elapsedMs = performance.now() - startMs;
    if (!status?.daemon.isRunning && elapsedMs > START_MS) throw notUp();
    if (status && isReady(status)) {
      stdout.write(`${isTerminal ? '\r\u001b[K' : ''}ready: ${counted(status.index.documents, 'file')} searchable\n`);
      return;
    }
    if (!isTerminal && status?.daemon.isRunning)
      return void stdout.write('it indexes now: `find-textd status` says how far it is\n');
    if (status?.state && isTerminal)
      stdout.write(`\r${progressText(status.state, elapsedMs).slice(0, (stdout.columns ?? 80) - 1)}\u001b[K`);
    await pause(LOOK_EVERY_MS);
  }
}

function isReady({ daemon, isComplete, state, queued }: Status): boolean {
  return daemon.isRunning && !daemon.isStarting && isComplete && state !== undefined && queued === 0;
}

/** There is no index yet, or it is just being made. */
function tryStatus(context: Context): Status | undefined {
  try {
    return readStatus(context);
  } catch (error) {
    if (error instanceof FindTextError) return undefined;
    throw error;
  }
}

function notUp(): FindTextError {
  return new FindTextError('FT_INSTALL_FAILED', 'start the daemon: it is set up, but has not come up', {
    hint: '`journalctl --user -u find-textd` says why, or `find-textd run`; `find-textd doctor` looks for the reason',
  });
}
