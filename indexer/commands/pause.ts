/** `find-textd pause`, `find-textd resume`: the daemon collects changes without working on them, now or when it is started. */
import { readActivity, restText } from '../../shared/activity.js';
import { FindTextError } from '../../shared/errors.js';
import { lockHolder } from '../../shared/store/lock.js';
import { parseDuration } from '../budget/parse-duration.js';
import type { Pauses } from '../budget/pauses.js';
import { type Context, pausesOf, say } from './context.js';

const PATIENCE_MS = 5000;
const POLL_MS = 50;

/** Resolves when the daemon rests, if one runs. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_FAILED when it cannot be told. */
export async function pause(context: Context, time: string | undefined): Promise<void> {
  const seconds = time === undefined ? undefined : parseDuration(time);
  const pauses = pausesOf(context);
  const before = pauses.current();
  tell(context, () => pauses.pause(seconds));
  const isResting = await untilResting(context);
  const instead = before?.kind === 'user' ? ` (before: ${restText(before, Date.now())})` : '';
  say(context, `paused ${nowText(pauses)}${instead}${isResting}`);
}

export function resume(context: Context): void {
  const pauses = pausesOf(context);
  const before = pauses.current();
  tell(context, () => pauses.resume());
  const still = pauses.current();
  if (still) say(context, `still paused ${restText(still, Date.now())}`);
  else say(context, before ? 'the pause has ended' : 'there was no pause');
}

/** @returns what to add to the message: '' when a daemon rests now. */
export async function untilResting(context: Context): Promise<string> {
  const { dataDirectory, runtimeDirectory } = context.locations;
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (readActivity(runtimeDirectory)?.rest) return '';
    if (!lockHolder(dataDirectory, 'daemon')) return '; no daemon runs now, one that is started waits';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return '; the daemon has not answered yet';
}

/** @throws FindTextError FT_STORE_FAILED */
export function tell(context: Context, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { runtimeDirectory } = context.locations;
    throw new FindTextError(
      'FT_STORE_FAILED',
      `tell the daemon through ${runtimeDirectory}: ${(error as Error).message}`,
      {
        cause: error,
        hint: 'that folder must be writable; it is find-text in $XDG_RUNTIME_DIR, else find-text/run in $XDG_STATE_HOME',
      },
    );
  }
}

function nowText(pauses: Pauses): string {
  const rest = pauses.current();
  return rest ? restText(rest, Date.now()) : 'no more';
}
