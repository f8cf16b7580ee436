import { describe, expect, it } from 'vitest';
import { AttributeFlood } from '../../../indexer/flow/attribute-flood.js';
import { Intake } from '../../../indexer/flow/intake.js';
import type { WriteOp } from '../../../indexer/words.js';
import type { ReportedEvent } from '../../../shared/file-event.js';
import { pathKey } from '../../../shared/path-key.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

/** A backlog on a disk that takes nothing until it has room. */
function makeIntake() {
  const told: string[] = [];
  const written: WriteOp[] = [];
  const sizes: number[] = [];
  let room: Promise<void> = Promise.resolve();
  let giveRoom = () => {};
  const writer = {
    apply: async (ops: readonly WriteOp[]) => {
      await room;
      written.push(...ops);
      sizes.push(ops.length);
      return undefined;
    },
  };
  const rules = {
    forget: () => told.push('rules forgotten'),
    isAsRead: (path: Uint8Array) => pathKey(path).startsWith('/same'),
    isExcluded: (path: Uint8Array) => pathKey(path).includes('secret'),
  };
  const clock = { monotonicMs: () => 0, wallMs: () => 0 };
  const changed = new AttributeFlood();
  const intake = new Intake(
    { writer, rules, flood: changed, clock },
    {
      dropping: () => told.push('dropping'),
      dropped: () => told.push(`dropped, ${written.length} written`),
    },
  );
  const fill = () => {
    room = new Promise((resolve) => {
      giveRoom = resolve;
    });
  };
  return { intake, told, written, sizes, changed, fill, giveRoom: () => giveRoom() };
}

function hints(count: number, name = 'file'): ChangeHint[] {
  return Array.from({ length: count }, (_, n) => ({
    path: Buffer.from(`/d/${n}/${name}`),
    scope: 'path',
    priority: PRIORITY.interactive,
  }));
}

function eventAt(path: Uint8Array, ...others: Uint8Array[]): ReportedEvent {
  return { event: { atMs: 1, kind: 'write', path, origin: 'inotify' }, paths: [path, ...others] };
}

describe('Intake', () => {
  it('puts the place of the source into the backlog after the hints that led there', async () => {
    const { intake, written } = makeIntake();
    await intake.take({ hints: hints(2500), place: { key: 'cursor', value: 7 } });
    expect(written).toHaveLength(2501);
    expect(written.at(-1)).toEqual({ kind: 'meta', key: 'cursor', value: 7 });
  });

  it('writes hints, events and place at once, an event before the first hint it led to', async () => {
    const { intake, written, sizes } = makeIntake();
    const [one, other] = hints(2) as [ChangeHint, ChangeHint];
    const events = [eventAt(other.path), eventAt(one.path, other.path)];
    await intake.take({ hints: [one, other], events, place: { key: 'cursor', value: 7 } });
    expect(sizes).toEqual([5]);
    expect(written.map(({ kind }) => kind)).toEqual(['event', 'enqueue', 'event', 'enqueue', 'meta']);
    expect(written[0]).toMatchObject({ paths: [one.path, other.path] });
  });

  it('writes the events of a flood not later than their hints, also of both at once, and each once', async () => {
    const { intake, written } = makeIntake();
    const flood = Array.from(
      { length: 3000 },
      (_, n) => ({ ...hints(1)[0], path: Buffer.from(`/flood/${n}`) }) as ChangeHint,
    );
    const saved = hints(1)[0] as ChangeHint;
    const events = [...flood.map(({ path }) => eventAt(path)), eventAt(saved.path, flood.at(-1)?.path as Buffer)];
    await intake.take({ hints: [...flood, saved], events, place: { key: 'cursor', value: 7 } });
    expect(written.at(-1)?.kind).toBe('meta');
    const told = new Set<string>();
    for (const op of written) {
      if (op.kind === 'event') for (const path of op.paths) told.add(pathKey(path));
      if (op.kind === 'enqueue') expect(told).toContain(pathKey(op.hint.path));
    }
    expect(written.filter(({ kind }) => kind === 'event')).toHaveLength(3001);
  });

  it('keeps no event of a name that is left out', async () => {
    const { intake, written } = makeIntake();
    const path = Buffer.from('/d/secret');
    const hint = { path, scope: 'path', priority: PRIORITY.interactive } as const;
    await intake.take({ hints: [hint], events: [eventAt(path)] });
    expect(written.map(({ kind }) => kind)).toEqual(['enqueue']);
  });

  it('drops what would be too much while the disk is full, and says so before and once after', async () => {
    const { intake, told, written, fill, giveRoom } = makeIntake();
    fill();
    const waiting = intake.take({ hints: hints(60_000) });
    await intake.take({ hints: hints(40_001), place: { key: 'cursor', value: 1 } });
    await intake.take({ hints: hints(40_001) });
    expect(told).toEqual(['dropping']);
    const more = intake.take({ hints: hints(40_000) });
    giveRoom();
    await Promise.all([waiting, more]);
    expect(told).toEqual(['dropping', 'dropped, 100000 written']);
    expect(written.filter(({ kind }) => kind === 'meta')).toEqual([]);
    await intake.take({ hints: hints(1) });
    expect(told).toHaveLength(2);
  });

  it('gathers the hints of a flood into few writes', async () => {
    const { intake, written, sizes } = makeIntake();
    const flood = Array.from(
      { length: 3000 },
      (_, n) => ({ ...hints(1)[0], path: Buffer.from(`/flood/${n}`) }) as ChangeHint,
    );
    for (let at = 0; at < 300; at += 100) await intake.take({ hints: flood.slice(at, at + 100) });
    sizes.length = 0;
    await Promise.all(
      flood.slice(300).map((hint, n) => intake.take({ hints: [hint], place: { key: 'cursor', value: n } })),
    );
    expect(sizes.filter((size) => size > 1)).toEqual([2000, 701]);
    const firstPlace = written.findIndex(({ kind }) => kind === 'meta');
    expect(written.slice(firstPlace).every(({ kind }) => kind === 'meta')).toBe(true);
  });

  it('writes what is saved by hand before what is left of a flood', async () => {
    const { intake, written } = makeIntake();
    const flood = Array.from(
      { length: 9000 },
      (_, n) => ({ ...hints(1)[0], path: Buffer.from(`/flood/${n}`) }) as ChangeHint,
    );
    const saved: ChangeHint = { path: Buffer.from('/notes/saved'), scope: 'path', priority: PRIORITY.interactive };
    await Promise.all([intake.take({ hints: flood }), intake.take({ hints: [saved] })]);
    const paths = written.map((op) => op.kind === 'enqueue' && String(op.hint.path));
    expect(paths).toHaveLength(9001);
    expect(paths.indexOf('/notes/saved')).toBeLessThan(2500);
  });

  it('compares no folder of an ignore file of which the mode alone has changed', async () => {
    const { intake, told, written } = makeIntake();
    const paths = ['/same/.gitignore', '/same/.git/info/exclude', '/same/other/.gitignore'];
    const changes = paths.map(
      (path): ChangeHint => ({ path: Buffer.from(path), scope: 'path', priority: PRIORITY.interactive }),
    );
    await intake.take({ hints: changes.map((hint) => ({ ...hint, isAttributes: true })) });
    expect(told).toEqual([]);
    expect(written).toHaveLength(3);
    await intake.take({ hints: [{ ...hints(1, '.gitignore')[0], isAttributes: true } as ChangeHint] });
    expect(told).toEqual(['rules forgotten']);
    await intake.take({ hints: changes });
    expect(told).toEqual(['rules forgotten', 'rules forgotten']);
    const folders = written.flatMap((op) => (op.kind === 'enqueue' && op.hint.scope === 'tree' ? op.hint.path : []));
    expect(folders.map(String)).toEqual(['/d/0', '/same', '/same', '/same/other']);
  });

  it('compares the folder of an ignore file that has changed', async () => {
    const { intake, told, written } = makeIntake();
    await intake.take({ hints: hints(1, '.gitignore') });
    expect(told).toEqual(['rules forgotten']);
    expect(written.map((op) => op.kind === 'enqueue' && [String(op.hint.path), op.hint.scope])).toEqual([
      ['/d/0/.gitignore', 'path'],
      ['/d/0', 'tree'],
    ]);
  });

  it('lets changed attributes of a flood go past the queue, but none of a list of rules, and not when there is no room', async () => {
    const { intake, told, written, changed } = makeIntake();
    const names = [...Array.from({ length: 40_000 }, (_, n) => `/flood/${n}`), '/flood/.gitignore'];
    const attributes = names.map((name) => ({ path: Buffer.from(name), atMs: 7 }));
    await intake.take({ hints: [], attributes });
    const past = changed.take();
    expect(past).toHaveLength(32_768);
    const queued = written.flatMap((op) => (op.kind === 'enqueue' && op.hint.isAttributes ? [op.hint] : []));
    expect(new Set([...past, ...queued].map(({ path }) => pathKey(path))).size).toBe(40_001);
    expect(written.filter(({ kind }) => kind === 'event')).toHaveLength(queued.length);
    expect(queued.filter(({ priority }) => priority === PRIORITY.interactive)).toHaveLength(199);
    expect(told).toEqual(['rules forgotten']);
  });

  it('puts changed attributes into the queue with their event, unless they belong to a flood', async () => {
    const { intake, written, changed } = makeIntake();
    const path = Buffer.from('/d/a');
    await intake.take({ hints: [], attributes: [{ path, atMs: 7 }] });
    const event = { kind: 'attrib', path, atMs: 7, origin: 'inotify' };
    const hint = { path, scope: 'path', priority: PRIORITY.interactive, isAttributes: true };
    expect(written).toEqual([
      { kind: 'event', event, paths: [path], isFolder: false },
      { kind: 'enqueue', hint },
    ]);
    expect(changed.take()).toEqual([]);
  });
});
