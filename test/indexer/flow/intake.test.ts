import { describe, expect, it } from 'vitest';
import { Intake } from '../../../indexer/flow/intake.js';
import type { WriteOp } from '../../../indexer/words.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

/** A backlog on a disk that takes nothing until it has room. */
function makeIntake() {
  const told: string[] = [];
  const written: WriteOp[] = [];
  const sizes: number[] = [];
  let room: Promise<void> = Promise.resolve();
  let giveRoom = () => {};
  const intake = new Intake({
    write: async (ops) => {
      await room;
      written.push(...ops);
      sizes.push(ops.length);
    },
    forgetRules: () => told.push('rules forgotten'),
    onDropping: () => told.push('dropping'),
    onDropped: () => told.push(`dropped, ${written.length} written`),
    now: () => 0,
  });
  const fill = () => {
    room = new Promise((resolve) => {
      giveRoom = resolve;
    });
  };
  return { intake, told, written, sizes, fill, giveRoom: () => giveRoom() };
}

function hints(count: number, name = 'file'): ChangeHint[] {
  return Array.from({ length: count }, (_, n) => ({
    path: Buffer.from(`/d/${n}/${name}`),
    scope: 'path',
    priority: PRIORITY.interactive,
  }));
}

describe('Intake', () => {
  it('puts the place of the source into the backlog after the hints that led there', async () => {
    const { intake, written } = makeIntake();
    await intake.take(hints(2500), { key: 'cursor', value: 7 });
    expect(written).toHaveLength(2501);
    expect(written.at(-1)).toEqual({ kind: 'meta', key: 'cursor', value: 7 });
  });

  it('drops what would be too much while the disk is full, and says so before and once after', async () => {
    const { intake, told, written, fill, giveRoom } = makeIntake();
    fill();
    const waiting = intake.take(hints(60_000));
    await intake.take(hints(40_001), { key: 'cursor', value: 1 });
    await intake.take(hints(40_001));
    expect(told).toEqual(['dropping']);
    const more = intake.take(hints(40_000));
    giveRoom();
    await Promise.all([waiting, more]);
    expect(told).toEqual(['dropping', 'dropped, 100000 written']);
    expect(written.filter(({ kind }) => kind === 'meta')).toEqual([]);
    await intake.take(hints(1));
    expect(told).toHaveLength(2);
  });

  it('gathers the hints of a flood into few writes', async () => {
    const { intake, written, sizes } = makeIntake();
    const flood = Array.from(
      { length: 3000 },
      (_, n) => ({ ...hints(1)[0], path: Buffer.from(`/flood/${n}`) }) as ChangeHint,
    );
    for (let at = 0; at < 300; at += 100) await intake.take(flood.slice(at, at + 100));
    sizes.length = 0;
    await Promise.all(flood.slice(300).map((hint, n) => intake.take([hint], { key: 'cursor', value: n })));
    expect(sizes.filter((size) => size > 1)).toEqual([2000, 700]);
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
    await Promise.all([intake.take(flood), intake.take([saved])]);
    const paths = written.map((op) => op.kind === 'enqueue' && String(op.hint.path));
    expect(paths).toHaveLength(9001);
    expect(paths.indexOf('/notes/saved')).toBeLessThan(2500);
  });

  it('compares the folder of an ignore file that has changed', async () => {
    const { intake, told, written } = makeIntake();
    await intake.take(hints(1, '.gitignore'));
    expect(told).toEqual(['rules forgotten']);
    expect(written.map((op) => op.kind === 'enqueue' && [String(op.hint.path), op.hint.scope])).toEqual([
      ['/d/0/.gitignore', 'path'],
      ['/d/0', 'tree'],
    ]);
  });
});
