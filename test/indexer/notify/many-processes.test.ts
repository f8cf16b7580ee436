/** What a loop does to one file is a change like any other, whatever number of processes and events it takes. */
import { expect, it } from 'vitest';
import { toDoer } from '../../../indexer/notify/doers.js';
import { netChanges, type PickedEvent } from '../../../indexer/notify/net-change.js';
import { changeBody, type Json, sealed } from '../../../indexer/notify/payload.js';
import type { NetChange } from '../../../indexer/notify/words.js';
import { faultsOf } from '../../helpers/notify-schema.js';

/** More than a call takes arguments. */
const MANY = 150_000;
const ACCOUNTS = { users: new Map([[1000, 'anna']]), groups: new Map() };
const PATH = Buffer.from('/srv/a');

function shell(pid: number, uid = 1000) {
  const process = { pid, ppid: 6, exe: '/usr/bin/dash', comm: 'sh', gid: 100, euid: uid, session: 3 };
  return toDoer({ auid: uid, uid, ...process }, ACCOUNTS);
}

function event(sequence: number, kind: string, doer = shell(sequence)): PickedEvent {
  const rest = { path: PATH, to: null, origin: 'audit', isWithheld: false } as const;
  return { ...rest, sequence, id: String(sequence), atMs: sequence, kind, doer };
}

it('hundreds of thousands of reads are one change', () => {
  const doer = shell(7);
  const events = Array.from({ length: MANY }, (_, at) => event(at + 1, 'open', doer));
  expect(netChanges({ events, names: [], nowMs: 0 })).toMatchObject([
    { kind: 'opened', count: MANY, firstMs: 1, lastMs: MANY, doers: [{ doer, count: MANY }] },
  ]);
});

it('a message names some of very many processes, and one of each user', () => {
  const doers = [...Array.from({ length: 5_000 }, (_, at) => shell(at + 1)), shell(6_000, 0)];
  const events = doers.map((doer, at) => event(at + 1, 'delete', doer));
  const state = { type: 'file', dev: 1, ino: 2, size: 3, mode: 0o644, uid: 0, gid: 9, mtimeMs: 1, ctimeMs: 1 } as const;
  const before = { ...state, sha256: 'a'.repeat(64), xattrs: null };
  const [change] = netChanges({ events, names: [{ path: PATH, before, after: null }], nowMs: 0 }) as [NetChange];
  expect(change.doers).toHaveLength(5_001);
  const envelope = { id: `evt_${'a'.repeat(20)}`, host: { name: 'vm', id: 'a' }, names: ACCOUNTS };
  const body = sealed(changeBody(change, { name: 'pii', severity: 'notice', tags: [] }, {}, envelope), {
    sequence: 1,
    hash: 'a'.repeat(64),
  });
  expect(faultsOf(body)).toEqual([]);
  const actors = body.actors as readonly { readonly actor: Json }[];
  expect(actors).toHaveLength(20);
  expect(actors.map(({ actor }) => actor.user)).toContainEqual({ id: 0, name: null });
  expect(body.actors_omitted).toBe(4_981);
});
