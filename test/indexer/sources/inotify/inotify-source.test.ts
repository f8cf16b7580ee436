/** What is told while folders have no watch because of the limit, and after it was raised. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InotifySource } from '../../../../indexer/sources/inotify/inotify-source.js';
import { FindTextError } from '../../../../shared/errors.js';
import { toBytes } from '../../../../shared/paths.js';

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('folders without a watch are compared each minute, and seen again as soon as the last one has its watch', async () => {
  const watched = new Set<string>();
  let limit = 2;
  const add = (path: Uint8Array) => {
    const name = String(path);
    if (!watched.has(name) && watched.size >= limit) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    return [...watched.add(name)].indexOf(name) + 1;
  };
  const addAside = async (path: Uint8Array) => add(path);
  const descriptors = {
    add,
    addAside,
    remove: () => {},
    onEvents: () => {},
    caughtUp: async () => true,
    close: async () => {},
  };
  const source = new InotifySource([toBytes('/r'), toBytes('/s')], { descriptors, reader: { documentCount: 0 } });
  const told: string[] = [];
  const compare = (paths: readonly Uint8Array[]) => {
    for (const path of paths) void source.watch(path);
  };
  source.start({
    commit: async ({ hints }) => {
      if (hints.length > 0) told.push(`compare ${hints.map(({ path }) => toBytes(path)).join(' ')}`);
      compare(hints.map(({ path }) => path));
    },
    lost: () => told.push('lost'),
    blind: (reason, folders) => told.push(`${reason}: ${folders.map((folder) => toBytes(folder)).join(' ')}`),
    trouble: (kind, text) => told.push(`${kind} ${text === undefined ? 'is over' : 'begins'}`),
    fail: (error) => told.push(String(error)),
  });
  compare(['/r', '/r/a', '/r/b', '/r/c', '/s'].map(toBytes));
  expect(source.unwatchedFolders).toBe(3);
  expect(told).toEqual(['watch limit begins', 'not watched: /r', 'not watched: /r /s']);
  told.length = 0;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(told).toEqual(['compare /s /r/c /r/b']);
  limit = 4;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([source.unwatchedFolders, told.includes('watch limit is over')]).toEqual([1, false]);
  limit = 5;
  told.length = 0;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(told).toEqual(['compare /r/b', 'watch limit is over', 'not watched: ']);
  told.length = 0;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(told).toEqual([]);
  await source.close();
});

it('a watcher that is told no more ends what it watches for', async () => {
  let end: (error: FindTextError) => void = () => {};
  const descriptors = {
    add: () => 1,
    addAside: async () => 1,
    remove: () => {},
    onEvents: (_callback: unknown, onFailure: (error: FindTextError) => void) => {
      end = onFailure;
    },
    caughtUp: async () => false,
    close: async () => {},
  };
  const source = new InotifySource([toBytes('/r')], { descriptors, reader: { documentCount: 0 } });
  const failed: unknown[] = [];
  source.start({
    commit: async () => {},
    lost: () => {},
    blind: () => {},
    trouble: () => {},
    fail: (error) => failed.push(error),
  });
  const error = new FindTextError('FT_READ_FAILED', 'ended');
  end(error);
  await source.close();
  expect(failed).toEqual([error]);
});
