/** What the person asked for: real paths of the folders, whose they are, and where their daemons write themselves. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { FindTextError, systemCode } from '../../../shared/errors.js';
import { type Locations, locate } from '../../../shared/locations.js';
import type { Owner } from '../log/open-slots.js';
import type { Account } from './accounts.js';
import type { Wanted } from './plan.js';
import { setupError } from './setup-error.js';

export interface Invoker {
  /** Who typed the command: through sudo, the user of before. */
  readonly uid: number;
  /** Where this process would keep its index; only right for the invoker himself, without sudo. */
  readonly locations: Locations | undefined;
}

export function invoker(locations: Locations, env: NodeJS.ProcessEnv = process.env): Invoker {
  const sudoUid = Number(env.SUDO_UID || Number.NaN);
  const isSudo = process.getuid?.() === 0 && Number.isInteger(sudoUid) && sudoUid > 0;
  return isSudo ? { uid: sudoUid, locations: undefined } : { uid: process.getuid?.() ?? 0, locations };
}

/**
 * @param owner  name or number of who may read the log; without it the folder's owner, and for a folder of root's the invoker.
 * @throws FindTextError FT_ROOT_MISSING
 */
export function wantedRoots(
  directories: readonly string[],
  owner: string | undefined,
  accounts: readonly Account[],
  by: Invoker,
): Wanted['roots'] {
  const given = owner === undefined ? undefined : accountOf(owner, accounts);
  return directories.map((directory) => {
    const path = realFolder(directory);
    const stat = statSync(path);
    const uid = stat.uid === 0 ? by.uid : stat.uid;
    const gid = accounts.find((account) => account.uid === uid)?.gid ?? stat.gid;
    return { path, owner: given ?? { uid, gid } };
  });
}

function realFolder(directory: string): Buffer {
  try {
    const path = realpathSync(resolve(directory), { encoding: 'buffer' });
    if (statSync(path).isDirectory()) return path;
  } catch (error) {
    throw missing(directory, `${systemCode(error)}`, error);
  }
  throw missing(directory, 'it is not a folder');
}

function missing(directory: string, why: string, cause?: unknown): FindTextError {
  return new FindTextError('FT_ROOT_MISSING', `watch ${directory}: ${why}`, { cause });
}

function accountOf(owner: string, accounts: readonly Account[]): Owner {
  const account = accounts.find(({ name, uid }) => name === owner || String(uid) === owner);
  if (!account) throw setupError(`give the change log to ${owner}`, 'there is no such user');
  return { uid: account.uid, gid: account.gid };
}

/** Where the daemons of these users write: the index, the state. */
export function ownFolders(roots: Wanted['roots'], accounts: readonly Account[], by: Invoker): Wanted['ownFolders'] {
  const owners = new Map(roots.map(({ owner }) => [owner.uid, owner]));
  return [...owners.values()].flatMap((owner) => {
    const isInvoker = owner.uid === by.uid && by.locations !== undefined;
    const home = accounts.find(({ uid }) => uid === owner.uid)?.home;
    const places = isInvoker ? by.locations : home && locate({ HOME: home });
    if (!places) return [];
    const folders = [places.dataDirectory, places.stateDirectory, places.runtimeDirectory];
    return folders
      .filter((folder) => !folder.startsWith('/nonexistent'))
      .map((path) => ({ path: realOf(path), owner }));
  });
}

/** The path without symlinks, of which the end may not exist yet. */
function realOf(path: string): string {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return join(realpathSync(existing), relative(existing, path));
}
