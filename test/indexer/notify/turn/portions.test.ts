/** Many changes in portions: nothing is left out, and no name counts as known before its last change is recorded. */
import { expect, it } from 'vitest';
import { type NameState, netChanges } from '../../../../indexer/notify/net-change.js';
import { inPortions } from '../../../../indexer/notify/turn/portions.js';
import { SAMPLE_WITNESS as FILE } from '../../../helpers/sample-witness.js';

function created(at: number): NameState {
  return { path: Buffer.from(`/w/${at}`), before: null, after: { ...FILE, ino: at } };
}

it('has each change and each name once, in their order', () => {
  const unchanged = { path: Buffer.from('/w/same'), before: FILE, after: FILE };
  const names = [unchanged, ...Array.from({ length: 2_500 }, (_, at) => created(at + 10))];
  const changes = netChanges({ events: [], names, nowMs: 0 });
  const portions = inPortions({ changes, names });
  expect(portions.map((portion) => [portion.changes.length, portion.names.length])).toEqual([
    [1_000, 1_000],
    [1_000, 1_000],
    [500, 501],
  ]);
  expect(portions.flatMap((portion) => portion.changes)).toEqual(changes);
  expect(new Set(portions.flatMap((portion) => portion.names))).toEqual(new Set(names));
  expect(portions.at(-1)?.names).toContain(unchanged);
});

it('has a name with the last of its changes', () => {
  const names = Array.from({ length: 1_500 }, (_, at) => created(at + 10));
  const changes = netChanges({ events: [], names, nowMs: 0 });
  const [first] = changes;
  const portions = inPortions({ changes: [...changes, ...(first ? [first] : [])], names });
  const isThere = portions.map((portion) => portion.names.some(({ path }) => first?.path.equals(path)));
  expect(isThere).toEqual([false, true]);
});

it('is one portion, also when nothing has changed', () => {
  expect(inPortions({ changes: [], names: [created(1)] })).toEqual([{ changes: [], names: [created(1)] }]);
});
