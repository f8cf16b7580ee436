/**
 * What of a watched folder its owner wants to know the readers of: the rules in his own configuration. Read by root,
 * so nothing but his own file counts, and it says nothing about what is not in his folder.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { locate } from '../../../shared/locations.js';
import { pathKey } from '../../../shared/path-key.js';
import type { ReadsOf } from '../../audit/install/install.js';
import { parseNotify } from '../../notify/rules/parse-notify.js';
import { readsOf } from '../../notify/rules/reads-of-rules.js';
import { PLACES } from '../../rules/rules.js';

const MAX_BYTES = 1 << 20;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** @returns undefined when no rule of the owner's asks for reads there. @throws FindTextError FT_CONFIG_INVALID */
export const readsAsked: ReadsOf = ({ path, owner }, home, ownFile) => {
  const file = ownFile ?? (home && locate({ HOME: home }).configFile);
  const text = file && readOf(file, owner.uid);
  if (!file || !text?.includes('notify')) return undefined;
  const places = home ? { ...PLACES, home: pathKey(Buffer.from(home)) } : PLACES;
  const { compiled } = parseNotify(text, file, { roots: [path], places });
  return readsOf(compiled, path);
};

/** What somebody else has put there is not his wish. */
function readOf(file: string, uid: number): string | undefined {
  let fd: number;
  try {
    fd = openSync(file, READING);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    const isHis = stat.isFile() && stat.uid === uid && (stat.mode & 0o002) === 0 && stat.size <= MAX_BYTES;
    return isHis ? readFileSync(fd, 'utf8') : undefined;
  } finally {
    closeSync(fd);
  }
}
