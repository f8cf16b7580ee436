import { expect, it } from 'vitest';
import { ChangeQueue } from '../../../indexer/queue/change-queue.js';
import { delayedFiles } from '../../../shared/store/delayed-files.js';
import { openForWriting } from '../../../shared/store/open.js';

const path = (name: string) => Buffer.from(`/var/log/${name}`);

it('tells of the files that are held those that have changed, the longest delay first', () => {
  const db = openForWriting(':memory:');
  expect(delayedFiles(db, [])).toEqual([]);
  const held = ['rests', 'a', 'b'].map((name, at) => ({ path: path(name).toString('base64'), untilMs: 1000 * at }));
  expect(delayedFiles(db, held)).toEqual([]);
  const queue = new ChangeQueue(db, { settleMs: 20, maxWaitMs: 2000 });
  for (const name of ['a', 'b', 'other']) queue.enqueue({ path: path(name), scope: 'path', priority: 0 }, 0);
  expect(delayedFiles(db, held)).toEqual([
    { path: path('b'), untilMs: 2000 },
    { path: path('a'), untilMs: 1000 },
  ]);
});
