/**
 * A rule that ignores a program believes its file: nobody but root may be able to put another one in its place.
 * Looks at the disk.
 */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { isGroupOfOne, userName } from '../../../shared/accounts.js';
import { systemCode } from '../../../shared/errors.js';

const BY_GROUP = 0o020;
const BY_ALL = 0o002;

export type ProgramCheck = { readonly realPath: string } | { readonly refused: string };

export function checkProgram(path: string): ProgramCheck {
  if (!path.startsWith('/')) return { refused: 'is not a whole path, as /usr/bin/vim' };
  try {
    const realPath = realpathSync.native(path);
    const refused = whyNotPlain(lstatSync(realPath)) ?? whyNotTrusted(realPath);
    return refused === undefined ? { realPath } : { refused };
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'is not there' : `cannot be looked at (${systemCode(error)})`;
    return { refused: `${why}; another user could put something there` };
  }
}

function whyNotPlain(stat: Stats): string | undefined {
  if (!stat.isFile()) return 'is not a file';
  return (stat.mode & 0o111) === 0 ? 'is not a program: nobody may execute it' : undefined;
}

/** From the file up to the root folder. */
function whyNotTrusted(path: string): string | undefined {
  const { uid, gid, mode } = lstatSync(path);
  if (uid !== 0) return `is not safe from others: ${path} belongs to ${userName(uid)}, not to root`;
  const isOpen = (mode & BY_ALL) !== 0 || ((mode & BY_GROUP) !== 0 && !isGroupOfOne(gid, 0));
  if (isOpen) return `is not safe from others: users other than root can write to ${path}`;
  return path === '/' ? undefined : whyNotTrusted(dirname(path));
}
