/**
 * Is a watched folder still the one that was noted at installation? The kernel finds it by its path each time the rules
 * are loaded. A user who owns a folder above it may have put a symlink to somebody else's files in the way. Bound by
 * the plugin while it is root, and asked again without root when rules are loaded.
 *
 * Where root alone owns every folder above, nobody can do so. Otherwise the folder is held open, without a right to
 * read it, and the kernel says where it is now. Volumes that a user mounted himself are not looked at: they may hang,
 * and lie.
 */
import { close, constants, fstatSync, lstatSync, open, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { fromPathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import type { FolderIdentity, WatchedRoot } from './audit-config.js';

export interface RootBinding {
  /** Why the path does not lead to the folder now; undefined when it does. Looks at no disk. */
  whyLoose(): string | undefined;
}

/** The folder, held open where it has to be looked after, or why it is another one. */
export interface FoundFolder {
  readonly fd?: number;
  readonly why?: string;
}

/** Linux: no right to read what is opened; Node has no name for it. */
const O_PATH = 0o10000000;
const FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OTHERS_MAY_WRITE = 0o022;
const SLASH = 0x2f;
const PATIENCE_MS = 1000;

export const OTHER_FOLDER = 'another folder stands there than at the installation, or a symbolic link leads elsewhere';

/** A folder that was never noted is taken as it is. Needs root. */
export async function findFolder({ path, folder }: Pick<WatchedRoot, 'path' | 'folder'>): Promise<FoundFolder> {
  if (!folder) return {};
  if (isSteady(path)) return because(whyOtherOwner(path, folder));
  if (isOnUserVolume(path, readFileSync('/proc/self/mountinfo')))
    return because('it is on a volume that a user mounted');
  const fd = await openFolder(path);
  if (fd === undefined) return because('it cannot be opened as a folder');
  const { ino, uid } = fstatSync(fd);
  if (ino === folder.inode && uid === folder.uid) return { fd };
  close(fd);
  return because(OTHER_FOLDER);
}

function because(why: string | undefined): FoundFolder {
  return why === undefined ? {} : { why };
}

export function bindTo({ fd, why }: FoundFolder, path: Buffer): RootBinding {
  return { whyLoose: () => (fd === undefined || isAt(fd, path) ? why : OTHER_FOLDER) };
}

/** True when root alone can put something else in the place of the folder, or of one above it. */
export function isSteady(path: Buffer): boolean {
  for (let at = path.indexOf(SLASH, 1); ; at = path.indexOf(SLASH, at + 1)) {
    const stat = tryStat(at < 0 ? Buffer.from('/') : path.subarray(0, at));
    if (!stat?.isDirectory() || stat.uid !== 0 || (stat.mode & OTHERS_MAY_WRITE) !== 0) return false;
    if (at < 0) return true;
  }
}

/** A volume that is not mounted yet has no owner. */
function whyOtherOwner(path: Buffer, { uid }: FolderIdentity): string | undefined {
  const stat = tryStat(path);
  return stat && (stat.uid !== uid || !stat.isDirectory()) ? OTHER_FOLDER : undefined;
}

/** True when a mount on the way to the path was made by an ordinary user, by FUSE. */
export function isOnUserVolume(path: Buffer, mountInfo: Buffer): boolean {
  return mountInfo
    .toString('latin1')
    .split('\n')
    .some((line) => {
      const point = (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 8)),
      );
      return / - fuse/.test(line) && /\buser_id=[1-9]/.test(line) && point !== '' && isWithin(path, fromPathKey(point));
    });
}

/** Part by part, for a symlink on the way may lead to where a look hangs. */
async function openFolder(path: Buffer): Promise<number | undefined> {
  let fd = await openPart(Buffer.from('/'));
  for (let from = 1; from < path.length && fd !== undefined; ) {
    const slash = path.indexOf(SLASH, from);
    const to = slash < 0 ? path.length : slash;
    const next = await openPart(Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), path.subarray(from, to)]));
    close(fd);
    fd = next;
    from = to + 1;
  }
  return fd;
}

/** Never waits for long: the machine waits for the plugin. What comes too late is closed. */
function openPart(path: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    let isTooLate = false;
    const patience = setTimeout(() => {
      isTooLate = true;
      resolve(undefined);
    }, PATIENCE_MS);
    open(path, FLAGS, (error, fd) => {
      clearTimeout(patience);
      if (!error && isTooLate) close(fd);
      resolve(error ? undefined : fd);
    });
  });
}

/**
 * The kernel tells where a folder is that is held open, without symlinks; of one that is gone it says so in the path.
 */
function isAt(fd: number, path: Buffer): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).equals(path);
  } catch {
    return false;
  }
}

function tryStat(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
