import { expect, it } from 'vitest';
import type { ExtractOutcome } from '../../indexer/extract/messages.js';
import { Tally } from '../../indexer/tally.js';

const STAT = { dev: 1, ino: 7, size: 10, mtimeMs: 1000, ctimeMs: 2000 };
const SAME: ExtractOutcome = { kind: 'same', stat: STAT, isChanging: false };
const FAILED: ExtractOutcome = { kind: 'failed', code: 'FT_READ_FAILED', message: 'I/O error', isTransient: false };

function listen() {
  const troubles: Record<string, string | undefined> = {};
  const failures: unknown[] = [];
  const changed: number[] = [];
  const tally = new Tally({
    troubles: {
      set: (kind, text) => {
        troubles[kind] = text;
      },
    },
    upkeep: { hasChanged: (documents) => changed.push(documents) },
    listener: { failed: (error) => failures.push(error) },
  });
  return { tally, troubles, failures, changed };
}

it('counts what is found and what is done of it', () => {
  const { tally, changed } = listen();
  tally.filesFound(3, 30);
  tally.filesRead([SAME, FAILED, { kind: 'gone' }]);
  expect(tally.progress.totals).toEqual({ filesFound: 3, bytesFound: 30, filesDone: 3, bytesDone: 10 });
  expect(changed).toEqual([2]);
});

it('says once of all work that there was some', () => {
  const { tally } = listen();
  expect(tally.takeHasWorked()).toBe(false);
  tally.folderCompared();
  tally.filesRead([SAME]);
  expect([tally.takeHasWorked(), tally.takeHasWorked()]).toEqual([true, false]);
});

it('passes on what is wrong, and no failure of work that was broken off', () => {
  const { tally, troubles, failures } = listen();
  tally.trouble('lost', 'the queue overflowed');
  tally.fail('first');
  tally.end();
  tally.fail('second');
  expect(troubles).toEqual({ lost: 'the queue overflowed' });
  expect(failures).toEqual(['first']);
});
