/** What the person asked for: real paths of the folders, whose they are, and where their daemons write themselves. */
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { FindTextError, systemCode } from '../../../shared/errors.js';
import { type Locations, locate } from '../../../shared/locations.js';
import type { Owner } from '../log/open-slots.js';
import type { FolderIdentity, WatchedRoot } from '../plugin/audit-config.js';
import { isOnUserVolume } from '../plugin/root-binding.js';
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
 * @param owner  name or number of who may read the log; without it the folder's owner, and for a folder of root's the
 * invoker.
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
    const stat = lstatSync(path);
    const uid = stat.uid === 0 ? by.uid : stat.uid;
    const gid = accounts.find((account) => account.uid === uid)?.gid ?? stat.gid;
    return { path, owner: given ?? { uid, gid }, folder: { inode: stat.ino, uid: stat.uid } };
  });
}

/**
 * The folders of before, each bound again to what stands there now, if it is a folder of the same user with nobody's
 * symlink on the way. Else it stays noted as it was, and `loose` says why no rule may be set for it.
 */
export function boundAgain(roots: readonly WatchedRoot[]): { roots: WatchedRoot[]; loose: Map<WatchedRoot, string> } {
  const loose = new Map<WatchedRoot, string>();
  const bound = roots.map((root) => {
    const found = lookAt(root);
    if (typeof found !== 'string') return { ...root, folder: found };
    loose.set(root, found);
    return root;
  });
  return { roots: bound, loose };
}

/** @returns why the path does not lead to a folder of the user it was noted for. */
export function lookAt({ path, folder }: WatchedRoot): FolderIdentity | string {
  if (isOnUserVolume(path, readFileSync('/proc/self/mountinfo'))) return 'it is on a volume that a user mounted';
  try {
    if (!realpathSync(path, { encoding: 'buffer' }).equals(path)) return 'a symbolic link leads elsewhere';
    const stat = lstatSync(path);
    if (!stat.isDirectory()) return 'it is no folder';
    if (folder && stat.uid !== folder.uid) return `it belongs to user ${stat.uid} now, not to ${folder.uid}`;
    return { inode: stat.ino, uid: stat.uid };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? 'it is not there' : `${systemCode(error)}`;
  }
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

/** Where the daemons of these users write: the index, the state. Each matters for the logs of its user alone. */
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
      .flatMap((path) => [...new Set([path, realOf(path)])].map((each) => ({ path: each, owner })));
  });
}

/** The path without symlinks, of which the end may not exist yet. */
function realOf(path: string): string {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return join(realpathSync(existing), relative(existing, path));
}
