import { describe, expect, it } from 'vitest';
import {
  type ChangeKind,
  type FileChange,
  NOWHERE,
  type Place,
} from '../../../../indexer/audit/changes/file-change.js';
import { UNKNOWN_WHO } from '../../../../indexer/audit/records/call-head.js';
import { eventOf, writtenLater } from '../../../../indexer/sources/audit/event-of.js';

const WHO = { auid: 1000, uid: 0, pid: 7, ppid: 6, comm: 'vim', exe: '/usr/bin/vim', gid: 100, euid: 0, session: 3 };
const NOBODY = UNKNOWN_WHO;

function place(path: string): Place {
  return { ...NOWHERE, path: Buffer.from(path) };
}

function change(kind: ChangeKind, from: Place, to: Place | null = null, given: Partial<FileChange> = {}): FileChange {
  return {
    node: 'host',
    serial: 12,
    timestampMs: 1_700_000_000_123,
    kind,
    attribute: null,
    certainty: 'exact',
    from,
    to,
    eitherParent: [],
    file: { inode: 99, dev: '08:01' },
    who: WHO,
    keys: [],
    ...given,
  };
}

/** `kind path > to`, of a change that was resolved to these. */
function told(each: FileChange, ...paths: string[]): string | undefined {
  const event = eventOf(
    each,
    paths.map((path) => Buffer.from(path)),
  )?.event;
  return event && [event.kind, event.path, ...(event.to ? ['>', event.to] : [])].join(' ');
}

describe('eventOf', () => {
  it('takes over who did it, when, and an id that is the same whenever it is told', () => {
    const path = Buffer.from('/r/a');
    expect(eventOf(change('create', place('/r/a')), [path])).toEqual({
      event: {
        id: 'host:1700000000123:12:create-99',
        atMs: 1_700_000_000_123,
        kind: 'create',
        path,
        origin: 'audit',
        actor: WHO,
      },
      paths: [path],
    });
  });

  it('marks what the plugin keeps back', () => {
    const event = eventOf(change('write', NOWHERE, null, { who: NOBODY }), [Buffer.from('/r/a')])?.event;
    expect(event).toMatchObject({ isWithheld: true });
    expect(event).not.toHaveProperty('actor');
  });

  it('is none of another name than that which went', () => {
    expect(told(change('delete', place('/r/new/z')), '/r/a')).toBeUndefined();
    expect(told(change('delete', { ...NOWHERE, name: Buffer.from('z') }), '/r/a')).toBeUndefined();
    expect(told(change('delete', NOWHERE), '/r/a')).toBe('delete /r/a');
  });

  it('is none where nothing is here', () => expect(told(change('delete', place('/x')))).toBeUndefined());

  it('tells two changes of one audit event apart', () => {
    const ids = [
      change('create', place('/r/a')),
      change('write', place('/r/a')),
      change('create', place('/r/b'), null, { file: { inode: 100, dev: '08:01' } }),
    ];
    expect(new Set(ids.map((each) => eventOf(each, [Buffer.from('/r/a')])?.event.id)).size).toBe(3);
  });

  it.each<[string, FileChange, readonly string[], string]>([
    ['a rename', change('rename', place('/r/a'), place('/r/b')), ['/r/a', '/r/b'], 'rename /r/a > /r/b'],
    [
      'told in another spelling',
      change('rename', place('/l/a'), place('/l/b')),
      ['/r/a', '/r/b'],
      'rename /r/a > /r/b',
    ],
    [
      'into another folder, same name',
      change('rename', place('/l/a'), place('/l/d/a')),
      ['/r/a', '/r/d/a'],
      'rename /r/a > /r/d/a',
    ],
    ['from elsewhere', change('rename', place('/x/a'), place('/r/b')), ['/r/b'], 'create /r/b'],
    ['to elsewhere', change('rename', place('/r/a'), place('/x/b')), ['/r/a'], 'delete /r/a'],
    ['a link', change('link', place('/r/a'), place('/r/b')), ['/r/a', '/r/b'], 'link /r/a > /r/b'],
    ['a link to a file elsewhere', change('link', place('/x/a'), place('/r/b')), ['/r/b'], 'link /r/b'],
    ['an exchange', change('exchange', place('/r/a'), place('/r/b')), ['/r/a', '/r/b'], 'exchange /r/a > /r/b'],
    ['a file with other names', change('write', place('/r/b')), ['/r/b', '/r/a'], 'write /r/b'],
    ['known by its inode alone', change('attrib', NOWHERE), ['/r/a'], 'attrib /r/a'],
    [
      'known by its name in a folder',
      change('delete', { ...NOWHERE, name: Buffer.from('d/a') }),
      ['/r/z', '/r/d/a'],
      'delete /r/d/a',
    ],
  ])('names both ends, or what is left of them here: %s', (_, each, paths, expected) =>
    expect(told(each, ...paths)).toBe(expected),
  );
});

it('tells of a write long after the open who had opened the file', () => {
  const path = Buffer.from('/r/log');
  const { event } = writtenLater(change('create', place('/r/log')), path, 1_700_000_009_000);
  expect(event).toMatchObject({ id: 'host:1700000000123:12:create-99+1700000009000', kind: 'write', path, actor: WHO });
});
