import { describe, expect, it } from 'vitest';
import type { Actor, FileEvent, ReportedEvent } from '../../../shared/file-event.js';
import { type EventLimits, Events, readEventTotals } from '../../../shared/store/events.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { oldestEventMs, readEvents } from '../../../shared/store/read-events.js';
import { ANN } from '../../helpers/sample-actor.js';

const KEEP_ALL: EventLimits = { maxBytes: 1 << 20, keepMs: 1e12 };
const AT_MS = 1_700_000_000_000;

function event(path: string, given: Partial<FileEvent> = {}): FileEvent {
  return { atMs: AT_MS, kind: 'write', path: Buffer.from(path), origin: 'inotify', ...given };
}

function open(limits = KEEP_ALL): { db: Db; events: Events; tell: (event: FileEvent) => void } {
  const db = openForWriting(':memory:');
  const events = new Events(db, limits);
  const tell = (each: FileEvent) => {
    events.add({ event: each, paths: each.to ? [each.path, each.to] : [each.path] });
    events.save();
  };
  return { db, events, tell };
}

function paths(db: Db, path?: string): string[] {
  const filter = { afterSequence: 0, sinceMs: 0, path: path === undefined ? undefined : Buffer.from(path) };
  return [...readEvents(db, filter)].map((each) => String(each.path));
}

describe('Events', () => {
  it('gives back what was above a process, where it was looked up', () => {
    const { db, tell } = open();
    const above = { ...ANN, parents: ['sudo', 'ba,sh'], isParentsCut: true, unit: null };
    for (const actor of [ANN, above, { ...above, unit: 'ssh.service' }, above])
      tell(event('/a', { actor, origin: 'audit' }));
    const actors = [...readEvents(db, { afterSequence: 0, sinceMs: 0 })].map(({ actor }) => actor);
    expect(actors).toEqual([ANN, above, { ...above, unit: 'ssh.service' }, above]);
    expect(db.prepare('SELECT count(*) FROM actor').pluck().get()).toBe(3);
  });

  it('takes nobody for another whose names are the same in one line', () => {
    const { db, tell } = open();
    const told: Actor[] = [
      { ...ANN, exe: '/a', comm: 'b c' },
      { ...ANN, exe: '/a b', comm: 'c' },
      { ...ANN, parents: ['a', 'b'], isParentsCut: false, unit: null },
      { ...ANN, parents: ['a,b'], isParentsCut: false, unit: null },
    ];
    for (const actor of told) tell(event('/a', { actor, origin: 'audit' }));
    expect([...readEvents(db, { afterSequence: 0, sinceMs: 0 })].map(({ actor }) => actor)).toEqual(told);
  });

  it('gives back what it was given', () => {
    const { db, tell } = open();
    const renamed: FileEvent = {
      id: 'host:1700000000000:7:0',
      atMs: AT_MS,
      kind: 'rename',
      path: Buffer.from([0x2f, 0xff, 0x0a]),
      to: Buffer.from('/b'),
      origin: 'audit',
      actor: ANN,
    };
    tell(renamed);
    tell(event('/c', { isWithheld: true }));
    expect([...readEvents(db, { afterSequence: 0, sinceMs: 0 })]).toEqual([
      { ...renamed, sequence: 1, isWithheld: false },
      {
        sequence: 2,
        id: '2',
        atMs: AT_MS,
        kind: 'write',
        path: Buffer.from('/c'),
        to: null,
        origin: 'inotify',
        actor: null,
        isWithheld: true,
      },
    ]);
  });

  it('keeps an event that comes twice once, also after it was claimed', () => {
    const { db, events, tell } = open();
    tell(event('/a', { id: ':1:7:0' }));
    tell(event('/a', { id: ':1:7:0' }));
    expect(events.claim(Buffer.from('/a'))).toEqual([':1:7:0']);
    tell(event('/a', { id: ':1:7:0' }));
    expect(events.isOpen(Buffer.from('/a'))).toBe(false);
    expect(paths(db)).toEqual(['/a']);
  });

  it('is claimed once at each of its paths', () => {
    const { events, tell } = open();
    tell(event('/a', { kind: 'rename', to: Buffer.from('/b') }));
    expect(events.claim(Buffer.from('/b'))).toEqual(['1']);
    expect(events.claim(Buffer.from('/b'))).toEqual([]);
    expect(events.claim(Buffer.from('/a'))).toEqual(['1']);
    expect(events.isAnyOpen).toBe(false);
  });

  it('keeps a burst that inotify tells piece by piece once, until it was looked at', () => {
    const { db, events, tell } = open();
    for (const kind of ['create', 'write', 'attrib'] as const) tell(event('/new', { kind }));
    for (const kind of ['write', 'attrib', 'write', 'write', 'delete'] as const) tell(event('/a', { kind }));
    for (let n = 0; n < 2; n++) tell(event('/b', { origin: 'audit', id: `:1:${n}:write` }));
    expect(paths(db)).toEqual(['/new', '/a', '/a', '/a', '/b', '/b']);
    events.claim(Buffer.from('/a'));
    tell(event('/a'));
    expect(paths(db, '/a')).toHaveLength(4);
  });

  it('keeps one row for what one process did', () => {
    const { db, tell } = open();
    for (const path of ['/a', '/b', '/c']) tell(event(path, { origin: 'audit', actor: ANN }));
    expect(db.prepare('SELECT count(*) FROM actor').pluck().get()).toBe(1);
  });

  it('drops the oldest beyond its size, and what did them', () => {
    const { db, events, tell } = open({ ...KEEP_ALL, maxBytes: 2_000 });
    for (let at = 0; at < 100; at++) {
      tell(event(`/folder/file-${at}`, { origin: 'audit', actor: { ...ANN, pid: at } }));
      if (events.isTooLarge) events.prune(AT_MS);
      events.save();
    }
    const kept = paths(db);
    expect(kept.at(-1)).toBe('/folder/file-99');
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(40);
    expect(db.prepare('SELECT count(*) FROM actor').pluck().get()).toBe(kept.length);
    expect(db.prepare('SELECT count(*) FROM open_event').pluck().get()).toBe(kept.length);
  });

  it('drops what is too old', () => {
    const { db, events, tell } = open({ ...KEEP_ALL, keepMs: 1_000 });
    tell(event('/old', { atMs: AT_MS - 2_000 }));
    tell(event('/new', { atMs: AT_MS }));
    events.prune(AT_MS);
    expect(paths(db)).toEqual(['/new']);
    expect(oldestEventMs(db)).toBe(AT_MS);
  });

  describe('what the writer has found', () => {
    const found = (path: string, to?: string): ReportedEvent => {
      const names = [path, ...(to === undefined ? [] : [to])].map((each) => Buffer.from(each));
      const moved = to === undefined ? {} : { to: Buffer.from(to) };
      return { event: event(path, { origin: 'comparison', ...moved }), paths: names };
    };
    const openPaths = (db: Db) => db.prepare<[], Buffer>('SELECT path FROM open_event').pluck().all().map(String);

    it('is open until its path is finished, and not written as open before the end', () => {
      const { db, events } = open();
      events.addFound(found('/a'));
      expect([events.isAnyOpen, events.isOpen(Buffer.from('/a')), events.isOpen(Buffer.from('/b'))]).toEqual([
        ...[true, true, false],
      ]);
      expect(openPaths(db)).toEqual([]);
      expect(events.claim(Buffer.from('/a'))).toEqual(['1']);
      expect([events.isAnyOpen, events.claim(Buffer.from('/a')), events.close(Buffer.from('/a'))]).toEqual([
        ...[false, [], false],
      ]);
      events.addFound(found('/c'));
      expect([events.close(Buffer.from('/c')), events.isAnyOpen]).toEqual([true, false]);
      events.save();
      expect([paths(db), openPaths(db)]).toEqual([['/a', '/c'], []]);
    });

    it('is open at what the transaction does not finish, at both names of a move', () => {
      const { db, events } = open();
      events.addFound(found('/old', '/new'));
      events.close(Buffer.from('/old'));
      events.save();
      expect(openPaths(db)).toEqual(['/new']);
      expect(events.claim(Buffer.from('/new'))).toEqual(['1']);
    });

    it('comes before what is told of the path in the same transaction', () => {
      const { events } = open();
      events.addFound(found('/a'));
      events.add({ event: event('/a', { kind: 'write' }), paths: [Buffer.from('/a')] });
      expect(events.claim(Buffer.from('/a'))).toEqual(['1', '2']);
    });

    it('goes with the name that is left out or forgotten, and is claimed with all others', () => {
      const { db, events } = open();
      for (const path of ['/out', '/gone/x', '/rest']) events.addFound(found(path));
      events.dropOpen(Buffer.from('/out'));
      events.forget(Buffer.from('/gone'), AT_MS);
      expect([...events.claimAll()]).toEqual([['/rest', ['3']]]);
      events.save();
      expect([paths(db), openPaths(db), events.isAnyOpen]).toEqual([['/rest'], [], false]);
    });

    it('is taken back with its transaction', () => {
      const { db, events } = open();
      const failing = db.transaction(() => {
        events.addFound(found('/a'));
        throw new Error('no');
      });
      expect(failing).toThrow('no');
      events.rolledBack();
      events.save();
      expect([events.isAnyOpen, openPaths(db), paths(db)]).toEqual([false, [], []]);
    });
  });

  it('never gives a number twice, whatever is dropped', () => {
    const { db, events, tell } = open();
    tell(event('/a'));
    tell(event('/b'));
    events.forget(Buffer.from('/b'), 0);
    tell(event('/c'));
    expect([...readEvents(db, { afterSequence: 1, sinceMs: 0 })].map(({ sequence }) => sequence)).toEqual([3]);
    expect(readEventTotals(db)).toMatchObject({ count: 2, last: 3 });
  });

  it('takes no room any more when nothing is left', () => {
    const { db, events, tell } = open();
    const to = Buffer.from([0x2f, 0xff, 0xc3, 0xa9]);
    tell(event('/café', { kind: 'rename', to, origin: 'audit', id: 'host:1:7:rename-11', actor: ANN }));
    tell(event('/b'));
    expect(readEventTotals(db).bytes).toBeGreaterThan(0);
    for (const path of ['/café', '/b']) events.forget(Buffer.from(path), AT_MS);
    events.save();
    expect(readEventTotals(db)).toMatchObject({ count: 0, bytes: 0 });
  });

  it('keeps none when it has no room', () => {
    const { db, events, tell } = open({ ...KEEP_ALL, maxBytes: 0 });
    tell(event('/a'));
    expect(paths(db)).toEqual([]);
    expect(events.isAnyOpen).toBe(false);
  });

  it('forgets a folder with everything below it, and what is told of it late', () => {
    const { db, events, tell } = open();
    tell(event('/x/secret'));
    tell(event('/x/secret/inside'));
    tell(event('/x/secret-not'));
    tell(event('/y', { kind: 'rename', to: Buffer.from('/x/secret/moved') }));
    events.forget(Buffer.from('/x/secret'), AT_MS);
    tell(event('/x/secret/late', { atMs: AT_MS - 5 }));
    tell(event('/x/secret/anew', { atMs: AT_MS + 5 }));
    expect(paths(db)).toEqual(['/x/secret-not', '/x/secret/anew']);
    expect(events.claim(Buffer.from('/x/secret/inside'))).toEqual([]);
    const rows = db.prepare<[], Buffer>('SELECT path FROM open_event').pluck().all();
    expect(rows.map(String).sort()).toEqual(['/x/secret-not', '/x/secret/anew']);
  });

  it('knows its size after a transaction that was taken back', () => {
    const { db, events } = open();
    expect(() =>
      db.transaction(() => {
        events.add({ event: event('/a', { origin: 'audit', actor: ANN }), paths: [Buffer.from('/a')] });
        events.save();
        throw new Error('full');
      })(),
    ).toThrow('full');
    events.rolledBack();
    expect(events.isAnyOpen).toBe(false);
    events.add({ event: event('/b', { origin: 'audit', actor: ANN }), paths: [] });
    expect([...readEvents(db, { afterSequence: 0, sinceMs: 0 })].map(({ actor }) => actor)).toEqual([ANN]);
  });

  it('finds what concerns a path: the folder that was moved or removed with it, too', () => {
    const { db, tell } = open();
    tell(event('/r/a/file'));
    tell(event('/r/a/other'));
    tell(event('/r', { kind: 'attrib' }));
    tell(event('/r/a', { kind: 'rename', to: Buffer.from('/r/b') }));
    tell(event('/r/a', { kind: 'rmdir' }));
    expect(paths(db, '/r/a/file')).toEqual(['/r/a/file', '/r/a', '/r/a']);
    expect(paths(db, '/r/b')).toEqual(['/r/a']);
  });

  it('reads many, page by page', () => {
    const { db, tell } = open();
    for (let at = 0; at < 1_203; at++) tell(event(`/${at}`));
    expect(paths(db)).toHaveLength(1_203);
    expect([...readEvents(db, { afterSequence: 1_200, sinceMs: 0 })].map(({ sequence }) => sequence)).toEqual([
      1201, 1202, 1203,
    ]);
  });
});
