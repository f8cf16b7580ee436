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

/** Of all users; the first line of a number counts. */
export function userNames(): ReadonlyMap<number, string> {
  const users = lines('/etc/passwd').flatMap(([name, , id]): [number, string][] =>
    name && id && /^\d{1,10}$/.test(id) ? [[Number(id), name]] : [],
  );
  return new Map(users.reverse());
}

/** `alice` → 1000; undefined when nobody is called so. */
export function userId(name: string): number | undefined {
  const id = lines('/etc/passwd').find(([each]) => each === name)?.[2];
  return id && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
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
