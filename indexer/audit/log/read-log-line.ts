/** One line of a change log → what it says. Refuses what the plugin would not have written for this root. */
import { isWithin } from '../../../shared/path-within.js';
import type { FileChange, Place } from '../changes/file-change.js';
import { tryReadChange } from '../changes/read-change-line.js';
import { type Gap, tryParseGap } from './gap.js';

export type LogItem = FileChange | Gap;

const OURSELVES = Buffer.from('{"kind":"');
const MAX_GAP_BYTES = 1000;

/** @param line  without its line feed. @returns undefined for what is to be refused, null for a header. */
export function tryReadLogLine(line: Buffer, root: Uint8Array): LogItem | null | undefined {
  if (line.subarray(0, OURSELVES.length).equals(OURSELVES)) return tryReadOurs(line);
  const change = tryReadChange(line);
  return change && concerns(change, root) ? change : undefined;
}

function tryReadOurs(line: Buffer): Gap | null | undefined {
  if (line.toString('latin1', OURSELVES.length, OURSELVES.length + 3) === 'log') return null;
  if (line.length > MAX_GAP_BYTES) return undefined;
  try {
    return tryParseGap(JSON.parse(line.toString()));
  } catch {
    return undefined;
  }
}

/**
 * A path outside is another spelling of one inside, if there is an inode to tell which; without, it is somebody else's.
 */
function concerns({ from, to, file, eitherParent }: FileChange, root: Uint8Array): boolean {
  const isInside = (place: Place | null) => place?.path != null && isWithin(place.path, root);
  const hasInode = file !== null || from.parent !== null || to?.parent != null || eitherParent.length > 0;
  return isInside(from) || isInside(to) || hasInode;
}
