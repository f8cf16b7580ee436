/**
 * Is this file root's alone, from `/` down to itself? Asked before root reads its configuration from it, runs it or
 * installs it. auditd itself accepts programs that anybody may write to, and symlinks.
 */
import { lstatSync, type Stats } from 'node:fs';
import { systemCode } from '../../../shared/errors.js';

const STICKY = 0o1000;
const OTHERS_MAY_WRITE = 0o022;

export interface PathTrust {
  /** Who besides root may own it: the process itself, which matters in tests without root. */
  readonly trustedUids: readonly number[];
  /** Mode bits that must not be set. */
  readonly forbidden: number;
}

const OWN: PathTrust = { trustedUids: [0, process.geteuid?.() ?? 0], forbidden: OTHERS_MAY_WRITE };

export interface Distrust {
  /** The part of the path that is wrong. */
  readonly path: string;
  readonly fault: 'missing' | 'unseen' | 'symlink' | 'kind' | 'owner' | 'mode';
  readonly text: string;
}

/**
 * @param path  absolute
 * @returns why it cannot be trusted; undefined when it can. A folder like /tmp (sticky) passes: what lies in it is
 * root's itself, or is refused, and nobody else can rename or remove it.
 */
export function whyUntrusted(path: string, trust: PathTrust = OWN): string | undefined {
  const wrong = findDistrust(path, trust);
  return wrong && `${wrong.path} ${wrong.text}`;
}

/** As whyUntrusted: what is wrong with which part. */
export function findDistrust(path: string, trust: PathTrust = OWN): Distrust | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (let count = 0; count <= parts.length; count++) {
    const prefix = `/${parts.slice(0, count).join('/')}`;
    const wrong = whyWrong(prefix, count === parts.length, trust);
    if (wrong) return { path: prefix, fault: wrong[0], text: wrong[1] };
  }
  return undefined;
}

type Wrong = readonly [fault: Distrust['fault'], text: string];

function whyWrong(path: string, isLast: boolean, { trustedUids, forbidden }: PathTrust): Wrong | undefined {
  let stat: Stats;
  try {
    stat = lstatSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ['missing', 'does not exist'];
    return ['unseen', `cannot be looked at (${systemCode(error)})`];
  }
  if (stat.isSymbolicLink()) return ['symlink', 'is a symbolic link'];
  if (!stat.isDirectory() && !(isLast && stat.isFile()))
    return ['kind', isLast ? 'is not a file or folder' : 'is not a folder'];
  if (!trustedUids.includes(stat.uid)) return ['owner', `belongs to user ${stat.uid}, not to root`];
  const isSticky = stat.isDirectory() && !isLast && (stat.mode & STICKY) !== 0;
  if ((stat.mode & forbidden) === 0 || isSticky) return undefined;
  return ['mode', `may be written to by others (mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')})`];
}
