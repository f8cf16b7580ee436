/** A process that did something to a file, as a row of the index. */
import type { Actor } from '../file-event.js';

export const ACTOR_COLUMNS = 'auid, uid, pid, ppid, exe, comm, gid, euid, session, parents, is_parents_cut, unit';

export interface ActorRow extends Omit<Actor, 'parents' | 'isParentsCut'> {
  readonly parents: string | null;
  readonly is_parents_cut: number | null;
}

export function toActorRow(actor: Actor): (string | number | null)[] {
  const { auid, uid, pid, ppid, exe, comm, gid, euid, session, parents, isParentsCut, unit } = actor;
  const above = parents ? [JSON.stringify(parents), isParentsCut ? 1 : 0, unit ?? null] : [null, null, null];
  return [auid, uid, pid, ppid, exe, comm, gid, euid, session, ...above];
}

export function toActor({ auid, uid, pid, ppid, exe, comm, gid, euid, session, ...above }: ActorRow): Actor {
  const { parents, is_parents_cut, unit = null } = above;
  const known = { auid, uid, pid, ppid, exe, comm, gid, euid, session };
  return parents === null
    ? known
    : { ...known, parents: JSON.parse(parents), isParentsCut: is_parents_cut === 1, unit };
}
