import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
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
    { readParts, onChange: () => ({ take: () => false, close: () => {} }) },
  );
  const begun = places.begin();
  places.close();
  isRemembered();
  await begun;
  expect(vi.getTimerCount()).toBe(0);
});

const PATIENCE = { timeout: 60_000 };

/** Places of two roots, while files are looked at or not, with a mount table that is changed here. */
async function placesWithTable(isBusy: boolean) {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const roots = [tempFolder(), tempFolder()].map((root) => Buffer.from(root));
  const replaced: string[][] = [];
  let parts = new Map([['/', '1']]);
  let isChanged = false;
  let tell = () => {};
  const table = {
    readParts: () => parts,
    onChange: (callback: () => void) => {
      tell = callback;
      return {
        take: () => {
          const was = isChanged;
          isChanged = false;
          return was;
        },
        close: () => {},
      };
    },
  };
  const memory = new MountMemory(undefined, roots, table.readParts);
  const fail = (error: unknown) => {
    throw error;
  };
  const listener = {
    isBusy,
    replaced: async (folders: readonly Uint8Array[]) => void replaced.push(folders.map(String)),
    fail,
  };
  const writer = { apply: async () => undefined };
  const places = new Places({ roots, memory, writer, source: NO_SOURCE }, listener, table);
  onTestFinished(() => places.close());
  await places.begin();
  return {
    roots: roots.map(String),
    mount: (point?: string) => {
      isChanged = true;
      if (point) parts = new Map([...parts, [point, `${parts.size}`]]);
    },
    tell: () => tell(),
    /** The looks until now are done: the next one sees a volume on the first root. */
    expectOnly: async (...before: string[][]) => {
      await vi.waitFor(() => expect(isChanged).toBe(false), PATIENCE);
      parts = new Map([...parts, [String(roots[0]), 'new']]);
      tell();
      await vi.waitFor(() => expect(replaced).toEqual([...before, [String(roots[0])]]), PATIENCE);
    },
  };
}

it('has all roots compared for a mount that has come and gone while files were looked at', async () => {
  const { mount, tell, expectOnly, roots } = await placesWithTable(true);
  mount();
  tell();
  await expectOnly(roots);
});

it('has none compared when no file was looked at', async () => {
  const { mount, tell, expectOnly } = await placesWithTable(false);
  mount();
  tell();
  await expectOnly();
});

it('has none compared for volumes that are mounted elsewhere in quick succession, of which the second is told late', async () => {
  const { mount, tell, expectOnly } = await placesWithTable(true);
  mount('/elsewhere/one');
  mount('/elsewhere/two');
  tell();
  tell();
  await expectOnly();
});
