/** FileChange → a line for people, in the form of auditd_tools: the action in 30 columns, then the path. */
import { displayPath } from '../../shared/paths.js';
import { actionOf } from './action-names.js';
import type { FileChange, FileId, Place } from './file-change.js';

const COLUMNS = 30;

/**
 *   opened-file                   : /home/ann/a.txt
 *   renamed                       : /home/ann/a.txt -> /home/ann/b.txt
 *   deleted                       : ? a.txt (inode 12, in folder inode 7)
 *
 * A place without a trustworthy path begins with `?`. Ends with a line feed, and holds no other control character.
 */
export function changeText(change: FileChange): string {
  const from = placeText(change.from, change.file);
  const to = change.to ? ` -> ${placeText(change.to, change.file)}` : '';
  return `${actionOf(change).padEnd(COLUMNS)}: ${from}${to}\n`;
}

function placeText({ path, parent, name }: Place, file: FileId | null): string {
  if (path !== null) return displayPath(path);
  const known = [file && `inode ${file.inode}`, parent && `in folder inode ${parent.inode}`].filter(Boolean);
  return ['?', name && displayPath(name), known.length > 0 && `(${known.join(', ')})`].filter(Boolean).join(' ');
}
