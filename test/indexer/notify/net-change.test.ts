/** What each operation on files is told as, from the events of inotify and of audit, beside what watchdog 5.0.3 tells of it. */
import { describe, expect, it } from 'vitest';
import { toDoer, UNKNOWN_DOER } from '../../../indexer/notify/doers.js';
import { type NameState, netChanges, type PickedEvent } from '../../../indexer/notify/net-change.js';
import type { NetChange } from '../../../indexer/notify/words.js';
import type { Witness } from '../../../indexer/witness/witness.js';
import type { EventOrigin } from '../../../shared/file-event.js';
import { expectSection } from '../../helpers/document-section.js';

const ANNA = toDoer(
  { auid: 1000, uid: 0, pid: 7, ppid: 6, exe: '/usr/bin/vim', comm: 'vim', gid: 100, euid: 0, session: 3 },
  { users: new Map([[1000, 'anna']]), groups: new Map() },
);

/** A file of these bytes: `5:text`, with the inode 5. Folders end in `/`, `@` begins the target of a symlink. */
function witness(text: string | null): Witness | null {
  if (text === null) return null;
  const [, ino, bytes = '', mode] = /^(\d+):([^ ]*)(?: (\d+))?$/.exec(text) ?? [];
  const type = bytes.endsWith('/') ? 'folder' : bytes.startsWith('@') ? 'symlink' : 'file';
  const sha256 = type === 'folder' ? null : bytes.replace(/!$/, '');
  return {
    type,
    dev: 1,
    ino: Number(ino),
    size: (sha256 ?? '').length,
    mode: mode === undefined ? 0o644 : Number.parseInt(mode, 8),
    uid: 0,
    gid: 0,
    mtimeMs: bytes.endsWith('!') ? 2 : 1,
    ctimeMs: 1,
    sha256,
    xattrs: '-',
  };
}

/** `/w/a`: before → after. */
type Names = Readonly<Record<string, readonly [string | null, string | null]>>;

/** `create a`, `rename a > b`; `*` is somebody else. */
function eventsOf(lines: readonly string[], origin: EventOrigin): PickedEvent[] {
  return lines.map((line, at) => {
    const [, kind = '', path = '', to, other] = /^(\w+) ([^ ]+)(?: > ([^ ]+))?( \*)?$/.exec(line) ?? [];
    const doer = other ? { ...ANNA, comm: 'other', pid: 8 } : ANNA;
    return {
      sequence: at + 1,
      id: String(at + 1),
      atMs: 1_000 + at,
      kind,
      path: inWorld(path),
      to: to === undefined ? null : inWorld(to),
      origin,
      doer: origin === 'audit' ? doer : null,
      isWithheld: false,
    };
  });
}

const inWorld = (name: string) => Buffer.from(name.startsWith('/') ? name : `/w/${name}`);

function told(names: Names, events: readonly PickedEvent[], isNew = false): NetChange[] {
  const states = Object.entries(names).map(
    ([path, [before, after]]): NameState => ({
      path: inWorld(path),
      before: witness(before),
      after: witness(after),
      isNew,
    }),
  );
  return [...netChanges({ names: states, events, nowMs: 5_000 })];
}

function lineOf({ kind, path, to, via, isSynthetic }: NetChange): string {
  const short = (name: Buffer) => name.toString().replace('/w/', '');
  const names = `${short(path)}${to ? ` > ${short(to)}` : ''}${via ? ` via ${short(via)}` : ''}`;
  return `${kind} ${names}${isSynthetic ? ' (synthetic)' : ''}`;
}

interface Operation {
  readonly names: Names;
  readonly inotify: readonly string[];
  readonly audit: readonly string[];
  readonly watchdog: string;
  readonly told: readonly string[];
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'echo x > new': {
    names: { a: [null, '5:x'] },
    inotify: ['create a'],
    audit: ['create a'],
    watchdog: 'created, opened, modified, closed',
    told: ['created a'],
  },
  'echo x > existing': {
    names: { a: ['5:old', '5:x'] },
    inotify: ['write a'],
    audit: ['write a'],
    watchdog: 'opened, modified once or twice, closed',
    told: ['modified a'],
  },
  'the same text again': {
    names: { a: ['5:x', '5:x!'] },
    inotify: ['write a'],
    audit: ['write a'],
    watchdog: 'opened, modified, closed',
    told: ['touched a'],
  },
  cat: { names: {}, inotify: [], audit: [], watchdog: 'opened, closed_no_write', told: [] },
  'cat, where reads are asked for': {
    names: { a: ['5:x', '5:x'] },
    inotify: ['open a', 'close a'],
    audit: ['open a', 'close a'],
    watchdog: 'opened, closed_no_write',
    told: ['opened a', 'closed_no_write a'],
  },
  'echo x >> f': {
    names: { a: ['5:x', '5:xx'] },
    inotify: ['write a'],
    audit: ['write a'],
    watchdog: 'opened, modified, closed',
    told: ['modified a'],
  },
  rm: {
    names: { a: ['5:x', null] },
    inotify: ['delete a'],
    audit: ['delete a'],
    watchdog: 'deleted',
    told: ['deleted a'],
  },
  ': > new': {
    names: { a: [null, '5:'] },
    inotify: ['create a'],
    audit: ['create a'],
    watchdog: 'created, opened, closed',
    told: ['created a'],
  },
  'touch existing': {
    names: { a: ['5:x', '5:x!'] },
    inotify: ['attrib a'],
    audit: ['write a'],
    watchdog: 'opened, modified, closed',
    told: ['touched a'],
  },
  'chmod 4755': {
    names: { a: ['5:x', '5:x 4755'] },
    inotify: ['attrib a'],
    audit: ['attrib a'],
    watchdog: 'modified',
    told: ['attrib a'],
  },
  'mv within': {
    names: { a: ['5:x', null], b: [null, '5:x'] },
    inotify: ['rename a > b'],
    audit: ['rename a > b'],
    watchdog: 'moved',
    told: ['moved a > b'],
  },
  'mv in': {
    names: { a: [null, '5:x'] },
    inotify: ['create a'],
    audit: ['rename /elsewhere/a > a'],
    watchdog: 'created',
    told: ['created a'],
  },
  'mv out': {
    names: { a: ['5:x', null] },
    inotify: ['delete a'],
    audit: ['rename a > /elsewhere/a'],
    watchdog: 'deleted',
    told: ['deleted a'],
  },
  'mv over an existing file': {
    names: { a: ['5:x', null], b: ['6:y', '5:x'] },
    inotify: ['rename a > b'],
    audit: ['rename a > b', 'delete b'],
    watchdog: 'moved',
    told: ['moved a > b', 'modified b via a'],
  },
  cp: {
    names: { a: ['5:x', '5:x'], b: [null, '6:x'] },
    inotify: ['create b'],
    audit: ['create b'],
    watchdog: 'opened a, created b, opened, modified, closed b, closed_no_write a',
    told: ['created b'],
  },
  'a temporary file renamed to it': {
    names: { 'a.tmp': [null, null], a: ['5:x', '6:y'] },
    inotify: ['create a.tmp', 'rename a.tmp > a'],
    audit: ['create a.tmp', 'rename a.tmp > a'],
    watchdog: 'created, opened, modified, closed a.tmp, moved a.tmp > a',
    told: ['modified a via a.tmp'],
  },
  'a temporary file renamed to a new name': {
    names: { 'a.tmp': [null, null], a: [null, '6:y'] },
    inotify: ['create a.tmp', 'rename a.tmp > a'],
    audit: ['create a.tmp', 'rename a.tmp > a'],
    watchdog: 'created, opened, modified, closed a.tmp, moved a.tmp > a',
    told: ['created a'],
  },
  'sed -i': {
    names: { sedX: [null, null], a: ['5:x', '6:y'] },
    inotify: ['create sedX', 'attrib sedX', 'rename sedX > a'],
    audit: ['create sedX', 'attrib sedX', 'rename sedX > a'],
    watchdog: 'opened a, created, opened, modified, closed sedX, moved sedX > a',
    told: ['modified a via sedX'],
  },
  'vim, with its backup': {
    names: { '.a.swp': [null, null], '4913': [null, null], 'a~': [null, null], a: ['5:x', '6:y'] },
    inotify: ['create .a.swp', 'create 4913', 'delete 4913', 'rename a > a~', 'create a', 'delete a~', 'delete .a.swp'],
    audit: ['create .a.swp', 'create 4913', 'delete 4913', 'rename a > a~', 'create a', 'delete a~', 'delete .a.swp'],
    watchdog: '24 events',
    told: ['modified a'],
  },
  'an editor that leaves its backup': {
    names: { 'a~': [null, '5:x'], a: ['5:x', '6:y'] },
    inotify: ['rename a > a~', 'create a'],
    audit: ['rename a > a~', 'create a'],
    watchdog: 'moved a > a~, created a, opened, modified, closed',
    told: ['created a~', 'modified a'],
  },
  mkdir: {
    names: { d: [null, '5:/'] },
    inotify: ['mkdir d'],
    audit: ['mkdir d'],
    watchdog: 'D:created',
    told: ['created d'],
  },
  ln: {
    names: { a: ['5:x', '5:x'], b: [null, '5:x'] },
    inotify: ['create b'],
    audit: ['link a > b'],
    watchdog: 'created',
    told: ['created b'],
  },
  'ln -s': {
    names: { a: [null, '5:@to'] },
    inotify: ['symlink a'],
    audit: ['symlink a'],
    watchdog: 'created',
    told: ['created a'],
  },
  'a symlink turned elsewhere': {
    names: { a: ['5:@to', '6:@away'] },
    inotify: ['delete a', 'symlink a'],
    audit: ['delete a', 'symlink a'],
    watchdog: 'deleted, created',
    told: ['modified a'],
  },
  'truncate -s': {
    names: { a: ['5:xyz', '5:x'] },
    inotify: ['write a'],
    audit: ['write a'],
    watchdog: 'opened, modified, closed',
    told: ['modified a'],
  },
  'mkdir -p, and a file at once': {
    names: { d: [null, '5:/'], 'd/e': [null, '6:/'], 'd/e/a': [null, '7:x'] },
    inotify: ['mkdir d'],
    audit: ['mkdir d', 'mkdir d/e', 'create d/e/a'],
    watchdog: 'D:created, created a; the rest is lost',
    told: ['created d', 'created d/e', 'created d/e/a'],
  },
  'mv of a folder': {
    names: { d: ['5:/', null], e: [null, '5:/'], 'd/a': ['6:x', null], 'e/a': [null, '6:x'] },
    inotify: ['rename d > e'],
    audit: ['rename d > e'],
    watchdog: 'D:moved, moved a (synthetic)',
    told: ['moved d > e', 'moved d/a > e/a (synthetic)'],
  },
  'mv of a folder in': {
    names: { d: [null, '5:/'], 'd/a': [null, '6:x'] },
    inotify: ['mkdir d'],
    audit: ['rename /elsewhere/d > d'],
    watchdog: 'D:created, created a (synthetic)',
    told: ['created d', 'created d/a (synthetic)'],
  },
  'mv of a folder out': {
    names: { d: ['5:/', null], 'd/a': ['6:x', null] },
    inotify: ['rmdir d'],
    audit: ['rename d > /elsewhere/d'],
    watchdog: 'D:deleted; its files are lost',
    told: ['deleted d', 'deleted d/a (synthetic)'],
  },
  'rm -r': {
    names: { d: ['5:/', null], 'd/a': ['6:x', null] },
    inotify: ['delete d/a', 'rmdir d'],
    audit: ['delete d/a', 'rmdir d'],
    watchdog: 'deleted a, D:deleted',
    told: ['deleted d/a', 'deleted d'],
  },
  'a file that comes and goes': {
    names: { a: [null, null] },
    inotify: ['create a', 'delete a'],
    audit: ['create a', 'delete a'],
    watchdog: 'created, opened, modified, closed, deleted',
    told: [],
  },
  'a file that is made, written and made readable': {
    names: { a: [null, '5:x'] },
    inotify: ['create a', 'write a', 'attrib a'],
    audit: ['create a', 'write a', 'attrib a'],
    watchdog: 'created, opened, modified, closed, modified',
    told: ['created a'],
  },
  'a file that is deleted and made again': {
    names: { a: ['5:x', '5:y'] },
    inotify: ['delete a', 'create a'],
    audit: ['delete a', 'create a'],
    watchdog: 'deleted, created, opened, modified, closed',
    told: ['modified a'],
  },
  'a new file that gets the inode of a deleted one': {
    names: { a: ['5:x', null], b: [null, '5:y'] },
    inotify: ['delete a', 'create b'],
    audit: ['delete a', 'create b'],
    watchdog: 'deleted a, created b, opened, modified, closed',
    told: ['deleted a', 'created b'],
  },
  'a slow writer, three times': {
    names: { a: ['5:x', '5:xyz'] },
    inotify: ['write a', 'write a', 'write a'],
    audit: ['write a'],
    watchdog: 'opened, modified three times, closed',
    told: ['modified a'],
  },
  exchange: {
    names: { a: ['5:x', '6:y'], b: ['6:y', '5:x'] },
    inotify: ['exchange a > b'],
    audit: ['exchange a > b'],
    watchdog: 'moved a > b, moved b > a',
    told: ['modified a', 'modified b'],
  },
  'mv, and a write after it': {
    names: { a: ['5:x', null], b: [null, '5:y'] },
    inotify: ['rename a > b', 'write b'],
    audit: ['rename a > b', 'write b'],
    watchdog: 'moved, opened, modified, closed',
    told: ['moved a > b', 'modified b'],
  },
  'ls of a folder': { names: {}, inotify: [], audit: [], watchdog: 'nothing', told: [] },
};

/** inotify sees what is in a new folder by comparing only. */
const FOUND_BY_COMPARING = 'mkdir -p, and a file at once';

describe.each(Object.entries(OPERATIONS))('%s', (name, { names, told: expected, ...sources }) => {
  it.each(['inotify', 'audit'] as const)('is told the same by %s', (origin) => {
    const changes = told(names, eventsOf(sources[origin], origin)).filter(({ kind }) => kind !== 'closed');
    const lines = changes.map(lineOf);
    const isSeen = name !== FOUND_BY_COMPARING || origin === 'audit';
    expect(isSeen ? lines : lines.map((line) => line.replace(' (synthetic)', ''))).toEqual(expected);
  });
});

it('the walk-through has them all, as they are told', () => {
  const rows = Object.entries(OPERATIONS).map(
    ([name, { watchdog, told: lines }]) => `| ${name} | ${watchdog} | ${lines.join(', ') || 'nothing'} |`,
  );
  const table = ['| operation | watchdog | find-text |', '| --- | --- | --- |', ...rows]
    .join('\n')
    .replaceAll('~', '\\~');
  expectSection('docs/integrity.md', 'operations', table);
});

describe('a change', () => {
  const changeOf = (names: Names, lines: readonly string[], origin: EventOrigin = 'audit') =>
    told(names, eventsOf(lines, origin))[0] as NetChange;

  it('is closed when it has come to rest, also when the same bytes were written', () => {
    const kinds = (names: Names, lines: readonly string[]) =>
      told(names, eventsOf(lines, 'audit')).map(({ kind }) => kind);
    expect(kinds({ a: [null, '5:x'] }, ['create a'])).toEqual(['created', 'closed']);
    expect(kinds({ a: ['5:x', '5:x!'] }, ['write a'])).toEqual(['touched', 'closed']);
    expect(kinds({ a: ['5:x', '5:x 600'] }, ['attrib a'])).toEqual(['attrib']);
  });

  it('has everybody who had a part in it, with the number of their events', () => {
    const { doers, count } = changeOf({ a: ['5:x', '5:y'] }, ['write a', 'write a *', 'write a']);
    expect(count).toBe(3);
    expect(doers.map(({ doer, count: events }) => [doer.comm, events])).toEqual([
      ['vim', 2],
      ['other', 1],
    ]);
    expect(doers[0]?.doer).toMatchObject({ login: { id: 1000, name: 'anna' }, user: { id: 0, name: null } });
  });

  it('has nobody when nobody is known', () => {
    expect(changeOf({ a: ['5:x', '5:y'] }, ['write a'], 'inotify').doers).toEqual([]);
  });

  it('has an unknown doer beside the known ones when one of its events names nobody', () => {
    const events = eventsOf(['write a', 'write a'], 'audit').map((event, at) =>
      at === 0 ? event : { ...event, doer: null },
    );
    expect(told({ a: ['5:x', '5:y'] }, events)[0]?.doers.map(({ doer }) => doer)).toContainEqual(UNKNOWN_DOER);
  });

  it('of a temporary file that was renamed has who wrote it and who renamed it', () => {
    const { doers, eventIds, firstMs, lastMs } = changeOf({ a: ['5:x', '6:y'], t: [null, null] }, [
      'create t *',
      'rename t > a',
    ]);
    expect(doers.map(({ doer }) => doer.comm)).toEqual(['other', 'vim']);
    expect([eventIds, firstMs, lastMs]).toEqual([['1', '2'], 1_000, 1_001]);
  });

  it('names what has changed', () => {
    expect(changeOf({ a: ['5:x', '5:yy 4755'] }, ['write a']).changed).toEqual(['size', 'mode', 'sha256']);
  });

  it('that no event tells of was found by comparing', () => {
    const [change] = told({ a: ['5:x', '5:y'] }, []);
    expect(change).toMatchObject({
      kind: 'modified',
      origin: 'comparison',
      isSynthetic: true,
      firstMs: 5_000,
      count: 1,
    });
  });
});

describe('a comparison', () => {
  const found = (names: Names) => told(names, []).map(lineOf);

  it('knows a renamed file by its inode and its time', () => {
    expect(found({ a: ['5:x', null], b: [null, '5:x'] })).toEqual(['moved a > b (synthetic)']);
    expect(found({ a: ['5:x', null], b: [null, '5:y!'] })).toEqual(['deleted a (synthetic)', 'created b (synthetic)']);
  });
});

describe('a rule that is new', () => {
  const found = (names: Names, ...lines: string[]) =>
    told(names, eventsOf(lines, 'inotify'), true).map(({ kind }) => kind);

  it('tells what was there before its first look from what is new', () => {
    expect(found({ a: [null, '5:x'] }, 'write a')).toEqual(['modified', 'closed']);
    expect(found({ a: [null, '5:x'] }, 'attrib a')).toEqual(['attrib']);
    expect(found({ a: [null, '5:x'] }, 'create a')).toContain('created');
    expect(found({ a: [null, '5:x'] }, 'rename b > a')).toEqual(['created']);
    expect(found({ a: [null, null] }, 'delete a')).toEqual(['deleted']);
    expect(found({ a: [null, null] }, 'create a', 'delete a')).toEqual([]);
  });
});

describe('a temporary name that was found gone before its rename was told', () => {
  it('is nobody that has a part in the change', () => {
    const events = eventsOf(['create a.tmp', 'delete a.tmp', 'rename a.tmp > a'], 'audit').map((event) =>
      event.kind === 'delete' ? { ...event, origin: 'comparison' as const, doer: null } : event,
    );
    const [change] = told({ a: ['5:old', '6:new'], 'a.tmp': [null, null] }, events);
    expect(change && lineOf(change)).toBe('modified a via a.tmp');
    expect(change?.doers).toEqual([{ doer: ANNA, count: 2 }]);
  });
});
