/**
 * The accounts of this machine, as /etc/passwd and /etc/group list them. For messages, and to recognise a group that
 * has one user only.
 */
import { readFileSync } from 'node:fs';

/** 1000 → `alice`, or `user 1000` when nobody is called so. */
export function userName(uid: number): string {
  const [name] = lines('/etc/passwd').find(([, , id]) => Number(id) === uid) ?? [];
  return name ?? `user ${uid}`;
}

/** Has nobody but this user and root the rights of this group? An unlisted group is judged by its number. */
export function isGroupOfOne(gid: number, uid: number): boolean {
  if (gid === 0) return true;
  const group = lines('/etc/group').find(([, , id]) => Number(id) === gid);
  const others = lines('/etc/passwd').filter(([, , id]) => Number(id) !== uid && Number(id) !== 0);
  if (others.some(([, , , primary]) => Number(primary) === gid)) return false;
  if (!group) return gid === uid;
  const members = (group[3] ?? '').split(',').filter((name) => name !== '');
  return !others.some(([name]) => name !== undefined && members.includes(name));
}

function lines(file: string): string[][] {
  try {
    const text = readFileSync(file, 'latin1');
    return text.split('\n').map((line) => line.split(':'));
  } catch {
    return [];
  }
}
