/** Who did it: from the actor of an event to the doer of a change, with the names that accounts have here. */
import type { Actor } from '../../shared/file-event.js';
import type { Accounts } from '../audit/view/accounts.js';
import type { Account, Doer, NetChange } from './words.js';

/** What the audit records have where nobody has logged in, as in a service. */
const UNSET = 4_294_967_295;

/** Nothing is known of it. It fits no pattern. */
export const UNKNOWN_DOER: Doer = {
  login: null,
  user: null,
  effective: null,
  group: null,
  session: null,
  pid: null,
  ppid: null,
  comm: null,
  exe: null,
  parents: [],
  isParentsCut: false,
  unit: null,
};

export function toDoer({ auid, uid, pid, ppid, exe, comm }: Actor, { users }: Pick<Accounts, 'users'>): Doer {
  const account = (id: number | null): Account | null => (id === null ? null : { id, name: users.get(id) ?? null });
  return {
    ...UNKNOWN_DOER,
    login: auid === UNSET || auid === -1 ? 'unset' : account(auid),
    user: account(uid),
    pid,
    ppid,
    exe,
    comm,
  };
}

/** Each once, with how many events it caused. Where some are known, those that are not count as one unknown. */
export function countDoers(doers: readonly (Doer | null)[]): NetChange['doers'] {
  if (doers.every((doer) => doer === null)) return [];
  const counted = new Map<string, { doer: Doer; count: number }>();
  for (const doer of doers.map((each) => each ?? UNKNOWN_DOER)) {
    const key = JSON.stringify(doer);
    const seen = counted.get(key);
    if (seen) seen.count++;
    else counted.set(key, { doer, count: 1 });
  }
  return [...counted.values()];
}
