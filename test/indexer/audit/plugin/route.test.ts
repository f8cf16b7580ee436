import { describe, expect, it } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import { type FileChange, NOWHERE, type Place } from '../../../../indexer/audit/changes/file-change.js';
import { tryReadChange } from '../../../../indexer/audit/changes/read-change-line.js';
import type { AuditConfig, WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import { Router } from '../../../../indexer/audit/plugin/route.js';
import { UNKNOWN_WHO } from '../../../../indexer/audit/records/call-head.js';
import { change } from '../log/samples.js';

const root = (path: string, uid: number, key: string): WatchedRoot => ({
  path: Buffer.from(path),
  owner: { uid, gid: uid },
  key: `find-text-${key}`,
});
const ALICE = root('/home/alice', 1000, 'aa');
const BOB = root('/home/bob', 1001, 'bb');
const DOCS = root('/home/alice/docs', 1002, 'dd');
const ROOTS = [ALICE, BOB, DOCS];
const NAMES = new Map([
  [ALICE, 'alice'],
  [BOB, 'bob'],
  [DOCS, 'docs'],
]);
const SOMEBODY = { auid: 0, uid: 0, pid: 1, ppid: 1, comm: 'mv', exe: '/usr/bin/mv', gid: 0, euid: 0, session: 3 };

const at = (path: string): Place => ({ path: Buffer.from(path), parent: { inode: 5, dev: 'fe:00' }, name: null });
const unknown = (name: string): Place => ({ path: null, parent: { inode: 6, dev: 'fe:00' }, name: Buffer.from(name) });

function of(
  kind: FileChange['kind'],
  from: Place,
  to: Place | null,
  keys: readonly string[],
  who = SOMEBODY,
): FileChange {
  const isExact = from.path !== null && to?.path !== null;
  const base = { ...change(1), kind, from, to, keys, who, file: { inode: 9, dev: 'fe:00' } };
  return { ...base, certainty: isExact ? 'exact' : 'inode' };
}

function routed(
  one: FileChange,
  leaveOut: AuditConfig['leaveOut'] = { paths: [], actors: [] },
): Record<string, FileChange> {
  const found: Record<string, FileChange> = {};
  new Router({ roots: ROOTS, leaveOut }).route(one, (to, view) => {
    const name = NAMES.get(to) as string;
    expect(found[name]).toBeUndefined();
    found[name] = view;
    expect(tryReadChange(Buffer.from(encodeChange(view).trim()))).toEqual(view);
  });
  return found;
}

const ours = (key: string) => [`find-text-${key}`];

describe('Router', () => {
  it('gives a path to every root it lies in, and to no other', () => {
    expect(Object.keys(routed(of('write', at('/home/alice/a'), null, ours('aa'))))).toEqual(['alice']);
    expect(Object.keys(routed(of('write', at('/home/alice/docs/a'), null, ours('aa'))))).toEqual(['alice', 'docs']);
    expect(Object.keys(routed(of('write', at('/home/alicex/a'), null, [])))).toEqual([]);
  });

  it('knows a path in another spelling by its key, and keeps the way to it from all but who went it', () => {
    const alias = of('write', at('/home/carol/private/a'), null, ours('aa'));
    expect(routed(alias)).toEqual({ alice: { ...alias, certainty: 'inode', from: { ...alias.from, path: null } } });
    const made = routed(of('create', at('/home/carol/private/a'), null, ours('aa'))).alice as FileChange;
    expect(made).toMatchObject({ from: { path: null, name: Buffer.from('a'), parent: { inode: 5 } }, who: SOMEBODY });
    const mine = { ...alias, who: { ...SOMEBODY, uid: 1000 } };
    expect(routed(mine)).toEqual({ alice: mine });
  });

  it('tells only inodes of a path through a root whose file lies in another root', () => {
    const through = of('write', at('/home/bob/link-to-alice/secret'), null, ours('aa'));
    const { alice, bob } = routed(through);
    expect(alice).toMatchObject({ who: SOMEBODY, from: { path: null } });
    expect(bob).toMatchObject({ file: { inode: 9 }, from: { path: null, name: null }, who: { uid: null, exe: null } });
  });

  it('tells nothing but inodes of a root of a third user inside a root', () => {
    const outer = { ...root('/srv', 1000, 'aa'), folder: { inode: 1, uid: 0 } };
    const inner = { ...root('/srv/bob', 1001, 'bb'), folder: { inode: 2, uid: 1001 } };
    const views = (change: FileChange) => {
      const found = new Map<WatchedRoot, FileChange>();
      const router = new Router({ roots: [outer, inner], leaveOut: { paths: [], actors: [] } });
      router.route(change, (to, view) => found.set(to, view));
      return found;
    };
    for (const change of [
      of('create', at('/srv/bob/secret'), null, ours('bb')),
      of('delete', unknown('secret'), null, ours('bb')),
      of('create', at('/srv/bob/secret'), null, ours('aa')),
      of('rename', at('/srv/bob/secret'), at('/srv/bob/secret2'), ours('bb')),
    ]) {
      const seen = views(change);
      expect(encodeChange(seen.get(outer) as FileChange)).not.toMatch(/secret|usr\/bin/);
      expect(seen.has(inner)).toBe(true);
    }
    const out = views(of('rename', at('/srv/bob/secret'), at('/srv/given'), ours('bb'))).get(outer);
    expect(out).toMatchObject({ kind: 'create', from: at('/srv/given'), to: null });
  });

  it('leaves out of the log of a user what his daemon writes, of no other log', () => {
    const mine = { ...ALICE, ownFolders: [Buffer.from('/home/alice/docs/.local')] };
    const told: WatchedRoot[] = [];
    const router = new Router({ roots: [mine, DOCS], leaveOut: { paths: [], actors: [] } });
    router.route(of('write', at('/home/alice/docs/.local/index'), null, ours('dd')), (to) => told.push(to));
    expect(told).toEqual([DOCS]);
  });

  it('gives a change without a path to the root of its key, and to roots inside it without names', () => {
    const nameless = of('delete', unknown('secret'), null, ours('aa'));
    const found = routed(nameless);
    expect(found.alice).toEqual(nameless);
    expect(found.bob).toBeUndefined();
    expect(found.docs?.from).toEqual({ ...NOWHERE, parent: { inode: 6, dev: 'fe:00' } });
  });

  it('gives the root around the key root all of it', () => {
    const nameless = of('delete', unknown('x'), null, ours('dd'));
    expect(routed(nameless)).toEqual({ docs: nameless, alice: nameless });
  });

  it('gives a change with the key of another rule and without a path to everybody, as bare inodes', () => {
    const found = routed(of('delete', unknown('secret'), null, ['delete']));
    expect(Object.keys(found)).toEqual(['alice', 'bob', 'docs']);
    expect(found.bob).toMatchObject({ keys: [], file: { inode: 9 }, who: UNKNOWN_WHO });
    expect(JSON.stringify(Object.values(found).map(encodeChange))).not.toMatch(/secret|usr\/bin|delete"?,"?find/);
  });

  it('tells a user everything of what his own process did', () => {
    const who = { ...SOMEBODY, uid: 1001 };
    const found = routed(of('delete', unknown('mine'), null, ['delete'], who));
    expect(found.bob).toMatchObject({ who, from: { name: Buffer.from('mine') } });
    expect(found.alice).toMatchObject({ who: { uid: null }, from: { name: null } });
  });

  it('makes a file that leaves a root gone, and one that comes in new', () => {
    const found = routed(of('rename', at('/home/alice/a'), at('/home/bob/b'), ours('aa')));
    expect(found.alice).toMatchObject({ kind: 'delete', from: at('/home/alice/a'), to: null, certainty: 'exact' });
    expect(found.bob).toMatchObject({ kind: 'create', from: at('/home/bob/b'), to: null, certainty: 'exact' });
  });

  it('keeps a move within one root, and a move of his own out of it, whole', () => {
    const within = of('rename', at('/home/alice/a'), at('/home/alice/b'), ours('aa'));
    expect(routed(within)).toEqual({ alice: within });
    const out = of('rename', at('/home/alice/a'), at('/mnt/usb/a'), ours('aa'), { ...SOMEBODY, uid: 1000 });
    expect(routed(out)).toEqual({ alice: out });
  });

  it('tells nothing of a link that leads out, and a new file of one that leads in', () => {
    const found = routed(of('link', at('/home/alice/a'), at('/home/bob/b'), ours('aa')));
    expect(found).toEqual({ bob: expect.objectContaining({ kind: 'create', from: at('/home/bob/b') }) });
  });

  it('says of both sides of an exchange across roots that something new stands there', () => {
    const found = routed(of('exchange', at('/home/alice/a'), at('/home/bob/b'), ours('aa')));
    expect(found.alice).toMatchObject({ kind: 'create', from: at('/home/alice/a'), to: null });
    expect(found.bob).toMatchObject({ kind: 'create', from: at('/home/bob/b'), to: null });
  });

  it('hides the unknown place of a rename into a root', () => {
    const found = routed(of('rename', unknown('from-secret'), at('/home/bob/b'), ours('bb')));
    expect(found.bob).toMatchObject({ kind: 'rename', to: at('/home/bob/b'), from: { path: null, name: null } });
    expect(encodeChange(found.alice as FileChange)).not.toMatch(/secret|home\/bob/);
  });

  /** The property behind all of the above: no name of one user reaches another who had no part in it. */
  it('never tells a root of names outside it that its owner did not make himself', () => {
    const places = [at('/home/alice/P'), at('/home/bob/Q'), at('/root/S'), unknown('U'), NOWHERE];
    const keys = [[], ['foreign'], ours('aa'), ours('bb')];
    const kinds = ['rename', 'link', 'exchange'] as const;
    for (const kind of kinds)
      for (const from of places)
        for (const to of places)
          for (const key of keys) {
            if (from.path !== null && to.path === null) continue;
            const { alice, bob } = routed(of(kind, from, to, key));
            const words = (view: FileChange | undefined) => (view ? encodeChange(view) : '');
            expect(words(alice)).not.toMatch(/home\/bob|root\/S|"U"/);
            expect(words(bob)).not.toMatch(/home\/alice|root\/S|"U"/);
          }
  });

  it('leaves out folders and actors, but not what comes out of such a folder', () => {
    const leaveOut = { paths: [Buffer.from('/home/alice/.cache')], actors: [{ exe: '/usr/bin/mv', uid: 0 }] };
    const bySomeoneElse = { ...SOMEBODY, exe: '/usr/bin/cp' };
    expect(routed(of('write', at('/home/alice/a'), null, ours('aa')), leaveOut)).toEqual({});
    expect(routed(of('write', at('/home/alice/.cache/a'), null, ours('aa'), bySomeoneElse), leaveOut)).toEqual({});
    const out = of('rename', at('/home/alice/.cache/a'), at('/home/alice/a'), ours('aa'), bySomeoneElse);
    expect(routed(out, leaveOut)).toEqual({ alice: out });
  });
});
