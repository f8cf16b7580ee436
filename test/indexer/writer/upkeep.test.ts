import { describe, expect, it } from 'vitest';
import type { MaintenanceWish, Step } from '../../../indexer/writer/protocol.js';
import { Upkeep } from '../../../indexer/writer/upkeep.js';

/** A writer that needs so many slices once something is planned. */
function writerOf(slices: number) {
  const planned: MaintenanceWish[] = [];
  let left = 0;
  return {
    planned,
    slicesDone: () => slices - left,
    planMaintenance: async (wish: MaintenanceWish) => {
      planned.push(wish);
      left = slices;
      return undefined;
    },
    maintain: async (): Promise<Step> => (--left > 0 ? 'more' : 'done'),
  };
}

describe('Upkeep', () => {
  it('goes on with a run that takes longer than the time between two', async () => {
    const writer = writerOf(100);
    let turns = 0;
    const pass = async () => {
      if (++turns % 10 === 0) void upkeep.run();
    };
    const upkeep = new Upkeep(writer, { pass });
    await upkeep.run(true);
    expect(writer.planned).toEqual(['changed']);
    expect(writer.slicesDone()).toBe(100);
  });

  it('remembers that many documents have changed while a run was going on', async () => {
    const writer = writerOf(3);
    const upkeep = new Upkeep(writer, { pass: async () => {} });
    const first = upkeep.run();
    upkeep.hasChanged(1000);
    await upkeep.run();
    await first;
    await upkeep.run();
    await upkeep.run();
    expect(writer.planned).toEqual(['idle', 'changed', 'idle']);
  });

  it('says when a search still reads what was there before', async () => {
    const writer = { planMaintenance: async () => undefined, maintain: async (): Promise<Step> => 'waits' };
    expect(await new Upkeep(writer, { pass: async () => {} }).cleanNow(100)).toBe(false);
    await new Upkeep(writer, { pass: async () => {} }).run();
  });
});
