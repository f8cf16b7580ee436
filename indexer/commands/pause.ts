/**
 * `find-textd pause`, `find-textd resume`: the daemon collects changes without working on them, now or when it is
 * started.
 */
import { type Rest, restText } from '../../shared/activity.js';
import { readDaemon } from '../../shared/answer/daemon.js';
import { cleanText } from '../../shared/path-text.js';
import { lockHolder } from '../../shared/store/lock.js';
import { guard } from '../../shared/store/open.js';
import { parseDuration } from '../budget/parse-duration.js';
import type { Pauses } from '../budget/pauses.js';
import { type Context, pausesOf, say } from './context.js';

/** The daemon looks once a second; on a busy machine its turn may come later. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;
const NOBODY_RESTS = 1;

/**
 * Resolves when the daemon rests. Sets process.exitCode when none does: the wish waits for it.
 * @throws FindTextError FT_CONFIG_INVALID, FT_FOLDER_UNUSABLE and FT_STORE_… when it cannot be told.
 */
export async function pause(context: Context, time: string | undefined): Promise<void> {
  const seconds = time === undefined ? undefined : parseDuration(time);
  const pauses = pausesOf(context);
  const before = pauses.current();
  tell(context, () => pauses.pause(seconds));
  const trouble = await untilResting(context);
  const instead = before?.kind === 'user' ? ` (before: ${restText(before, Date.now())})` : '';
  say(context, `paused ${nowText(pauses)}${instead}${trouble}`);
  if (trouble) process.exitCode = NOBODY_RESTS;
}

/** Resolves when the daemon goes on. @throws FindTextError FT_FOLDER_UNUSABLE and FT_STORE_… when it cannot be told. */
export async function resume(context: Context): Promise<void> {
  const pauses = pausesOf(context);
  const before = pauses.current();
  tell(context, () => pauses.resume());
  await untilGoingOn(context);
  const still = pauses.current();
  if (still) say(context, `still paused ${restText(still, Date.now())}`);
  else say(context, before ? 'the pause has ended' : 'there was no pause');
}

/** @returns what to add to the message: '' when a daemon rests now. */
export async function untilResting(context: Context): Promise<string> {
  const { dataDirectory } = context.locations;
  const index = cleanText(dataDirectory);
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (readDaemon(dataDirectory).activity?.rest) return '';
    if (!lockHolder(dataDirectory, 'daemon'))
      return `; no daemon runs now, one that is started waits (of the index in ${index})`;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return `; the daemon of the index in ${index} has not answered: see \`find-textd status\``;
}

/** Until then a search says that it is paused. */
export async function untilGoingOn(context: Context): Promise<void> {
  const { dataDirectory } = context.locations;
  const pauses = pausesOf(context);
  const isTold = () => isWish(readDaemon(dataDirectory).activity?.rest) && pauses.current() === undefined;
  for (const deadline = performance.now() + PATIENCE_MS; isTold() && performance.now() < deadline; )
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function isWish(rest: Rest | null | undefined): boolean {
  return rest?.kind === 'user' || rest?.kind === 'command';
}

/** @throws FindTextError FT_FOLDER_UNUSABLE, FT_STORE_… */
export function tell({ locations: { dataDirectory } }: Context, write: () => void): void {
  guard(`tell the daemon through ${dataDirectory}`, write);
}

function nowText(pauses: Pauses): string {
  const rest = pauses.current();
  return rest ? restText(rest, Date.now()) : 'no more';
}
