/** What `find-textd forget` does in the history of integrity monitoring, where there is one, and says of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { type Db, emptyLog } from '../../shared/store/open.js';
import { forgetNames, type NamesLeft } from '../notify/forget-names.js';
import { loadNotify } from '../notify/rules/load-notify.js';
import { hasHistory, openNotify } from '../notify/store.js';
import { Watched } from '../notify/watched.js';
import { PLACES } from '../rules/rules.js';
import type { Context } from './context.js';

const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** @returns undefined: there is none. @throws FindTextError FT_STORE_… */
export async function forgetInHistory(
  { locations: { dataDirectory, configFile } }: Context,
  paths: readonly Buffer[],
  roots: readonly Buffer[],
): Promise<string | undefined> {
  if (!hasHistory(dataDirectory)) return undefined;
  const isWatched = await watchedBy(configFile, roots);
  const db = openNotify(dataDirectory);
  try {
    const left = forgetNames(db, paths, isWatched);
    await wipe(db);
    return textOf(left);
  } finally {
    db.close();
  }
}

/** The daemon reads and writes it meanwhile, a moment at a time. */
async function wipe(db: Db): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !emptyLog(db); await pause(POLL_MS)) {
    if (performance.now() < endMs) continue;
    throw new FindTextError('FT_STORE_BUSY', 'wipe the history of integrity monitoring: it is being read', {
      hint: 'end the program that reads it, then forget again',
    });
  }
}

/** Rules that are wrong may watch anything: those of before go on. */
async function watchedBy(configFile: string, roots: readonly Buffer[]): Promise<(path: Buffer) => boolean> {
  try {
    const { set } = await loadNotify(configFile, { roots, places: PLACES });
    const watched = new Watched(set, roots, []);
    return (path) => watched.has(path);
  } catch {
    return () => true;
  }
}

function textOf({ entries, messages, watched }: NamesLeft): string {
  const left = [
    ...(entries > 0 ? [entries === 1 ? '1 entry' : `${entries} entries`] : []),
    ...(messages > 0 ? [counted(messages, 'message')] : []),
    ...(watched > 0 ? [counted(watched, 'watched name')] : []),
  ];
  const wiped = 'what integrity monitoring knew of them is wiped';
  return left.length === 0 ? wiped : `${wiped}; ${left.join(', ')} stay in its history, which would not verify without`;
}
