/** The process of an event, as rules and messages speak of it. */
import { statSync } from 'node:fs';
import type { Actor } from '../../shared/file-event.js';
import { type Accounts, loadAccounts } from '../audit/view/accounts.js';
import type { Account, Doer, NetChange } from './words.js';

const FILES = ['/etc/passwd', '/etc/group'];
/** It is asked for each of very many events. */
const LOOK_EVERY_MS = 100;

/** The names of the accounts now; read again when they have changed. */
export class AccountNames {
  #state = '';
  #accounts: Accounts = { users: new Map(), groups: new Map() };

  #lookedMs = Number.NEGATIVE_INFINITY;

  get now(): Accounts {
    if (performance.now() - this.#lookedMs < LOOK_EVERY_MS) return this.#accounts;
    this.#lookedMs = performance.now();
    const state = FILES.map(stateOf).join(' ');
    if (state !== this.#state) this.#accounts = loadAccounts();
    this.#state = state;
    return this.#accounts;
  }
}

function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '';
}

/** Nothing is known of it. */
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
  isParentsCut: true,
  unit: null,
};

export function toDoer(actor: Actor, { users, groups }: Accounts): Doer {
  const { uid, euid, gid, session, pid, ppid, comm, exe, parents, isParentsCut, unit } = actor;
  return {
    login: loginOf(actor, users),
    user: accountOf(uid, users),
    effective: accountOf(euid, users),
    group: accountOf(gid, groups),
    session,
    pid,
    ppid,
    comm,
    exe,
    parents: parents ?? [],
    isParentsCut: isParentsCut ?? true,
    unit: unit ?? null,
  };
}

/** A record that tells the program would tell the login. That of an io_uring operation tells neither. */
function loginOf({ auid, comm, exe }: Actor, users: Accounts['users']): Doer['login'] {
  if (auid === null) return comm === null && exe === null ? null : 'unset';
  return accountOf(auid, users);
}

function accountOf(id: number | null, names: ReadonlyMap<number, string>): Account | null {
  return id === null ? null : { id, name: names.get(id) ?? null };
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
