/** Who did it, as the records say: a name where there is one, unknown where nothing says. */
import { expect, it } from 'vitest';
import { AccountNames, toDoer } from '../../../indexer/notify/doers.js';
import type { Actor } from '../../../shared/file-event.js';

const ACCOUNTS = {
  users: new Map([
    [0, 'root'],
    [1000, 'anna'],
  ]),
  groups: new Map([[100, 'users']]),
};
const SUDO: Actor = {
  ...{ auid: 1000, uid: 0, euid: 0, gid: 100, session: 3, pid: 40, ppid: 30, comm: 'vim', exe: '/usr/bin/vim' },
  ...{ parents: ['sudo', 'bash'], isParentsCut: false, unit: 'ssh.service' },
};
const NOBODY: Actor = {
  ...{ auid: null, uid: null, euid: null, gid: null, session: null, pid: 4, ppid: null, comm: null, exe: null },
};

it('has names of accounts', () => {
  expect(toDoer(SUDO, ACCOUNTS)).toEqual({
    login: { id: 1000, name: 'anna' },
    user: { id: 0, name: 'root' },
    effective: { id: 0, name: 'root' },
    group: { id: 100, name: 'users' },
    ...{ session: 3, pid: 40, ppid: 30, comm: 'vim', exe: '/usr/bin/vim' },
    ...{ parents: ['sudo', 'bash'], isParentsCut: false, unit: 'ssh.service' },
  });
});

it('has numbers of accounts that have no name', () => {
  expect(toDoer({ ...SUDO, auid: 7, gid: 8 }, ACCOUNTS)).toMatchObject({
    login: { id: 7, name: null },
    group: { id: 8, name: null },
  });
});

it('says that nobody logged in only where the record would have told', () => {
  expect(toDoer({ ...SUDO, auid: null }, ACCOUNTS).login).toBe('unset');
  expect(toDoer(NOBODY, ACCOUNTS).login).toBeNull();
});

it('knows nothing above a process that was not looked up', () => {
  expect(toDoer(NOBODY, ACCOUNTS)).toMatchObject({
    user: null,
    effective: null,
    parents: [],
    isParentsCut: true,
    unit: null,
  });
});

it('reads the accounts of this machine', () => {
  const names = new AccountNames();
  expect(names.now.users.get(0)).toBe('root');
  expect(names.now).toBe(names.now);
});
