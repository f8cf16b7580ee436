/** Who did it and when, for people: names where the system has them, safe on a terminal. */
import { cleanText } from '../../../shared/path-text.js';
import type { Who } from '../records/call-head.js';

export type UserNames = ReadonlyMap<number, string>;

/**
 * 'ann', or 'ann as root' where she logged in as one and acts as another; an id without a name is a number.
 * 'somebody' where the log may not tell.
 */
export function userText({ auid, uid }: Who, users: UserNames): string {
  const name = (id: number) => cleanText(users.get(id) ?? String(id));
  if (uid === null) return auid === null ? 'somebody' : name(auid);
  return auid === null || auid === uid ? name(uid) : `${name(auid)} as ${name(uid)}`;
}

/** '/usr/bin/python3 (pip)': the process has a name of its own. '?' where it is not known. */
export function programText({ exe, comm }: Who): string {
  if (exe === null) return comm === null ? '?' : cleanText(comm);
  return comm === null || nameOf(exe).startsWith(comm) ? cleanText(exe) : cleanText(`${exe} (${comm})`);
}

export function nameOf(exe: string): string {
  return exe.slice(exe.lastIndexOf('/') + 1);
}

/** Local time: '2023-11-14 22:13:20'. */
export function timeText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
