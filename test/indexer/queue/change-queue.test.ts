import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeQueue } from '../../../indexer/queue/change-queue.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { PRIORITY } from '../../../shared/types.js';

const SETTLE_MS = 20;
const MAX_WAIT_MS = 2000;
const interactive = PRIORITY.interactive;
const bytes = (path: string) => Buffer.from(path);

let db: Db;
let queue: ChangeQueue;

beforeEach(() => {
  db = openForWriting(':memory:');
  queue = new ChangeQueue(db, { settleMs: SETTLE_MS, maxWaitMs: MAX_WAIT_MS });
});

function hint(path: string, nowMs: number, scope: 'path' | 'tree' = 'path', priority: 0 | 1 | 2 = interactive): void {
  queue.enqueue({ path: bytes(path), scope, priority }, nowMs);
}

function taken(nowMs: number, priority: 0 | 1 | 2 = interactive): string[] {
  return queue.take(priority, nowMs, 100).map(({ path }) => path.toString());
}

describe('ChangeQueue', () => {
  it('releases a path once when it changes 100 times within settleMs', () => {
    for (let ms = 0; ms < 100; ms++) hint('/a', 1000 + ms / 10);
    expect(taken(1009.9 + SETTLE_MS - 0.1)).toEqual([]);
    expect(taken(1009.9 + SETTLE_MS)).toEqual(['/a']);
    expect(taken(99_999)).toEqual([]);
  });

  it('releases a path that never rests maxWaitMs after its first change', () => {
    for (let ms = 0; ms <= MAX_WAIT_MS; ms += 10) hint('/log', 1000 + ms);
    expect(taken(1000 + MAX_WAIT_MS - 1)).toEqual([]);
    expect(taken(1000 + MAX_WAIT_MS)).toEqual(['/log']);
  });

  it('says when the next entry is due', () => {
    expect(queue.firstDueMs()).toBeUndefined();
    hint('/b', 50, 'path', PRIORITY.bulk);
    hint('/a', 100);
    expect(queue.firstDueMs()).toBe(50);
    taken(50, PRIORITY.bulk);
    expect(queue.firstDueMs()).toBe(100 + SETTLE_MS);
  });

  it('lets a change that nobody waits for settle, too', () => {
    queue.enqueue({ path: Buffer.from('/a'), scope: 'path', priority: PRIORITY.bulk, isFresh: true }, 100);
    expect(taken(100 + SETTLE_MS - 1, PRIORITY.bulk)).toEqual([]);
    expect(taken(100 + SETTLE_MS, PRIORITY.bulk)).toEqual(['/a']);
  });

  it('says that only attributes have changed while nothing else was told, also of a path that is held or worked on', () => {
    const attributes = (path: string, nowMs: number) =>
      queue.enqueue({ path: bytes(path), scope: 'path', priority: interactive, isAttributes: true }, nowMs);
    const told = (nowMs: number) =>
      [interactive, PRIORITY.reconcile].flatMap((priority) =>
        queue.take(priority, nowMs, 100).map(({ path, isAttributes }) => `${path} ${isAttributes}`),
      );
    queue.hold(bytes('/held'), 1000, 0);
    for (const path of ['/a', '/b', '/held', '/held']) attributes(path, 0);
    hint('/b', 1);
    hint('/c', 0);
    attributes('/c', 1);
    hint('/held', 1);
    expect(told(500)).toEqual(['/a 1', '/b 0', '/c 0']);
    hint('/a', 501);
    attributes('/a', 502);
    queue.finish(bytes('/a'));
    expect(told(2000)).toEqual(['/a 0', '/held 0']);
  });

  it('releases what a crawl found at once', () => {
    hint('/b', 100, 'path', PRIORITY.bulk);
    expect(taken(100, PRIORITY.bulk)).toEqual(['/b']);
  });

  it('keeps the more urgent priority of two', () => {
    hint('/a', 100, 'path', PRIORITY.bulk);
    hint('/a', 100);
    hint('/a', 100, 'path', PRIORITY.reconcile);
    expect(taken(100, PRIORITY.bulk)).toEqual([]);
    expect(taken(5000)).toEqual(['/a']);
  });

  it('releases a path again when it changed while it was worked on, and never twice at a time', () => {
    hint('/a', 0);
    expect(taken(20)).toEqual(['/a']);
    hint('/a', 30);
    expect(taken(9999)).toEqual([]);
    queue.finish(bytes('/a'));
    expect(taken(49)).toEqual([]);
    expect(taken(50)).toEqual(['/a']);
    queue.finish(bytes('/a'));
    expect(queue.counts()).toEqual({ queued: 0, running: 0 });
  });

  it('keeps the change that came while a path was worked on when that work has to be repeated', () => {
    hint('/a', 0);
    taken(20);
    hint('/a', 30);
    queue.retry(bytes('/a'), 40, 30_000);
    expect(taken(50)).toEqual(['/a']);
  });

  it('waits before a path is tried again, and counts the attempts', () => {
    hint('/a', 0);
    taken(20);
    queue.retry(bytes('/a'), 20, 500);
    expect(taken(519)).toEqual([]);
    expect(queue.take(interactive, 520, 1)).toMatchObject([{ attempt: 1 }]);
  });

  it('starts a path again with attempt 0 after a new change', () => {
    hint('/a', 0);
    taken(20);
    queue.retry(bytes('/a'), 20, 500);
    hint('/a', 100);
    expect(queue.take(interactive, 120, 1)).toMatchObject([{ attempt: 0 }]);
  });

  it('lets the re-check of a folder swallow what waits below it, and nothing beside it', () => {
    for (const path of ['/d', '/d/x', '/d/y/z', '/d-other', '/e']) hint(path, 0);
    hint('/d', 1, 'tree');
    expect(
      queue
        .take(interactive, 9999, 100)
        .map(({ path, scope }) => `${path} ${scope}`)
        .sort(),
    ).toEqual(['/d tree', '/d-other path', '/e path']);
  });

  it('does not let a bulk re-check swallow an interactive change', () => {
    hint('/d/x', 0);
    hint('/d', 1, 'tree', PRIORITY.bulk);
    expect(taken(9999)).toEqual(['/d/x']);
  });

  it('does not swallow what is being worked on', () => {
    hint('/d/x', 0);
    taken(20);
    hint('/d', 21, 'tree');
    expect(queue.counts()).toEqual({ queued: 1, running: 1 });
  });

  it('keeps paths apart by their bytes', () => {
    queue.enqueue({ path: Buffer.from([0x2f, 0xff]), scope: 'path', priority: 0 }, 0);
    queue.enqueue({ path: Buffer.from([0x2f, 0xfe]), scope: 'path', priority: 0 }, 0);
    expect(queue.counts().queued).toBe(2);
  });

  it('makes what was being worked on when the process was killed due again', () => {
    hint('/a', 0);
    taken(20);
    const reopened = new ChangeQueue(db, { settleMs: SETTLE_MS, maxWaitMs: MAX_WAIT_MS });
    expect(reopened.take(interactive, 20, 10).map(({ path }) => path.toString())).toEqual(['/a']);
  });

  it('keeps a folder to be compared when a path is told of it twice during its comparison', () => {
    hint('/d', 0, 'tree');
    taken(20);
    hint('/d', 30, 'tree');
    hint('/d', 31);
    queue.finish(bytes('/d'));
    expect(queue.take(interactive, 9999, 1)).toMatchObject([{ scope: 'tree' }]);
  });

  it('leaves folders that wait below a folder to themselves, and takes that folder before them', () => {
    hint('/d/x', 10, 'tree', PRIORITY.reconcile);
    hint('/d/y', 10, 'path', PRIORITY.reconcile);
    hint('/d', 20, 'tree', PRIORITY.reconcile);
    expect(taken(20, PRIORITY.reconcile)).toEqual(['/d', '/d/x']);
  });

  describe('a re-check', () => {
    const { reconcile } = PRIORITY;
    const isPending = (path: string) => queue.hasRechecks(bytes(path));

    it('is pending in its folder, above and below it, until it is done', () => {
      hint('/a/b', 0, 'tree', reconcile);
      expect(['/', '/a', '/a/b', '/a/b/c', '/a/bb', '/a/x'].filter(isPending)).toEqual(['/', '/a', '/a/b', '/a/b/c']);
      taken(0, reconcile);
      expect(isPending('/a/b')).toBe(true);
      queue.finish(bytes('/a/b'));
      expect(isPending('/a/b')).toBe(false);
    });

    it('is not what somebody changed just now', () => {
      hint('/a/b', 0);
      expect(isPending('/a')).toBe(false);
    });

    it('stays one when its path changes: before, while and after it is worked on', () => {
      hint('/a', 0, 'path', reconcile);
      hint('/a', 1);
      expect(isPending('/a')).toBe(true);
      taken(9999);
      hint('/a', 10_000);
      expect(isPending('/a')).toBe(true);
      queue.finish(bytes('/a'));
      expect(isPending('/a')).toBe(false);
      expect(taken(20_000)).toEqual(['/a']);
    });

    it('that comes while a change is worked on is done by the next work only', () => {
      hint('/a', 0);
      taken(20);
      hint('/a', 30, 'path', reconcile);
      queue.finish(bytes('/a'));
      expect(isPending('/a')).toBe(true);
      taken(30, reconcile);
      queue.finish(bytes('/a'));
      expect(isPending('/a')).toBe(false);
    });

    it('is done when the file was indexed although it goes on changing, not when it could not be read', () => {
      hint('/a', 0, 'path', reconcile);
      taken(0, reconcile);
      queue.retry(bytes('/a'), 0, 500);
      expect(isPending('/a')).toBe(true);
      taken(500, reconcile);
      queue.retry(bytes('/a'), 500, 500, true);
      expect(isPending('/a')).toBe(false);
      expect(queue.counts().queued).toBe(1);
    });

    it('passes to the folder that swallows it', () => {
      hint('/a/b', 0, 'path', reconcile);
      hint('/a', 1, 'tree');
      expect(queue.counts().queued).toBe(1);
      expect(isPending('/a/b')).toBe(true);
    });

    it('that was being worked on when the process was killed is still pending', () => {
      hint('/a', 0);
      taken(20);
      hint('/a', 30, 'path', reconcile);
      queue = new ChangeQueue(db, { settleMs: SETTLE_MS, maxWaitMs: MAX_WAIT_MS });
      expect(isPending('/a')).toBe(true);
    });
  });
});

describe('ChangeQueue.hold', () => {
  const work = (path: string, nowMs: number) => {
    hint(path, nowMs);
    expect(taken(nowMs + SETTLE_MS)).toEqual([path]);
  };

  it('keeps what changes until then, however often, and releases it as a change nobody waits for', () => {
    work('/log', 1000);
    queue.hold(bytes('/log'), 60_000, 0);
    queue.finish(bytes('/log'));
    for (let ms = 2000; ms < 50_000; ms += 1000) hint('/log', ms);
    expect([taken(59_999), taken(59_999, PRIORITY.reconcile), queue.firstDueMs()]).toEqual([[], [], 60_000]);
    expect([taken(60_000), taken(60_000, PRIORITY.reconcile)]).toEqual([[], ['/log']]);
    queue.finish(bytes('/log'));
    hint('/log', 61_000);
    expect(taken(61_000 + SETTLE_MS)).toEqual(['/log']);
  });

  it('holds for what changed while the path was worked on, and for what is tried again', () => {
    for (const end of [() => queue.finish(bytes('/log')), () => queue.retry(bytes('/log'), 1100, 500, true)]) {
      work('/log', 1000);
      hint('/log', 1050);
      queue.hold(bytes('/log'), 60_000, 0);
      end();
      expect([taken(59_999), taken(59_999, PRIORITY.reconcile)]).toEqual([[], []]);
      expect(taken(60_000, PRIORITY.reconcile)).toEqual(['/log']);
      queue.finish(bytes('/log'));
      queue.hold(bytes('/log'), 0, 0);
    }
  });

  it('does not hold what a comparison led to, nor other paths', () => {
    work('/log', 1000);
    queue.hold(bytes('/log'), 60_000, 0);
    queue.finish(bytes('/log'));
    hint('/log', 2000);
    hint('/other', 2000);
    hint('/log', 2000, 'path', PRIORITY.reconcile);
    expect(taken(2000 + SETTLE_MS)).toEqual(['/other']);
    expect(taken(2000 + SETTLE_MS, PRIORITY.reconcile)).toEqual(['/log']);
  });
});

it('takes what is due in the order of an index that holds only what waits', () => {
  const spy = vi.spyOn(db, 'prepare');
  new ChangeQueue(db, { settleMs: SETTLE_MS, maxWaitMs: MAX_WAIT_MS });
  const take = String(spy.mock.calls.map(([sql]) => sql).find((sql) => sql.includes('SET taken = 1')));
  spy.mockRestore();
  const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${take}`).all(0, 'path', 1, 1);
  const steps = plan.map(({ detail }) => detail).join('\n');
  expect(steps).toContain('COVERING INDEX queue_due (priority=? AND scope=? AND due_ms<?)');
  expect(steps).not.toContain('B-TREE');
  const made = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'queue_due'").pluck().get();
  expect(made).toMatch(/WHERE taken = 0$/);
});
