import { describe, expect, it } from 'vitest';
import { EventBatch } from '../../../../indexer/sources/inotify/event-batch.js';
import { IN } from '../../../../indexer/sources/inotify/inotify-events.js';

type Seen = readonly [mask: number, key: string, cookie?: number];

function told(seen: readonly Seen[]): string[] {
  const batch = new EventBatch();
  for (const [mask, key, cookie = 0] of seen) batch.note(key, mask, cookie);
  const events = batch.take(5);
  expect(batch.take(6)).toEqual([]);
  for (const { event } of events) expect([event.atMs, event.origin]).toEqual([5, 'inotify']);
  return events.map(({ event: { kind, path, to } }) => [kind, path, ...(to ? ['>', to] : [])].join(' '));
}

const FOLDER = IN.ISDIR;

describe('EventBatch', () => {
  it.each<[string, Seen[], string[]]>([
    [
      'a new file, written and set',
      [
        [IN.CREATE, '/a'],
        [IN.MODIFY, '/a'],
        [IN.ATTRIB, '/a'],
        [IN.CLOSE_WRITE, '/a'],
      ],
      ['create /a'],
    ],
    [
      'a file that is written piece by piece',
      [
        [IN.MODIFY, '/a'],
        [IN.MODIFY, '/a'],
        [IN.MODIFY, '/a'],
      ],
      ['write /a'],
    ],
    [
      'a file that is written and set',
      [
        [IN.MODIFY, '/a'],
        [IN.ATTRIB, '/a'],
        [IN.MODIFY, '/a'],
      ],
      ['write /a', 'attrib /a'],
    ],
    ['a file that is opened for writing only', [[IN.CLOSE_WRITE, '/a']], []],
    [
      'a file that comes and goes',
      [
        [IN.CREATE, '/a'],
        [IN.MODIFY, '/a'],
        [IN.DELETE, '/a'],
      ],
      ['create /a', 'delete /a'],
    ],
    [
      'a file that goes and comes again',
      [
        [IN.DELETE, '/a'],
        [IN.CREATE, '/a'],
        [IN.MODIFY, '/a'],
      ],
      ['delete /a', 'create /a'],
    ],
    [
      'a rename',
      [
        [IN.MOVED_FROM, '/a', 3],
        [IN.MOVED_TO, '/b', 3],
      ],
      ['rename /a > /b'],
    ],
    [
      'a file that is renamed and then written',
      [
        [IN.MOVED_FROM, '/a', 3],
        [IN.MOVED_TO, '/b', 3],
        [IN.MODIFY, '/b'],
      ],
      ['rename /a > /b', 'write /b'],
    ],
    ['a file that was moved away', [[IN.MOVED_FROM, '/a', 3]], ['delete /a']],
    ['a file that was moved here', [[IN.MOVED_TO, '/a', 3]], ['create /a']],
    [
      'folders',
      [
        [IN.CREATE | FOLDER, '/d'],
        [IN.MOVED_FROM | FOLDER, '/d', 4],
        [IN.MOVED_TO | FOLDER, '/e', 4],
        [IN.DELETE | FOLDER, '/e'],
      ],
      ['mkdir /d', 'rename /d > /e', 'rmdir /e'],
    ],
    [
      'a folder with two paths',
      [
        [IN.MOVED_FROM, '/x/a', 3],
        [IN.MOVED_FROM, '/y/a', 3],
        [IN.MOVED_TO, '/x/b', 3],
        [IN.MOVED_TO, '/y/b', 3],
      ],
      ['rename /x/a > /x/b', 'rename /y/a > /y/b'],
    ],
  ])('tells what a name went through: %s', (_, seen, expected) => expect(told(seen)).toEqual(expected));

  it('tells of each whether it is a folder', () => {
    const batch = new EventBatch();
    batch.note('/a', IN.ATTRIB, 0);
    batch.note('/d', IN.ATTRIB | FOLDER, 0);
    expect(batch.take(5).map(({ isFolder }) => isFolder)).toEqual([false, true]);
  });
});
