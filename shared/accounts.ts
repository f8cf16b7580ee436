/** Who is who on this machine, as /etc/passwd and /etc/group say: for messages, and to know a group that is one user's alone. */
import { readFileSync } from 'node:fs';

/** 1000 → `alice`, or `user 1000` when nobody is called so. */
export function userName(uid: number): string {
  const [name] = lines('/etc/passwd').find(([, , id]) => Number(id) === uid) ?? [];
  return name ?? `user ${uid}`;
}

/** Has nobody but this user, and root, the rights of this group? A group that is not listed is taken for what its number says. */
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
