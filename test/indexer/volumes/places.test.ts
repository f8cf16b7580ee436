import { afterEach, expect, it, vi } from 'vitest';
import { Places } from '../../../indexer/volumes/places.js';
import { tempFolder } from '../../helpers/temp.js';

afterEach(() => void vi.useRealTimers());

it('looks no more when it was closed while it began', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const root = Buffer.from(tempFolder());
  const parts = new Map([[root.toString('latin1'), 'volume']]);
  let isRemembered = () => {};
  const places = new Places(
    {
      roots: [root],
      remembered: undefined,
      remember: () => new Promise<void>((resolve) => (isRemembered = resolve)),
      watchFile: () => {},
      isBusy: () => false,
      onReplaced: async () => {},
      onError: () => {},
    },
    () => parts,
  );
  const begun = places.begin();
  places.close();
  isRemembered();
  await begun;
  expect(vi.getTimerCount()).toBe(0);
});
