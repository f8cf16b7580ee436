import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ExtractOutcome } from '../../../indexer/extract/messages.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

const CRASHED: ExtractOutcome = { kind: 'failed', code: 'FT_EXTRACT_CRASHED', message: 'no memory', isTransient: true };

it('counts a file that is tried again when it is read, or given up', async () => {
  const root = tempFolder();
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(root, name), name);
  const stepped = new SteppedPipeline(Buffer.from(root), tempFolder());
  onTestFinished(() => stepped.close());
  let attempts = 0;
  stepped.whileExtracting = (outcomes) => {
    if (++attempts === 1) expect(stepped.done).toBe(0);
    return attempts < 3 ? outcomes.map(() => CRASHED) : outcomes;
  };
  await stepped.crawl();
  expect([stepped.extracted, stepped.done, stepped.reader.documentCount]).toEqual([6, 2, 2]);
  writeFileSync(join(root, 'c.txt'), 'c');
  stepped.whileExtracting = (outcomes) => outcomes.map(() => CRASHED);
  stepped.hint(Buffer.from(join(root, 'c.txt')), 'path');
  await stepped.drain();
  expect([stepped.extracted, stepped.done, stepped.reader.documentCount]).toEqual([13, 3, 3]);
});
