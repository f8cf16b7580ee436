import { expect, it } from 'vitest';
import { ChangeQueue } from '../../../indexer/queue/change-queue.js';
import { delayedNotice } from '../../../search-cli/notices.js';
import { STATE_KEY } from '../../../shared/daemon-state.js';
import { delayedFiles } from '../../../shared/store/delayed-files.js';
import { Meta } from '../../../shared/store/meta.js';
import { openForWriting } from '../../../shared/store/open.js';

const path = (name: string) => Buffer.from(`/var/log/${name}`);

it('tells of the files that are held those that have changed, the longest delay first', () => {
  const db = openForWriting(':memory:');
  expect(delayedFiles(db)).toEqual([]);
  const held = ['rests', 'a', 'b'].map((name, at) => ({ path: path(name).toString('base64'), untilMs: 1000 * at }));
  new Meta(db).set(STATE_KEY, { held });
  const queue = new ChangeQueue(db, { settleMs: 20, maxWaitMs: 2000 });
  for (const name of ['a', 'b', 'other']) queue.enqueue({ path: path(name), scope: 'path', priority: 0 }, 0);
  expect(delayedFiles(db)).toEqual([
    { path: path('b'), untilMs: 2000 },
    { path: path('a'), untilMs: 1000 },
  ]);
  expect(delayedNotice(delayedFiles(db))).toBe(
    '/var/log/b and 1 more changed and will be read later: see `find-textd status`',
  );
  expect(delayedNotice([])).toBeUndefined();
});
