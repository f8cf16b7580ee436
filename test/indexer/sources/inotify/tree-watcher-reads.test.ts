/** Orders of events that the real kernel gives too rarely to wait for: here the reads are made by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchDescriptors } from '../../../../indexer/sources/inotify/inotify.js';
import { IN, type InotifyEvent } from '../../../../indexer/sources/inotify/inotify-events.js';
import { type TreeListener, TreeWatcher } from '../../../../indexer/sources/inotify/tree-watcher.js';
import { pathText } from '../../../../shared/path-text.js';
import { toBytes } from '../../../../shared/paths.js';
import type { ChangeHint } from '../../../../shared/types.js';

class FakeDescriptors implements WatchDescriptors {
  paths: string[] = [''];
  removed: number[] = [];
  failure: string | undefined;
  read: (events: InotifyEvent[]) => void = () => {};

  add(path: Uint8Array): number {
    if (this.failure) throw Object.assign(new Error(this.failure), { code: this.failure });
    const wd = this.paths.indexOf(pathText(path));
    return wd > 0 ? wd : this.paths.push(pathText(path)) - 1;
  }

  async addAside(path: Uint8Array): Promise<number> {
    return this.add(path);
  }

  remove(wd: number): void {
    this.removed.push(wd);
  }

  onEvents(callback: (events: readonly InotifyEvent[]) => void): void {
    this.read = callback;
  }

  async caughtUp(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}

let descriptors: FakeDescriptors;
let watcher: TreeWatcher;
let hints: string[];
let overflows: number;

/** A failure that is not listened to is thrown. */
function listening(to: Partial<TreeListener>): TreeListener {
  return {
    happened: () => {},
    lost: () => {},
    suspected: () => {},
    failed: (error) => {
      throw error;
    },
    ...to,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  descriptors = new FakeDescriptors();
  watcher = new TreeWatcher({ descriptors });
  hints = [];
  overflows = 0;
  for (const path of ['/r', '/r/a', '/r/a/sub', '/r/b']) expect(watcher.watch(toBytes(path))).toBe('watched');
  watcher.start(inWords());
});

function inWords(): TreeListener {
  return listening({
    happened: (found) => hints.push(...found.map(({ path, scope }) => `${scope} ${pathText(path)}`)),
    lost: () => overflows++,
  });
}

afterEach(async () => {
  await watcher.close();
  vi.useRealTimers();
});

const [R, A, SUB, B] = [1, 2, 3, 4] as const;

function event(wd: number, mask: number, name = '', cookie = 0): InotifyEvent {
  return { wd, mask, name: toBytes(name), cookie };
}

const leavesA = event(R, IN.MOVED_FROM | IN.ISDIR, 'a', 77);
const arrivesInB = event(B, IN.MOVED_TO | IN.ISDIR, 'new', 77);

describe('TreeWatcher: changed attributes', () => {
  /** What one read tells. */
  function told(events: InotifyEvent[], isIgnored = (_path: Uint8Array) => false): string[] {
    const all: string[] = [];
    const other = new TreeWatcher({ descriptors, isIgnored });
    for (const path of ['/r', '/r/a']) other.watch(toBytes(path));
    const told = listening({
      happened: (found, happened, attributes) => {
        all.push(
          ...found.map((hint) => `${hint.scope} ${pathText(hint.path)}${hint.isAttributes ? ' attributes' : ''}`),
        );
        all.push(...happened.map(({ event: { kind, path } }) => `event ${kind} ${pathText(path)}`));
        all.push(...attributes.map(({ path }) => `attributes ${pathText(path)}`));
      },
    });
    other.start(told);
    descriptors.read(events);
    void other.close();
    return all;
  }
  const chmod = (name: string) => event(A, IN.ATTRIB, name);

  it('are told as one while nothing else is told of the file, each once', () => {
    expect(told([chmod('f'), chmod('g'), chmod('f')])).toEqual(['attributes /r/a/f', 'attributes /r/a/g']);
  });

  it('are told as an event and a hint, in order, when more is told of the file', () => {
    const events = ['event attrib /r/a/f', 'event write /r/a/f'];
    expect(told([chmod('f'), event(A, IN.MODIFY, 'f')])).toEqual(['path /r/a/f', ...events]);
    expect(told([event(A, IN.MODIFY, 'f'), chmod('f')])).toEqual(['path /r/a/f', ...events.reverse()]);
  });

  it('are told before the folder is renamed or removed', () => {
    const rename = [event(R, IN.MOVED_FROM | IN.ISDIR, 'a', 7), event(R, IN.MOVED_TO | IN.ISDIR, 'c', 7)];
    const after = ['event attrib /r/a/f', 'event rename /r/a'];
    expect(told([chmod('f'), ...rename])).toEqual(['tree /r/a', 'tree /r/c', ...after]);
    expect(told([...rename, event(A, IN.ATTRIB, 'f')])).toEqual([
      'tree /r/a',
      'tree /r/c',
      'event rename /r/a',
      'event attrib /r/c/f',
    ]);
  });

  it('are told as one although the folder has others, too', () => {
    const itself = event(R, IN.ATTRIB | IN.ISDIR, 'a');
    expect(told([itself, chmod('f')])).toEqual(['path /r/a', 'event attrib /r/a', 'attributes /r/a/f']);
    expect(told([chmod('f'), itself])).toEqual(['path /r/a', 'event attrib /r/a', 'attributes /r/a/f']);
  });

  it('of an ignored name are an event only', () => {
    expect(told([chmod('f'), chmod('g')], (path) => pathText(path).endsWith('/f'))).toEqual([
      'event attrib /r/a/f',
      'attributes /r/a/g',
    ]);
  });
});

describe('TreeWatcher: a rename in two reads', () => {
  it('is followed when the new name comes in the next read', () => {
    descriptors.read([leavesA]);
    descriptors.read([arrivesInB, event(SUB, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/a', 'tree /r/b/new']);
    descriptors.read([event(SUB, IN.MODIFY, 'file')]);
    expect(hints.at(-1)).toBe('path /r/b/new/sub/file');
    expect(descriptors.removed).toEqual([]);
  });

  it('is a departure when the new name comes in neither', () => {
    descriptors.read([leavesA]);
    descriptors.read([event(R, IN.CREATE, 'x')]);
    expect(descriptors.removed.sort()).toEqual([A, SUB]);
    descriptors.read([arrivesInB, event(SUB, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/a', 'path /r/x', 'tree /r/b/new']);
  });

  it('is a departure when nothing more comes', () => {
    descriptors.read([leavesA]);
    expect(watcher.watchCount).toBe(4);
    vi.advanceTimersByTime(1000);
    expect(watcher.watchCount).toBe(2);
  });

  it('gives no path to what happens below it between both reads', () => {
    descriptors.read([leavesA, event(SUB, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/a']);
  });

  it('keeps the place a crawl has found for it', () => {
    descriptors.read([leavesA]);
    descriptors.paths[A] = '/r/c';
    watcher.watch(toBytes('/r/c'));
    descriptors.read([arrivesInB]);
    vi.advanceTimersByTime(1000);
    descriptors.read([event(SUB, IN.CREATE, 'file')]);
    expect(hints.at(-1)).toBe('path /r/c/sub/file');
  });
});

describe('TreeWatcher: a mount that goes while its folder is being watched', () => {
  const OTHER = 4;
  const OWN = 9;

  it.each<[string, (path: Uint8Array) => unknown]>([
    ['at once', (path) => watcher.watch(path)],
    ['in another thread', (path) => watcher.watchAside(path)],
  ])('takes the watch from no other folder, set %s', async (_, watch) => {
    const added = [OTHER, OWN];
    descriptors.add = () => added.shift() ?? OWN;
    await watch(toBytes('/r/a'));
    descriptors.read([event(OTHER, IN.CREATE, 'file'), event(OWN, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/a', 'path /r/b/file', 'path /r/a/file']);
    expect(descriptors.removed).not.toContain(OTHER);
  });
});

describe('TreeWatcher: another folder in the place of a watched one', () => {
  const OTHER = 9;

  it('is compared once more, because a watch below it that was set just now went with the old one', () => {
    descriptors.paths[A] = '/away';
    descriptors.paths[OTHER] = '/r/a';
    watcher.watch(toBytes('/r/a/sub'));
    watcher.watch(toBytes('/r/a'));
    expect([hints, descriptors.removed]).toEqual([['tree /r/a'], [A, SUB]]);
    watcher.watch(toBytes('/r/a'));
    watcher.watch(toBytes('/r/a/sub'));
    descriptors.read([event(SUB, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/a', 'path /r/a/sub/file']);
  });

  it('is not, when nothing was watched below it', () => {
    descriptors.paths[B] = '/away';
    descriptors.paths[OTHER] = '/r/b';
    watcher.watch(toBytes('/r/b'));
    expect([hints, descriptors.removed]).toEqual([[], [B]]);
  });
});

describe('TreeWatcher: two paths to one folder', () => {
  const MOVED = IN.ISDIR;

  beforeEach(async () => {
    await watcher.close();
    descriptors = new FakeDescriptors();
    watcher = new TreeWatcher({ descriptors, isSameFolder: () => true });
    const wds: Record<string, number> = { '/r': R, '/r/a': A, '/r/a/sub': SUB, '/r/b': A, '/r/b/sub': SUB };
    descriptors.add = (path) => wds[pathText(path)] ?? 9;
    for (const path of Object.keys(wds)) watcher.watch(toBytes(path));
    watcher.start(inWords());
  });

  it('a change in it is a hint for both', () => {
    descriptors.read([event(SUB, IN.CREATE, 'file'), event(A, IN.MODIFY, 'other')]);
    expect(hints).toEqual(['path /r/a/sub/file', 'path /r/b/sub/file', 'path /r/a/other', 'path /r/b/other']);
  });

  it('a folder that is renamed in it is followed below both', () => {
    descriptors.read([event(A, IN.MOVED_FROM | MOVED, 'sub', 5), event(A, IN.MOVED_TO | MOVED, 'new', 5)]);
    descriptors.read([event(SUB, IN.CREATE, 'file')]);
    expect(hints.slice(-2).sort()).toEqual(['path /r/a/new/file', 'path /r/b/new/file']);
    expect(descriptors.removed).toEqual([]);
  });

  it('a folder that leaves it to where only one path leads is watched there', () => {
    descriptors.read([event(A, IN.MOVED_FROM | MOVED, 'sub', 5), event(R, IN.MOVED_TO | MOVED, 'new', 5)]);
    vi.advanceTimersByTime(1000);
    descriptors.read([event(SUB, IN.CREATE, 'file')]);
    expect(hints.at(-1)).toBe('path /r/new/file');
    expect(descriptors.removed).toEqual([]);
  });

  it('when one of them goes, the other is watched as before', () => {
    descriptors.read([event(R, IN.DELETE | IN.ISDIR, 'b')]);
    descriptors.read([event(SUB, IN.CREATE, 'file')]);
    expect(hints).toEqual(['tree /r/b', 'path /r/a/sub/file']);
    expect(descriptors.removed).toEqual([]);
    watcher.unwatchTree(toBytes('/r/a'));
    expect(descriptors.removed.sort()).toEqual([A, SUB]);
  });

  it('a renamed file has moved below both', () => {
    const found: unknown[] = [];
    const pathsOf = ({ path, renamedFrom }: ChangeHint) => [path, renamedFrom].map((each) => each && pathText(each));
    watcher.start(listening({ happened: (batch) => found.push(...batch.map(pathsOf)) }));
    descriptors.read([event(A, IN.MOVED_FROM, 'old', 7), event(A, IN.MOVED_TO, 'new', 7)]);
    expect(found).toEqual([
      ['/r/a/old', '/r/a/old'],
      ['/r/b/old', '/r/b/old'],
      ['/r/a/new', '/r/a/old'],
      ['/r/b/new', '/r/b/old'],
    ]);
  });
});

describe('TreeWatcher: other events', () => {
  it('gives the hints of a read before it says that events were lost', () => {
    descriptors.read([event(A, IN.CREATE, 'x'), event(-1, IN.Q_OVERFLOW)]);
    expect([hints, overflows]).toEqual([['path /r/a/x'], 1]);
    descriptors.read([event(A, IN.CREATE, 'y')]);
    expect(overflows).toBe(1);
  });

  it('hints at a directory whose file system was unmounted, and forgets it', () => {
    descriptors.read([event(A, IN.UNMOUNT), event(A, IN.IGNORED), event(SUB, IN.UNMOUNT), event(SUB, IN.IGNORED)]);
    expect(hints).toEqual(['tree /r/a']);
    expect(watcher.watchCount).toBe(2);
  });

  it('leaves out events of watches that were given up', () => {
    watcher.unwatchTree(toBytes('/r/a'));
    descriptors.read([event(SUB, IN.CREATE, 'x'), event(SUB, IN.IGNORED), event(99, IN.CREATE, 'y')]);
    expect(hints).toEqual([]);
    expect(watcher.watchCount).toBe(2);
  });

  it('hints at a root that was renamed, and gives up what is below it', () => {
    descriptors.read([event(R, IN.MOVE_SELF)]);
    expect(hints).toEqual(['tree /r']);
    expect(descriptors.removed.sort()).toEqual([R, A, SUB, B]);
  });

  it('no longer counts an unwatched directory that was deleted', () => {
    descriptors.failure = 'ENOSPC';
    watcher.watch(toBytes('/r/b/new'));
    expect(watcher.unwatchedDirectories(9)).toEqual([toBytes('/r/b/new')]);
    descriptors.read([event(B, IN.DELETE | IN.ISDIR, 'new')]);
    expect(watcher.unwatchedCount).toBe(0);
  });

  it('hints at the entry of a folder whose rights changed, once, although the folder above may tell it as well', () => {
    const changed = IN.ATTRIB | IN.ISDIR;
    descriptors.read([event(R, changed), event(R, changed, 'b'), event(B, changed)]);
    expect(hints).toEqual(['path /r', 'path /r/b']);
  });

  it.each([
    ['ENOSPC', 'limit', 1],
    ['ENOMEM', 'limit', 1],
    ['ENOENT', 'gone', 0],
    ['ENOTDIR', 'gone', 0],
    ['ELOOP', 'gone', 0],
    ['EACCES', 'denied', 0],
    ['ENAMETOOLONG', 'denied', 0],
  ])('answers %s of the kernel by "%s"', (code, result, missed) => {
    descriptors.failure = code;
    expect(watcher.watch(toBytes('/r/new'))).toBe(result);
    expect(watcher.unwatchedCount).toBe(missed);
  });

  it('forgets a watched directory that is gone when it is looked at again', () => {
    descriptors.failure = 'ENOENT';
    expect(watcher.watch(toBytes('/r/a'))).toBe('gone');
    expect(descriptors.removed.sort()).toEqual([A, SUB]);
  });
});
