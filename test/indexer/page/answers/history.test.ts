import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../../indexer/notify/ledger/ledger.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import { historyHandlers } from '../../../../indexer/page/answers/history.js';
import type { EventsWords, TimelineWords, ToldPage } from '../../../../indexer/page/words.js';
import { KeptIndex } from '../../../../shared/answer/kept-index.js';
import { CLOSED_GAPS_KEY, encodeClosed } from '../../../../shared/closed-gaps.js';
import type { FileEvent } from '../../../../shared/file-event.js';
import { encodeFreshness, FRESHNESS_KEY } from '../../../../shared/freshness.js';
import { Events } from '../../../../shared/store/events.js';
import { Meta } from '../../../../shared/store/meta.js';
import { ANN } from '../../../helpers/sample-actor.js';
import { SampleIndex } from '../../../helpers/sample-index.js';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 29, 12, 30);

function world() {
  const sample = new SampleIndex();
  const events = new Events(sample.db, { maxBytes: 1 << 20, keepMs: 1e12 });
  const tell = (path: string, given: Partial<FileEvent> = {}) => {
    const event: FileEvent = { atMs: NOW_MS, kind: 'write', path: Buffer.from(path), origin: 'inotify', ...given };
    events.add({ event, paths: event.to ? [event.path, event.to] : [event.path] });
    events.save();
  };
  const { dataDirectory } = sample;
  const handlers = historyHandlers({ index: new KeptIndex(dataDirectory), dataDirectory, now: () => NOW_MS });
  const ask = <Answer>(name: 'events' | 'told' | 'timeline', question = {}) => handlers[name]?.(question) as Answer;
  return { sample, tell, ask, dataDirectory };
}

describe('events for the page', () => {
  it('are told in words, the newest first, without what could deceive', () => {
    const { tell, ask } = world();
    tell('/a/old\u202e');
    tell('/a/b', { kind: 'rename', to: Buffer.from('/a/c'), origin: 'audit', actor: ANN });
    const { events, before } = ask<EventsWords>('events');
    expect(before).toBeNull();
    expect(events).toMatchObject([
      { action: 'renamed', path: '/a/b', to: '/a/c', who: expect.stringContaining(' as root'), source: '/usr/bin/vim' },
      { action: 'written', path: '/a/old\\u{202e}', who: '?', source: 'told by inotify' },
    ]);
  });

  it('are those of a folder with whatever slashes behind it, and of none whose name is nothing but slashes and more', () => {
    const { tell, ask } = world();
    tell('/a\n/b');
    const paths = (path: string) => ask<EventsWords>('events', { path }).events.map((event) => event.path);
    for (const path of ['/a\n', '/a\n/', '/a\n///', '/', '//']) expect(paths(path)).toHaveLength(1);
    expect(paths(`${'/'.repeat(60_000)}x`)).toEqual([]);
  });

  it('come a page at a time, each once, also those of one folder', () => {
    const { tell, ask } = world();
    for (let at = 0; at < 350; at++) tell(`/${at % 3 === 0 ? 'a' : 'b'}/${at}`);
    const all = (path?: string) => {
      const paths: string[] = [];
      for (let before: number | null | undefined; before !== null; ) {
        const page: EventsWords = ask('events', { path, ...(before !== undefined && { before }) });
        paths.push(...page.events.map((event) => event.path));
        before = page.before;
      }
      return paths;
    };
    expect(all()).toEqual(Array.from({ length: 350 }, (_, at) => `/${(349 - at) % 3 === 0 ? 'a' : 'b'}/${349 - at}`));
    expect(all('/a/')).toEqual(all().filter((path) => path.startsWith('/a/')));
    expect(all('/c')).toEqual([]);
  });

  it.each([-1, 1.5, 'x', null, {}, 1e300])('are not asked for before %j', (before) => {
    const { ask } = world();
    if (before === null) return expect(ask<EventsWords>('events', { before }).events).toEqual([]);
    expect(() => ask('events', { before })).toThrow(expect.objectContaining({ code: 'FT_REQUEST_INVALID' }));
  });
});

describe('the timeline of the page', () => {
  it('counts the events of each hour of seven days, and has the gaps, open and closed', () => {
    const { sample, tell, ask } = world();
    tell('/a', { atMs: NOW_MS });
    tell('/b', { atMs: NOW_MS - 31 * 60_000 });
    tell('/c', { atMs: NOW_MS - 31 * 60_000 });
    tell('/d', { atMs: NOW_MS - 8 * 24 * HOUR_MS });
    const scope = Buffer.from('/root');
    const meta = new Meta(sample.db);
    const closed = { reason: 'events lost', sinceMs: NOW_MS - HOUR_MS, scope } as const;
    meta.set(CLOSED_GAPS_KEY, encodeClosed({ count: 1, last: [closed] }));
    const open = { reason: 'not mounted', sinceMs: NOW_MS, scope } as const;
    const roots = [{ root: scope, completeSinceMs: undefined, gaps: [open] }];
    meta.set(FRESHNESS_KEY, encodeFreshness({ keeper: undefined, savedMs: NOW_MS, roots }));
    const { hours, gaps, sinceMs } = ask<TimelineWords>('timeline');
    expect(hours).toHaveLength(7 * 24);
    expect(sinceMs + hours.length * HOUR_MS).toBe(NOW_MS + HOUR_MS / 2);
    expect([hours.at(-1), hours.at(-2), hours.reduce((sum, each) => sum + each)]).toEqual([1, 2, 3]);
    expect(gaps).toEqual([
      { sinceMs: NOW_MS, isOpen: true, text: '/root: may lack changes because it is missing or not mounted' },
      {
        sinceMs: NOW_MS - HOUR_MS,
        isOpen: false,
        text: '/root: the kernel dropped inotify events; it was compared with the disk since then',
      },
    ]);
  });
});

describe('what was told, for the page', () => {
  it('is nothing where no rule has asked for it', () => {
    expect(world().ask('told')).toEqual({ isKept: false, entries: [], before: null });
  });

  it('has who, what is different and the diff, the newest first, a page at a time', () => {
    const { ask, dataDirectory } = world();
    mkdirSync(dataDirectory, { recursive: true });
    const db = openNotify(dataDirectory);
    const ledger = new Ledger(db);
    const entry = { atMs: NOW_MS, rule: 'etc', kind: 'modified', path: Buffer.from('/a'), delivery: 'sent' } as const;
    const actor = {
      login: { id: 1000, name: 'ann' },
      user: { id: 0, name: 'root' },
      process: { executable: '/usr/bin/vim', name: 'vim' },
    };
    const diff = { format: 'unified', text: '@@ -1 +1 @@\n-a\n+b\n', added: 1, removed: 1 };
    const body = {
      src_path: '/a\u001b[2J',
      dest_path: '',
      severity: 'high',
      origin: 'audit',
      changes: ['mode 0644 → 0600'],
    };
    for (let at = 0; at < 29; at++)
      ledger.append({ ...entry, body: { ...body, actor: null, diff: { omitted: 'binary' } } });
    ledger.append({ ...entry, rule: null, kind: 'gap', path: null, body: { text: 'a gap' } });
    ledger.append({ ...entry, body: { ...body, actor, diff } });
    db.close();
    const first = ask<ToldPage>('told');
    expect(first.entries).toHaveLength(30);
    expect(first.entries.slice(0, 3)).toMatchObject([
      {
        sequence: 31,
        path: '/a\\x1b[2J',
        who: 'ann as root',
        source: '/usr/bin/vim',
        changes: ['mode 0644 → 0600'],
        diff: diff.text,
      },
      { sequence: 30, rule: '', kind: 'gap', text: 'a gap', who: '' },
      { sequence: 29, who: '', source: 'told by audit', noDiff: 'binary' },
    ]);
    const second = ask<ToldPage>('told', { before: first.before });
    expect([second.entries.map(({ sequence }) => sequence), second.before]).toEqual([[1], null]);
  });
});
