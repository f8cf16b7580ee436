import { afterEach, expect, it, vi } from 'vitest';
import { NO_SOURCE } from '../../../indexer/sources/change-source.js';
import { MountMemory } from '../../../indexer/volumes/mount-memory.js';
import { Places } from '../../../indexer/volumes/places.js';
import { tempFolder } from '../../helpers/temp.js';

afterEach(() => void vi.useRealTimers());

it('looks no more when it was closed while it began', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const root = Buffer.from(tempFolder());
  const parts = new Map([[root.toString('latin1'), 'volume']]);
  let isRemembered = () => {};
  const readParts = () => parts;
  const memory = new MountMemory(undefined, [root], readParts);
  const writer = { apply: () => new Promise<undefined>((resolve) => (isRemembered = () => resolve(undefined))) };
  const places = new Places(
    { roots: [root], memory, writer, source: NO_SOURCE },
    { isBusy: false, replaced: async () => {}, fail: () => {} },
    readParts,
  );
  const begun = places.begin();
  places.close();
  isRemembered();
  await begun;
  expect(vi.getTimerCount()).toBe(0);
});
