/** Opens the session of a daemon: on the current index, or on a new one where there is none or it is damaged. */
import { currentIndexFile, makeCurrent, nextIndexFile, setAside } from '../../shared/store/generation.js';
import { toStoreError } from '../../shared/store/open.js';
import { Session } from '../session.js';
import type { SessionOptions } from '../session-parts.js';
import { chooseSource } from './choose-source.js';
import { type Context, noticesTo, say, tellTroubles } from './context.js';
import { whenThereIsRoom } from './full-disk.js';
import type { SessionEnding } from './session-ending.js';
import type { LocatedWishes } from './session-wishes.js';

export async function openSession(context: Context, wishes: LocatedWishes, ending: SessionEnding): Promise<Session> {
  const { dataDirectory } = context.locations;
  const options = await sessionOptions(context, wishes, ending);
  const current = currentIndexFile(dataDirectory);
  try {
    if (current) return await Session.open({ ...options, file: current });
  } catch (error) {
    putAside(context, error);
  }
  const file = nextIndexFile(dataDirectory);
  const session = await Session.open({ ...options, file });
  try {
    await whenThereIsRoom(context, () => makeCurrent(dataDirectory, file), ending.stopped);
    return session;
  } catch (error) {
    await session.stop();
    throw error;
  }
}

async function sessionOptions(
  context: Context,
  { roots, lastAliveMs, budget, volumes, source, monitor, rules, commands }: LocatedWishes,
  { end, stopped }: SessionEnding,
): Promise<Omit<SessionOptions, 'file'>> {
  const { config, locations } = context;
  const { dataDirectory, stateDirectory, runtimeDirectory } = locations;
  const notify = monitor ? monitor.wishes(roots.paths) : await rules?.wishes();
  return {
    roots: roots.paths,
    named: roots.named,
    makeSource: chooseSource(source ?? config.source, { ...config, wantsAncestry: notify !== undefined }, roots.paths),
    config,
    budget,
    volumes,
    notify,
    commands,
    ownDirectories: [dataDirectory, stateDirectory, runtimeDirectory, ...(monitor?.own ?? [])],
    lastAliveMs,
    stopped,
    listener: {
      failed: (error) => end({ error }),
      ...noticesTo(context),
      troubled: (all, fresh) => tellTroubles(context, all, fresh),
    },
  };
}

/**
 * A damaged index is kept for the user, and whoever opens the current one next builds a new one.
 * @throws any other error
 */
export function putAside(context: Context, error: unknown): void {
  const { code, message } = toStoreError('work with the index', error);
  const current = currentIndexFile(context.locations.dataDirectory);
  if (code !== 'FT_STORE_CORRUPT' || !current) throw error;
  say(context, `${message}: it is kept as ${setAside(current)}, a new index is built`);
}
