import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, EventKind } from '../../../shared/file-event.js';
import { pathKey } from '../../../shared/path-key.js';
import { search } from '../../../shared/search/search.js';
import { Events } from '../../../shared/store/events.js';
import { lastChanges, NAMING } from '../../../shared/store/last-changes.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const NOW_MS = new Date(2026, 4, 12, 12).getTime();
const HOUR_MS = 3_600_000;

function actor(auid: number | null, uid: number, exe: string, comm: string): Actor {
  return { auid, uid, pid: 1, ppid: 1, exe, comm, gid: null, euid: null, session: null };
}
const ANN = actor(1000, 0, '/usr/bin/vim.basic', 'vim');
const BOB = actor(1001, 1001, '/usr/bin/python3.11', 'a-long-script-n');
const SERVICE = actor(null, 33, '/usr/sbin/Apache', 'Web Content');

const USERS: Readonly<Record<string, number>> = { ann: 1000, bob: 1001, root: 0, www: 33 };

describe('the last change of files', () => {
  let index: SampleIndex;
  let events: Events;
  let atMs = NOW_MS - 100 * HOUR_MS;

  function tell(kind: EventKind, [from, to]: readonly [string, string?], who?: Actor): void {
    const [path, toPath] = [Buffer.from(index.path(from)), to === undefined ? undefined : Buffer.from(index.path(to))];
    const rest = { ...(toPath && { to: toPath }), ...(who && { actor: who }) };
    events.add({ event: { atMs, kind, path, origin: 'audit', ...rest }, paths: [] });
    events.save();
    atMs += HOUR_MS;
  }

  function found(query: string): string {
    const { hits } = search(index.db, query, { nowMs: NOW_MS, limit: 100, userId: (name) => USERS[name] });
    const names = hits.map(({ path }) =>
      Buffer.from(path)
        .toString()
        .slice(index.root.length + 1),
    );
    return names.sort().join(' ');
  }

  beforeAll(() => {
    const names = ['ann', 'bob', 'service', 'moved', 'linked', 'second', 'here', 'there', 'nobody', 'old', 'folder/in'];
    index = new SampleIndex(Object.fromEntries([...names, 'folder/later', 'gone/back'].map((name) => [name, 'pear'])));
    events = new Events(index.db, { maxBytes: 1 << 20, keepMs: 1e12 });
    tell('write', ['old'], ANN);
    tell('write', ['ann'], BOB);
    atMs = NOW_MS - 11 * HOUR_MS;
    tell('attrib', ['ann'], ANN);
    tell('write', ['bob'], BOB);
    tell('create', ['service'], SERVICE);
    tell('write', ['before'], ANN);
    tell('rename', ['before', 'moved'], BOB);
    tell('link', ['linked', 'second'], BOB);
    tell('exchange', ['here', 'there'], SERVICE);
    tell('write', ['nobody']);
    tell('write', ['folder/in'], ANN);
    tell('rename', ['other', 'folder'], BOB);
    tell('write', ['folder/later'], ANN);
  });
  afterAll(() => index.db.close());

  it.each([
    ['by:ann', 'ann folder/later old'],
    ['by:root', 'ann folder/later old'],
    ['by:1000', 'ann folder/later old'],
    ['by:bob', 'bob folder/in linked moved second'],
    ['by:ann,www', 'ann folder/later here old service there'],
    ['by:ann OR by:www', 'ann folder/later here old service there'],
    ['pear -by:bob', 'ann folder/later gone/back here nobody old service there'],
    ['with:vim', 'ann folder/later old'],
    ['with:VIM.basic', 'ann folder/later old'],
    ['with:/usr/bin/vim.basic', 'ann folder/later old'],
    ['with:basic', ''],
    ['with:python*', 'bob folder/in linked moved second'],
    ['with:a-long-script-name.py', 'bob folder/in linked moved second'],
    ['with:"web content"', 'here service there'],
    ['with:vim,apache', 'ann folder/later here old service there'],
    ['changed:today', 'ann bob folder/in folder/later here linked moved nobody second service there'],
    ['changed:<2026-05-12', 'old'],
    ['by:ann changed:today', 'ann folder/later'],
    ['by:ann -changed:today', 'old'],
    ['with:python* changed:3h', 'folder/in'],
    ['pear by:ann in:/nowhere', ''],
  ])('%s → %s', (query, names) => expect(found(query)).toBe(names));

  it('is told of each path: its own, or that of a folder above it', () => {
    const paths = ['ann', 'folder/in', 'folder/later', 'second', 'gone/back'].map((name) =>
      Buffer.from(index.path(name)),
    );
    const changes = lastChanges(index.db, paths);
    expect(paths.map((path) => changes.get(pathKey(path))?.kind)).toEqual([
      'attrib',
      'rename',
      'write',
      'link',
      undefined,
    ]);
    expect(changes.get(pathKey(paths[0] as Buffer))?.actor).toEqual(ANN);
  });

  it('does not take one name for another that is as long and ends alike', () => {
    tell('write', ['one/a-name-that-is-long'], BOB);
    tell('rename', ['two/a-name-that-is-long', 'six/a-name-that-is-long'], ANN);
    const kindAt = (name: string) => {
      const path = Buffer.from(index.path(name));
      return lastChanges(index.db, [path]).get(pathKey(path))?.kind;
    };
    expect(kindAt('one/a-name-that-is-long')).toBe('write');
    expect(kindAt('six/a-name-that-is-long')).toBe('rename');
    expect(kindAt('ten/a-name-that-is-long')).toBeUndefined();
  });

  it('is not that of a folder that stayed where it is, also when that is asked for, too', () => {
    tell('attrib', ['gone'], ANN);
    const paths = ['gone', 'gone/back'].map((name) => Buffer.from(index.path(name)));
    const changes = lastChanges(index.db, paths);
    expect(paths.map((path) => changes.get(pathKey(path))?.kind)).toEqual(['attrib', undefined]);
  });

  it('goes through no events but those of the names', () => {
    const plan = index.db.prepare(`EXPLAIN QUERY PLAN ${NAMING}`).all({ names: '[]' }) as { detail: string }[];
    const ofEvents = plan.filter(({ detail }) => detail.includes(' event'));
    expect(ofEvents.map(({ detail }) => detail.replace(/ \(.*/, ''))).toEqual([
      'SEARCH event USING INDEX event_path',
      'SEARCH event USING INDEX event_to_path',
    ]);
  });

  it('takes the name of nobody for words', () => {
    expect(found('by:nosuchuser')).toBe('');
    expect(found('by:nosuchuser OR pear')).not.toBe('');
  });
});
