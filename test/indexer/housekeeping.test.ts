/** Each chore of a session, run by hand. */
import { expect, it } from 'vitest';
import { EVERYTHING, INTERACTIVE } from '../../indexer/budget/allowance.js';
import { choresOf, type HousekeepingParts } from '../../indexer/housekeeping.js';

const ROOT = Buffer.from('/r');

/** @param changes  how the session is. @returns what running all its chores once does, in order. */
async function doneOnce(changes: Partial<HousekeepingParts> = {}): Promise<string[]> {
  const done: string[] = [];
  const note = (text: string) => () => {
    done.push(text);
  };
  const parts: HousekeepingParts = {
    roots: [ROOT],
    writer: {
      apply: async (ops) => {
        note(`apply ${ops.length}`)();
        return undefined;
      },
      shrink: async () => {
        note('shrink the writer')();
        return undefined;
      },
    },
    index: { failedPaths: () => [], killersBefore: () => [], missingFolders: [], shrink: note('shrink the reader') },
    rules: { shrink: note('shrink the rules') },
    budget: { allowance: EVERYTHING },
    upkeep: {
      run: async () => {
        note('clean')();
        return false;
      },
    },
    tally: { takeHasWorked: () => false },
    report: { hasNews: () => false, opsFor: () => [] },
    freshness: { isCompared: true, isComplete: true, comparisons: [], ledger: [], clockWentBack: () => {} },
    pipeline: {
      rested: note('rested'),
      poke: note('poke'),
      commit: async ({ hints = [] }) => note(`compare ${hints.map(({ path }) => path)}`)(),
    },
    network: { due: () => [] },
    events: { look: async () => note('look for old events')() },
    clock: { monotonicMs: () => 0 },
    mountPoints: () => ['/r/mounted', '/r/shut', '/r/healthy'].map((path) => Buffer.from(path)),
    isOpen: async (path) => path.toString() !== '/r/shut',
    ...changes,
  };
  for (const { run } of choresOf(parts)) await run();
  return done;
}

const QUIET = ['rested', 'look for old events', 'clean'];

it('writes and compares nothing in quiet times', async () => {
  expect(await doneOnce()).toEqual(QUIET);
});

it('saves the report when it has news', async () => {
  expect(await doneOnce({ report: { hasNews: () => true, opsFor: () => [] } })).toEqual(['apply 0', ...QUIET]);
});

it('compares network volumes that are due, missing folders, roots that were closed, and mount points that are open again, but no file below one', async () => {
  const index = {
    failedPaths: () => [ROOT, ...['/r/closed', '/r/mounted', '/r/shut'].map((path) => Buffer.from(path))],
    missingFolders: [Buffer.from('/r/usb')],
    killersBefore: () => [],
    shrink: () => {},
  };
  expect(await doneOnce({ index, network: { due: () => [Buffer.from('/r/net')] } })).toEqual([
    'rested',
    'compare /r/net',
    'compare /r/mounted',
    'compare /r/usb,/r',
    ...QUIET.slice(1),
  ]);
});

it('leaves what can wait while only interactive work is allowed, or a comparison goes on', async () => {
  const freshness = { isCompared: false, isComplete: false, comparisons: [], ledger: [], clockWentBack: () => {} };
  const tally = { takeHasWorked: () => true };
  expect(await doneOnce({ budget: { allowance: INTERACTIVE } })).toEqual(['rested']);
  expect(await doneOnce({ freshness, tally })).toEqual(['rested']);
});

it('gives memory back after work', async () => {
  const done = await doneOnce({ tally: { takeHasWorked: () => true } });
  expect(done).toEqual([...QUIET, 'shrink the writer', 'shrink the reader', 'shrink the rules']);
});

it('gives memory back after a cleaning', async () => {
  const done = await doneOnce({ upkeep: { run: async () => true } });
  expect(done).toEqual([...QUIET.slice(0, 2), 'shrink the writer', 'shrink the reader', 'shrink the rules']);
});

it('tries again what has ended its extractor, when it has rested for a while', async () => {
  const asked: number[][] = [];
  const killersBefore = (...of: number[]) => {
    asked.push(of);
    return [Buffer.from('/r/bad.pdf')];
  };
  const index = { failedPaths: () => [], killersBefore, missingFolders: [], shrink: () => {} };
  const before = Date.now();
  expect(await doneOnce({ index })).toEqual(['rested', 'look for old events', 'clean', 'apply 1', 'poke']);
  const [[sinceMs = 0, kills] = []] = asked;
  expect(kills).toBe(3);
  expect(before - sinceMs).toBeGreaterThan(60_000);
});
