import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FileChange, NOWHERE } from '../../../../indexer/audit/changes/file-change.js';
import type { Gap, GapReason } from '../../../../indexer/audit/log/gap.js';
import { UNKNOWN_WHO } from '../../../../indexer/audit/records/call-head.js';
import {
  AuditSource,
  type ChangeLog,
  type LogPlace,
  placeKey,
} from '../../../../indexer/sources/audit/audit-source.js';
import type { ReportedEvent } from '../../../../shared/file-event.js';
import { PRIORITY } from '../../../../shared/types.js';

type Items = readonly (FileChange | Gap)[];

const ROOT = Buffer.from('/r');
const AT_MS = 1_700_000_000_000;

function change(path: string | null, given: Partial<FileChange> = {}): FileChange {
  return {
    node: '',
    serial: 1,
    timestampMs: AT_MS,
    kind: 'create',
    attribute: null,
    certainty: 'exact',
    from: { ...NOWHERE, path: path === null ? null : Buffer.from(path) },
    to: null,
    eitherParent: [],
    file: null,
    who: { ...UNKNOWN_WHO, pid: 7 },
    keys: [],
    ...given,
  };
}

function gap(reason: GapReason): Gap {
  return { kind: 'gap', reason, sinceMs: AT_MS, count: 0 };
}

/** Hands out the batches one by one; the cursor is how many there were. */
class FakeLog implements ChangeLog<number> {
  readonly root = ROOT;
  readonly batches: Items[] = [];
  isThere = true;
  isClosed = false;
  #read = 0;
  #onMore = () => {};

  async read() {
    const items = this.batches.shift() ?? [];
    if (items.length > 0) this.#read++;
    return { items, cursor: this.isThere ? this.#read : undefined };
  }

  onMore(callback: () => void): void {
    this.#onMore = callback;
  }

  close(): void {
    this.isClosed = true;
  }

  async come(...batches: Items[]): Promise<void> {
    this.batches.push(...batches);
    this.#onMore();
    await vi.advanceTimersByTimeAsync(0);
  }
}

/** What the source has told, in order. */
function watch(
  log: FakeLog,
  resolve: (change: FileChange) => readonly string[] | undefined,
  place?: LogPlace,
  onPlace: (place: LogPlace | undefined) => void = () => {},
) {
  const told: unknown[] = [];
  const events: ReportedEvent[] = [];
  const source = new AuditSource({
    logs: [log],
    resolver: { resolve: async (each) => resolve(each)?.map((path) => Buffer.from(path)) },
    inbox: {
      commit: async ({ hints, events: found = [], place: at }) => {
        const kept = at?.value as LogPlace | undefined;
        events.push(...found);
        told.push({
          hints: hints.map(({ path, scope, priority, renamedFrom }) => [
            ...[String(Buffer.from(path)), scope, priority],
            ...(renamedFrom ? [String(Buffer.from(renamedFrom))] : []),
          ]),
          cursor: kept?.cursor,
        });
        onPlace(kept);
      },
      fail: (error) => told.push(error),
    },
    meta: { get: (key) => (key === placeKey(ROOT) ? place : undefined) },
    writers: { noteChange: ({ who }, paths) => told.push({ writing: paths.map(String), pid: who.pid }) },
    onGap: (root, reason) => told.push({ gap: reason, root: String(root) }),
    plan: { suspect: () => told.push('suspected') },
    unknown: {
      lose: (root) => told.push({ lost: String(root) }),
      retry: (root) => told.push({ lacks: true, root: String(root) }),
      retried: (root) => told.push({ lacks: false, root: String(root) }),
    },
  });
  source.start();
  return { told, events, source };
}

const named = ({ from }: FileChange) => (from.path ? [String(from.path)] : undefined);
const hint = (path: string, scope = 'path') => [path, scope, PRIORITY.interactive];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('AuditSource', () => {
  it('commits its place together with the hints of a batch, batch after batch', async () => {
    const log = new FakeLog();
    const { told } = watch(log, named);
    await log.come(
      [change('/r/a', { kind: 'delete' }), change('/r/b', { kind: 'attrib' })],
      [change('/r/c', { kind: 'rmdir' })],
    );
    expect(told).toEqual([
      { hints: [hint('/r/a'), hint('/r/b')], cursor: 1 },
      { hints: [hint('/r/c')], cursor: 2 },
    ]);
  });

  it('loses no call, in whatever moment the log tells that there is more', async () => {
    for (let steps = 0; steps < 20; steps++) {
      const log = new FakeLog();
      const { told } = watch(log, named);
      for (let step = 0; step < steps; step++) await Promise.resolve();
      await log.come([change('/r/a', { kind: 'delete' })]);
      await vi.advanceTimersByTimeAsync(0);
      expect(told, `after ${steps} steps`).toEqual([{ hints: [hint('/r/a')], cursor: 1 }]);
    }
  });

  it('looks at the whole tree where a folder may have got another name', async () => {
    const log = new FakeLog();
    const { told } = watch(log, named);
    await log.come([change('/r/a', { kind: 'rename' }), change('/r/b', { kind: 'exchange' })]);
    expect(told).toEqual([{ hints: [hint('/r/a', 'tree'), hint('/r/b', 'tree')], cursor: 1 }]);
  });

  it('tells from where a rename came when the records name both places, and nothing else bears the file', async () => {
    const log = new FakeLog();
    const to = { ...NOWHERE, path: Buffer.from('/r/b') };
    const paths = [['/r/a', '/r/b'], ['/r/a', '/r/b', '/r/linked'], ['/r/b'], ['/r/a', '/r/b']];
    const { told } = watch(log, () => paths.shift());
    const renamed = change('/r/a', { kind: 'rename', to });
    await log.come([renamed], [renamed], [renamed], [change(null, { kind: 'rename', to })]);
    const [a, b, linked] = ['/r/a', '/r/b', '/r/linked'].map((path) => hint(path, 'tree'));
    expect(told).toEqual([
      {
        hints: [
          [...(a as unknown[]), '/r/a'],
          [...(b as unknown[]), '/r/a'],
        ],
        cursor: 1,
      },
      { hints: [a, b, linked], cursor: 2 },
      { hints: [b], cursor: 3 },
      { hints: [a, b], cursor: 4 },
    ]);
  });

  it('tells who has a file open for writing', async () => {
    const log = new FakeLog();
    const { told } = watch(log, named);
    await log.come([change('/r/a', { kind: 'write' })]);
    expect(told[0]).toEqual({ writing: ['/r/a'], pid: 7 });
  });

  it('tells a gap before its place behind it is committed', async () => {
    const log = new FakeLog();
    const { told } = watch(log, named);
    await log.come([gap('overflow'), change('/r/a', { kind: 'delete' })]);
    expect(told).toEqual([
      { gap: 'overflow', root: '/r' },
      { hints: [hint('/r/a')], cursor: 1 },
    ]);
  });

  it('tries again what cannot be resolved yet, and moves its place when it is', async () => {
    const log = new FakeLog();
    let isKnown = false;
    const { told } = watch(log, () => (isKnown ? ['/r/late'] : undefined));
    await log.come([change(null, { kind: 'delete' })]);
    expect(told).toEqual([]);
    isKnown = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toEqual([{ hints: [hint('/r/late')], cursor: 1 }]);
  });

  it('keeps its place before what is not resolved, whatever comes after it', async () => {
    const log = new FakeLog();
    let isKnown = false;
    const { told } = watch(log, (each) => (isKnown ? ['/r/late'] : named(each)));
    await log.come([change(null, { kind: 'delete' })], [change('/r/a', { kind: 'delete' })]);
    expect(told).toEqual([{ hints: [hint('/r/a')], cursor: undefined }]);
    isKnown = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(told.slice(1)).toEqual([{ hints: [hint('/r/late')], cursor: 2 }]);
  });

  it('has an event for each change that is resolved, also late', async () => {
    const log = new FakeLog();
    let isKnown = false;
    const { events } = watch(log, (each) => (isKnown ? ['/r/late'] : named(each)));
    await log.come([change('/r/a', { serial: 4 }), change(null, { kind: 'delete', serial: 5 })]);
    expect(events.map(({ event }) => event.id)).toEqual([`:${AT_MS}:4:create`]);
    isKnown = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(events.map(({ event }) => event.id)).toEqual([`:${AT_MS}:4:create`, `:${AT_MS}:5:delete`]);
  });

  it('hands on what is unknown after some seconds, once for what came together', async () => {
    const log = new FakeLog();
    const { told } = watch(log, () => undefined);
    await log.come([change(null, { kind: 'delete' }), change(null, { kind: 'rmdir' })]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['suspected', { hints: [], cursor: 1 }]);
  });

  it('lacks what was made in an unknown folder from before its place is committed until it is found or handed on', async () => {
    const log = new FakeLog();
    let isKnown = false;
    const { told } = watch(log, ({ file }) => (isKnown && !file ? ['/r/late'] : undefined));
    const unknown = { inode: 7, dev: '08:01' };
    await log.come([change(null), change(null, { file: unknown }), change(null, { kind: 'delete', file: unknown })]);
    const [lacks, lacksNot] = [true, false].map((is) => ({ lacks: is, root: '/r' }));
    expect(told).toEqual([lacks]);
    isKnown = true;
    await vi.advanceTimersByTimeAsync(300);
    expect(told.slice(1)).toEqual([
      { writing: ['/r/late'], pid: 7 },
      lacks,
      { hints: [hint('/r/late')], cursor: undefined },
      lacksNot,
    ]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.slice(-4)).toEqual(['suspected', { lost: '/r' }, { hints: [], cursor: 1 }, lacksNot]);
  });

  it('takes for a gap when more cannot be resolved than it may hold', async () => {
    const log = new FakeLog();
    const { told } = watch(log, () => undefined);
    const many = Array.from({ length: 15_000 }, () => change(null, { kind: 'delete' }));
    await log.come(many, many);
    expect(told).toEqual([{ gap: expect.stringContaining('unknown'), root: '/r' }]);
    await vi.advanceTimersByTimeAsync(60_000);
    await log.come(many);
    expect(told.slice(1)).toEqual(['suspected', { hints: [], cursor: 2 }]);
  });

  it('has read all when a read that began afterwards has come to the end', async () => {
    const log = new FakeLog();
    const { told, source } = watch(log, named);
    await log.come();
    log.batches.push([change('/r/a')]);
    await source.readAll();
    expect(told.at(-1)).toMatchObject({ cursor: 1 });
    await log.come([change('/r/b')]);
    log.batches.push([change('/r/c')], [change('/r/d')]);
    await Promise.all([source.readAll(), source.readAll()]);
    expect(told.at(-1)).toMatchObject({ cursor: 4 });
    source.close();
    await source.readAll();
  });

  it('keeps nobody waiting who asked while what was read could not be committed', async () => {
    const log = new FakeLog();
    let waiting: Promise<void> | undefined;
    const { told, source } = watch(log, named, undefined, () => {
      waiting = source.readAll();
      throw new Error('the disk is full');
    });
    await log.come([change('/r/a')]);
    expect(told.at(-1)).toEqual(new Error('the disk is full'));
    source.close();
    await waiting;
  });

  it('says no more after it was closed', async () => {
    const log = new FakeLog();
    const { told, source } = watch(log, named);
    await log.come([change('/r/a', { kind: 'delete' })], [change(null, { kind: 'delete' })]);
    source.close();
    await vi.advanceTimersByTimeAsync(60_000);
    await log.come([gap('overflow')]);
    expect(told).toHaveLength(1);
    expect(log.isClosed).toBe(true);
  });

  it('hands on what goes wrong', async () => {
    const log = new FakeLog();
    const wrong = new Error('disk');
    const { told } = watch(log, () => {
      throw wrong;
    });
    await log.come([change('/r/a')]);
    expect(told).toContain(wrong);
  });
});

describe('what an AuditSource does not see', () => {
  it('is all while the log is gone', async () => {
    const log = new FakeLog();
    const { source } = watch(log, named);
    await log.come([change('/r/a')]);
    expect(source.blind()).toEqual([]);
    log.isThere = false;
    await log.come([gap('log-lost')]);
    expect(source.blind()).toEqual([{ root: ROOT, why: expect.stringContaining('log') }]);
    log.isThere = true;
    await log.come([change('/r/a')]);
    expect(source.blind()).toEqual([]);
  });

  it('is all from the end of the rule until a later change proves that it is back', async () => {
    const log = new FakeLog();
    const { source } = watch(log, named);
    await log.come([gap('rule-removed'), change('/r', { kind: 'rmdir' })]);
    expect(source.blind()).toEqual([{ root: ROOT, why: expect.stringContaining('rule') }]);
    await log.come([change('/r/a', { timestampMs: AT_MS + 5_000 })]);
    expect(source.blind()).toEqual([]);
  });

  it('is nothing any more when the rule is back, in the same millisecond, too', async () => {
    const log = new FakeLog();
    const { source, told } = watch(log, named);
    await log.come([gap('rule-removed')]);
    expect(source.blind()).toHaveLength(1);
    await log.come([gap('rule-added')]);
    expect(source.blind()).toEqual([]);
    expect(told).toContainEqual({ gap: 'rule-added', root: '/r' });
    await log.come([gap('rule-added'), gap('rule-removed')]);
    expect(source.blind()).toHaveLength(1);
  });

  it('is all from when the plugin found another folder in its place until the rule is set anew', async () => {
    const log = new FakeLog();
    const { source, told } = watch(log, named);
    await log.come([gap('plugin-start'), gap('root-replaced'), gap('daemon-start')]);
    expect(source.blind()).toEqual([{ root: ROOT, why: expect.stringContaining('removed or replaced') }]);
    expect(told).toContainEqual({ gap: 'root-replaced', root: '/r' });
    await log.come([gap('rule-added')]);
    expect(source.blind()).toEqual([]);
  });

  it('is all while the path leads to another folder than that of the rule, also for the next daemon', async () => {
    const log = new FakeLog();
    const places: (LogPlace | undefined)[] = [];
    const first = watch(log, named, undefined, (place) => places.push(place));
    const stand = (source: AuditSource, folder: string | undefined) => source.lookAtRoots(async () => folder);
    await stand(first.source, '1 10');
    await log.come([change('/r/a')]);
    expect(places).toMatchObject([{ folder: '1 10' }]);
    expect(first.source.blind()).toEqual([]);
    await stand(first.source, '1 11');
    expect(first.source.blind()).toEqual([{ root: ROOT, why: expect.stringContaining('stood there before') }]);
    await stand(first.source, undefined);
    expect(first.source.blind()).toHaveLength(1);
    const next = watch(log, named, places.at(-1));
    await stand(next.source, '1 11');
    expect(next.source.blind()).toHaveLength(1);
    await stand(next.source, '1 10');
    expect(next.source.blind()).toEqual([]);
    await stand(next.source, '1 11');
    await log.come([gap('rule-added')]);
    await stand(next.source, '1 11');
    expect(next.source.blind()).toEqual([]);
  });

  it('is kept with the place, for the next daemon', () => {
    const { source } = watch(new FakeLog(), named, { ruleEndMs: AT_MS });
    expect(source.blind()).toEqual([{ root: ROOT, why: expect.stringContaining('rule') }]);
  });
});
