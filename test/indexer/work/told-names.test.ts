/** A change of a file with many names: each is read again, for a cost that grows with their number only. */
import { appendFileSync, linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ChangeQueue } from '../../../indexer/queue/change-queue.js';
import { afterTick } from '../../helpers/after-tick.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { snapshot } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

const NAMES = 50;

async function indexed() {
  const root = tempFolder();
  const names = Array.from({ length: NAMES }, (_, n) => join(root, `name${n}`));
  const [first = '', ...others] = names;
  writeFileSync(first, 'alpha');
  for (const name of others) linkSync(first, name);
  const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  return { root, first, others, pipeline };
}

async function expectFresh(root: string, pipeline: SteppedPipeline): Promise<void> {
  const fresh = new SteppedPipeline(Buffer.from(root), tempFolder());
  await fresh.crawl();
  expect(snapshot(pipeline.db)).toEqual(snapshot(fresh.db));
  for (const each of [pipeline, fresh]) each.close();
}

function countQueued(): () => number {
  const enqueue = vi.spyOn(ChangeQueue.prototype, 'enqueue');
  onTestFinished(() => enqueue.mockRestore());
  return () => {
    const { length } = enqueue.mock.calls;
    enqueue.mockClear();
    return length;
  };
}

it('tells the other names once, and again when it changes again', async () => {
  const { root, first, pipeline } = await indexed();
  const queued = countQueued();
  for (const text of [' beta', ' gamma']) {
    appendFileSync(first, text);
    await afterTick();
    pipeline.hint(Buffer.from(first), 'path');
    await pipeline.drain();
    expect(queued()).toBe(NAMES);
  }
  await expectFresh(root, pipeline);
});

it('looks at the names that are left once when many are removed', async () => {
  const { root, others, pipeline } = await indexed();
  const queued = countQueued();
  for (const name of others) {
    rmSync(name);
    pipeline.hint(Buffer.from(name), 'path');
  }
  await pipeline.drain();
  expect(queued()).toBe(others.length + 1);
  await expectFresh(root, pipeline);
});
