/**
 * FileChange → a line for people: in the form of auditd_tools, the action in 30 columns, then the path; or as a log,
 * time first.
 */
import { displayPath } from '../../../shared/path-text.js';
import { programText, timeText, type UserNames, userText } from '../../../shared/who-text.js';
import { actionOf } from './action-names.js';
import type { FileChange, FileId, Place } from './file-change.js';

const COLUMNS = 30;
const USER_COLUMNS = 12;

/**
 *   opened-file                   : /home/ann/a.txt
 *   renamed                       : /home/ann/a.txt -> /home/ann/b.txt
 *   deleted                       : ? a.txt (inode 12, in folder inode 7)
 *
 * A place without a trustworthy path begins with `?`. Ends with a line feed, and holds no other control character.
 * Scripts written for auditd_tools read it, so it says no more.
 */
export function changeText(change: FileChange): string {
  return `${actionOf(change).padEnd(COLUMNS)}: ${placesText(change)}\n`;
}

/**
 *   2023-11-14 22:13:20  ann           opened-file: /home/ann/a.txt  (/usr/bin/vim)
 */
export function logText(change: FileChange, users: UserNames): string {
  const { timestampMs, who } = change;
  const user = userText(who, users).padEnd(USER_COLUMNS);
  return `${timeText(timestampMs)}  ${user}  ${actionOf(change)}: ${placesText(change)}  (${programText(who)})\n`;
}

function placesText({ from, to, file }: FileChange): string {
  return `${placeText(from, file)}${to ? ` -> ${placeText(to, file)}` : ''}`;
}

function placeText({ path, parent, name }: Place, file: FileId | null): string {
  if (path !== null) return displayPath(path);
  const known = [file && `inode ${file.inode}`, parent && `in folder inode ${parent.inode}`].filter(Boolean);
  return ['?', name && displayPath(name), known.length > 0 && `(${known.join(', ')})`].filter(Boolean).join(' ');
}
