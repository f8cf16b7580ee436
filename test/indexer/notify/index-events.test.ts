/** The names that the index has not looked at since inotify told of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { IndexEvents } from '../../../indexer/notify/index-events.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

it('has what goes on, until the index has looked at it', async () => {
  const root = tempFolder();
  const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  const index = new IndexEvents(pipeline.db.name);
  const [told, found] = ['told.txt', 'found.txt'].map((name) => Buffer.from(join(root, name))) as [Buffer, Buffer];
  for (const path of [told, found]) writeFileSync(path, 'text');
  pipeline.tell({ atMs: 1, kind: 'create', path: told, origin: 'inotify' }, 'path');
  pipeline.tell({ atMs: 1, kind: 'create', path: found, origin: 'audit' }, 'path');
  expect([...index.goingOn].map(({ path, sequence }) => [`${path}`, sequence])).toEqual([[`${told}`, 1]]);
  expect(index.isGoingOn(told)).toBe(true);
  await pipeline.drain();
  expect([...index.goingOn]).toEqual([]);
  expect(index.isGoingOn(told)).toBe(false);
  index.close();
  pipeline.close();
});
