/** What the writer tells of a batch: what has changed, and which events explain it. */
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import type { EventKind, FileEvent } from '../../../shared/file-event.js';
import { readEvents } from '../../../shared/store/read-events.js';
import { PRIORITY } from '../../../shared/types.js';
import { afterTick } from '../../helpers/after-tick.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

const HTML = '<p>alpha</p>';
let root: string;
let pipeline: SteppedPipeline;

/** Known as a whole: what is found by comparing has happened since. */
beforeEach(async () => {
  root = tempFolder();
  writeFileSync(join(root, 'a.html'), HTML);
  mkdirSync(join(root, 'sub/deep'), { recursive: true });
  writeFileSync(join(root, 'sub/deep/b.txt'), 'beta');
  pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  expect(kept()).toEqual([]);
  expect(pipeline.freshness.isComplete).toBe(true);
  pipeline.changes.length = 0;
});

afterEach(() => pipeline.close());

function event(kind: EventKind, name: string, to?: string): FileEvent {
  const path = Buffer.from(join(root, name));
  return { atMs: 1, kind, path, origin: 'inotify', ...(to !== undefined && { to: Buffer.from(join(root, to)) }) };
}

function kept(): string[] {
  return [...readEvents(pipeline.db, { afterSequence: 0, sinceMs: 0 })].map(({ id, kind, path, to, origin }) => {
    const names = [path, ...(to ? [to] : [])].map((each) => each.toString().slice(root.length + 1));
    return `${id} ${origin} ${kind} ${names.join(' > ')}`;
  });
}

function told(): string[] {
  return pipeline.changes.map(({ kind, path, from, eventIds }) => {
    const names = [...(from ? [from] : []), path].map((each) =>
      Buffer.from(each)
        .toString()
        .slice(root.length + 1),
    );
    return `${kind} ${names.join(' > ')} [${eventIds}]`;
  });
}

describe('a change that a source told of', () => {
  it.each<[string, () => void, FileEvent['kind'], string]>([
    ['a new file', () => writeFileSync(join(root, 'new.txt'), 'x'), 'create', 'added new.txt [1]'],
    ['a rewritten file', () => writeFileSync(join(root, 'a.html'), '<p>other</p>'), 'write', 'changed a.html [1]'],
    ['a deleted file', () => rmSync(join(root, 'a.html')), 'delete', 'removed a.html [1]'],
    ['a file of the same text', () => writeFileSync(join(root, 'a.html'), HTML), 'write', 'unchanged a.html [1]'],
    ['other rights', () => chmodSync(join(root, 'a.html'), 0o600), 'attrib', 'unchanged a.html [1]'],
  ])('claims its event: %s', async (_, change, kind, expected) => {
    change();
    const name = expected.split(' ')[1] as string;
    pipeline.tell(event(kind, name));
    await pipeline.drain();
    expect(told()).toEqual([expected]);
    expect(kept()).toEqual([`1 inotify ${kind} ${name}`]);
  });

  it('claims the event when nothing has changed after all', async () => {
    pipeline.tell(event('write', 'a.html'));
    await pipeline.drain();
    expect(told()).toEqual(['unchanged a.html [1]']);
  });

  it('says what the index had before and has now', async () => {
    writeFileSync(join(root, 'a.html'), '<p>longer</p>');
    pipeline.tell(event('write', 'a.html'));
    await pipeline.drain();
    const [change] = pipeline.changes;
    expect([change?.before?.size, change?.after?.size]).toEqual([HTML.length, '<p>longer</p>'.length]);
  });

  it('claims all events of a path at once, each once', async () => {
    writeFileSync(join(root, 'a.html'), '<p>one</p>');
    pipeline.tell({ ...event('write', 'a.html'), origin: 'audit', id: ':1:1:write' });
    pipeline.tell({ ...event('write', 'a.html'), origin: 'audit', id: ':1:2:write' });
    await pipeline.drain();
    expect(told()).toEqual(['changed a.html [:1:1:write,:1:2:write]']);
  });

  it('leaves events that come while the path is worked on to the work that follows', async () => {
    writeFileSync(join(root, 'a.html'), '<p>one</p>');
    pipeline.tell({ ...event('write', 'a.html'), origin: 'audit', id: ':1:1:write' });
    pipeline.whileExtracting = (outcomes) => {
      pipeline.whileExtracting = (same) => same;
      writeFileSync(join(root, 'a.html'), '<p>two</p>');
      pipeline.tell({ ...event('write', 'a.html'), origin: 'audit', id: ':1:2:write' });
      return outcomes;
    };
    await pipeline.drain();
    expect(told()).toEqual(['changed a.html []', 'changed a.html [:1:1:write,:1:2:write]']);
    expect(kept()).toEqual([':1:1:write audit write a.html', ':1:2:write audit write a.html']);
  });

  it('has one event for both names of a renamed file, with or without its content', async () => {
    renameSync(join(root, 'a.html'), join(root, 'c.txt'));
    pipeline.tell(event('rename', 'a.html', 'c.txt'));
    await pipeline.drain();
    expect(told().sort()).toEqual(['added c.txt [1]', 'removed a.html [1]']);
    expect(kept()).toEqual(['1 inotify rename a.html > c.txt']);
  });

  it('has one event for a renamed folder', async () => {
    renameSync(join(root, 'sub'), join(root, 'moved'));
    pipeline.tell(event('rename', 'sub', 'moved'), 'tree');
    await pipeline.drain();
    expect(told()).toEqual([
      'moved sub > moved []',
      expect.stringMatching(/^unchanged (sub|moved) \[1]$/),
      expect.stringMatching(/^unchanged (sub|moved) \[1]$/),
    ]);
    expect(kept()).toEqual(['1 inotify rename sub > moved']);
  });

  it('closes the event of a file whose folder is looked at in its place', async () => {
    rmSync(join(root, 'sub'), { recursive: true });
    pipeline.tell(event('delete', 'sub/deep/b.txt'));
    pipeline.tell(event('rmdir', 'sub'), 'tree');
    await pipeline.drain();
    expect(told().sort()).toEqual(['removed sub [2]', 'unchanged sub/deep/b.txt [1]']);
    expect(kept()).toHaveLength(2);
    expect(pipeline.db.prepare('SELECT count(*) FROM open_event').pluck().get()).toBe(0);
  });
});

describe('a change that nobody saw', () => {
  it.each<[string, () => void, string[]]>([
    ['a new file', () => writeFileSync(join(root, 'new.txt'), 'x'), ['1 comparison create new.txt']],
    ['a rewritten file', () => writeFileSync(join(root, 'a.html'), '<p>other</p>'), ['1 comparison write a.html']],
    ['a deleted file', () => rmSync(join(root, 'a.html')), ['1 comparison delete a.html']],
    ['a deleted folder', () => rmSync(join(root, 'sub'), { recursive: true }), ['1 comparison rmdir sub']],
    [
      'a renamed file',
      () => renameSync(join(root, 'a.html'), join(root, 'z.txt')),
      ['1 comparison rename a.html > z.txt'],
    ],
    [
      'a file that is written to and renamed',
      () => {
        writeFileSync(join(root, 'a.html'), '<p>longer than before</p>');
        renameSync(join(root, 'a.html'), join(root, 'sub/z.html'));
      },
      ['1 comparison rename a.html > sub/z.html'],
    ],
    ['a renamed folder', () => renameSync(join(root, 'sub'), join(root, 'moved')), ['1 comparison rename sub > moved']],
    ['other rights', () => chmodSync(join(root, 'a.html'), 0o600), ['1 comparison attrib a.html']],
    ['another time', () => utimesSync(join(root, 'a.html'), 1, 1), ['1 comparison attrib a.html']],
    ['a new folder', () => mkdirSync(join(root, 'empty')), ['1 comparison mkdir empty']],
    ['nothing', () => {}, []],
  ])('has exactly one event: %s', async (_, change, expected) => {
    change();
    await afterTick();
    await pipeline.crawl();
    expect(kept()).toEqual(expected);
    await pipeline.crawl();
    expect(kept()).toEqual(expected);
    expect(pipeline.db.prepare('SELECT count(*) FROM open_event').pluck().get()).toBe(0);
    const names = expected.flatMap((line) => line.split(' > '));
    expect(pipeline.changes.flatMap(({ eventIds }) => eventIds)).toEqual(names.map(() => '1'));
  });
});

describe('a name that is gone', () => {
  it('is not the old name of a new file that got its inode number', async () => {
    rmSync(join(root, 'a.html'));
    writeFileSync(join(root, 'z.txt'), 'other');
    await pipeline.crawl();
    expect(kept()).toEqual(['1 comparison create z.txt', '2 comparison delete a.html']);
  });

  it('is told as gone where a source has told so', async () => {
    linkSync(join(root, 'a.html'), join(root, 'z.html'));
    rmSync(join(root, 'a.html'));
    pipeline.tell(event('delete', 'a.html'));
    pipeline.tell(event('create', 'z.html'));
    await pipeline.drain();
    expect(kept()).toEqual(['1 inotify delete a.html', '2 inotify create z.html']);
    expect(told().sort()).toEqual(['added z.html [2]', 'removed a.html [1]']);
  });

  it('is told as gone when another file has it by the time of the write', async () => {
    renameSync(join(root, 'a.html'), join(root, 'z.html'));
    pipeline.whileExtracting = (outcomes) => {
      pipeline.whileExtracting = (same) => same;
      writeFileSync(join(root, 'a.html'), '<p>another</p>');
      return outcomes;
    };
    await pipeline.crawl();
    const names = pipeline.db.prepare<[], Buffer>('SELECT name FROM file ORDER BY name').pluck().all();
    expect(names.map(String)).toEqual(['a.html', 'b.txt', 'z.html']);
  });
});

describe('no event is kept', () => {
  it('of what the rules leave out by now', async () => {
    writeFileSync(join(root, '.find-textignore'), 'a.html\n');
    pipeline.forgetRules();
    pipeline.hint(Buffer.from(join(root, 'a.html')), 'path');
    await pipeline.drain();
    expect(told()).toEqual(['removed a.html []']);
    expect(kept()).toEqual([]);
  });

  it('of a root that is not known as a whole yet', async () => {
    const other = new SteppedPipeline(Buffer.from(root), tempFolder());
    await other.freshness.begin(0, PRIORITY.bulk);
    while (other.reader.documentCount === 0) await other.step(1);
    expect(other.freshness.isComplete).toBe(false);
    rmSync(join(root, 'a.html'));
    writeFileSync(join(root, 'new.txt'), 'x');
    await other.crawl();
    expect(other.changes.map(({ kind }) => kind)).toContain('removed');
    expect([...readEvents(other.db, { afterSequence: 0, sinceMs: 0 })]).toEqual([]);
    other.close();
  });

  it('of what was forgotten', async () => {
    pipeline.tell(event('write', 'sub/deep/b.txt'));
    rmSync(join(root, 'sub'), { recursive: true });
    await pipeline.apply([{ kind: 'forget', path: Buffer.from(join(root, 'sub')) }]);
    pipeline.tell(event('rmdir', 'sub'));
    await pipeline.drain();
    expect(kept()).toEqual([]);
  });
});

it('numbers its commits on after a restart', async () => {
  const before = pipeline.writer.apply([], 0).seq;
  expect(before).toBeGreaterThan(0);
  const writer = new IndexWriter(pipeline.db, { settleMs: 0, maxWaitMs: 0 });
  const hint = { path: Buffer.from(join(root, 'a.html')), scope: 'path', priority: PRIORITY.interactive } as const;
  expect(writer.apply([{ kind: 'enqueue', hint }], 0).seq).toBe(before);
  const removal = writer.apply([{ kind: 'remove', path: Buffer.from(join(root, 'a.html')), why: 'gone' }], 0);
  expect(removal.seq).toBe(before + 1);
});

it('gathers no changes where nobody listens, and numbers its commits and claims events all the same', () => {
  const { writer } = pipeline;
  const path = Buffer.from(join(root, 'a.html'));
  const hint = { path, scope: 'path', priority: PRIORITY.bulk, isAttributes: true } as const;
  const reported = { kind: 'event', event: event('attrib', 'a.html'), paths: [path] } as const;
  const { seq } = writer.apply([reported, { kind: 'enqueue', hint }], 0, false);
  expect(writer.take({ interactive: 1, trees: 1, other: 1, vanished: 1 }, 1).entries).toHaveLength(1);
  expect(openEvents()).toBe(1);
  expect(writer.apply([{ kind: 'finish', path }], 0, false)).toEqual({ seq: seq + 1, changes: [] });
  expect(openEvents()).toBe(0);
  const removal = [{ kind: 'remove', path, why: 'gone' }] as const;
  expect(writer.apply(removal, 0, false)).toEqual({ seq: seq + 2, changes: [] });
  expect(kept()).toEqual(['1 inotify attrib a.html', '2 comparison delete a.html']);
});

function openEvents(): unknown {
  return pipeline.db.prepare('SELECT count(*) FROM open_event').pluck().get();
}
