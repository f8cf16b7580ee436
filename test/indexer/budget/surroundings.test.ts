import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RestWishes, type RestWishesDeps } from '../../../indexer/budget/rest-wishes.js';
import { isOnBattery, OthersLoad } from '../../../indexer/budget/surroundings.js';
import { tempFolder } from '../../helpers/temp.js';

function supplies(given: Record<string, Record<string, string>>): string {
  const folder = tempFolder();
  for (const [name, values] of Object.entries(given)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(values)) writeFileSync(join(folder, name, file), `${text}\n`);
  }
  return folder;
}

const DISCHARGING = { type: 'Battery', status: 'Discharging' };

describe('isOnBattery', () => {
  it.each([
    ['a laptop without its cable', { AC: { type: 'Mains', online: '0' }, BAT0: DISCHARGING }, true],
    ['a laptop that tells of no cable', { BAT0: DISCHARGING, BAT1: { type: 'Battery', status: 'Unknown' } }, true],
    ['a laptop with its cable', { AC: { type: 'Mains', online: '1' }, BAT0: DISCHARGING }, false],
    ['a laptop that charges through USB', { BAT0: DISCHARGING, usb: { type: 'USB', online: '1' } }, false],
    ['a full battery', { BAT0: { type: 'Battery', status: 'Full' } }, false],
    ['the battery of a mouse', { mouse: { ...DISCHARGING, scope: 'Device' } }, false],
    ['a machine without power supplies', {}, false],
  ])('%s', (_what, given, expected) => expect(isOnBattery(supplies(given))).toBe(expected));

  it('is false where the kernel tells nothing', () => expect(isOnBattery('/nonexistent')).toBe(false));
});

describe('the load of others', () => {
  it('leaves out our own part of it', () => {
    const others = new OthersLoad(2);
    expect(others.of(3)).toBe(1.5);
    for (let second = 0; second < 600; second++) others.used(2000, 1000);
    expect(others.of(3)).toBeCloseTo(0.5, 2);
    expect(others.of(1)).toBe(0);
    for (let second = 0; second < 60; second++) others.used(0, 1000);
    expect(others.of(3)).toBeCloseTo((3 - 2 / Math.E) / 2, 2);
  });
});

describe('the wishes to rest', () => {
  const world = { isOnBattery: false, load: 0, pause: false };

  function wishes(asked: Pick<RestWishesDeps, 'maxLoad'> & { readonly minds: boolean }): RestWishes {
    Object.assign(world, { isOnBattery: false, load: 0, pause: false });
    return new RestWishes({
      pauses: { current: () => (world.pause ? { kind: 'user', untilMs: null } : undefined) },
      machine: { processors: 2, isOnBattery: () => world.isOnBattery, load: () => world.load },
      mindsBattery: asked.minds,
      maxLoad: asked.maxLoad,
    });
  }

  it('come from battery and load only when the user wants it', () => {
    const indifferent = wishes({ minds: false, maxLoad: undefined });
    Object.assign(world, { isOnBattery: true, load: 50 });
    expect(indifferent.current(0)).toBeUndefined();
    world.pause = true;
    expect(indifferent.current(1)).toEqual({ kind: 'user', untilMs: null });
  });

  it('end when the load is well below the limit, not at once', () => {
    const careful = wishes({ minds: true, maxLoad: 1 });
    const rests = [1.9, 2.1, 1.9, 1.7, 1.5].map((load, at) => {
      world.load = load;
      return careful.current(at * 5000)?.kind;
    });
    expect(rests).toEqual([undefined, 'load', 'load', 'load', undefined]);
    world.isOnBattery = true;
    expect(careful.current(25_000)).toEqual({ kind: 'battery' });
  });
});
