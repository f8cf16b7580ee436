/** A file that failed for a passing reason is read again, and then has not failed: also where its row has what the disk has. */
import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExtractOutcome } from '../../../indexer/extract/messages.js';
import type { WriteOp } from '../../../indexer/words.js';
import { Failures } from '../../../shared/store/failures.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

const ENDED: ExtractOutcome = { kind: 'failed', code: 'FT_EXTRACT_CRASHED', message: 'ended', isTransient: true };

let pipeline: SteppedPipeline;
let path: Buffer;

beforeEach(async () => {
  const root = tempFolder();
  const file = join(root, 'a.txt');
  path = Buffer.from(file);
  writeFileSync(file, 'alpha');
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  pipeline.extracted = 0;
});

afterEach(() => pipeline.close());

function failure() {
  return new Failures(pipeline.db).find(path);
}

async function fail(code: 'FT_READ_FAILED' | 'FT_EXTRACT_FAILED'): Promise<void> {
  const op: WriteOp = { kind: 'failure', path, code, message: 'read it' };
  await pipeline.apply([op]);
  pipeline.extracted = 0;
}

it('whose attributes alone had changed', async () => {
  chmodSync(path, 0o640);
  let isKnown = false;
  pipeline.isCaughtUp = async () => isKnown;
  pipeline.whileExtracting = () => [ENDED];
  pipeline.hintAttributes(path);
  for (let steps = 0; !failure(); steps++) {
    expect(steps).toBeLessThan(10);
    pipeline.nowMs += 60_000;
    await pipeline.step(100);
  }
  isKnown = true;
  pipeline.whileExtracting = (outcomes) => outcomes;
  await pipeline.drain();
  expect(failure()).toBeUndefined();
});

it.each(['told', 'compared'] as const)('that is %s', async (how) => {
  await fail('FT_READ_FAILED');
  if (how === 'told') pipeline.hint(path, 'path');
  else await pipeline.crawl();
  await pipeline.drain();
  expect(failure()).toBeUndefined();
  expect(pipeline.extracted).toBe(1);
});

it('but not one that failed for its own fault', async () => {
  await fail('FT_EXTRACT_FAILED');
  pipeline.hint(path, 'path');
  await pipeline.drain();
  await pipeline.crawl();
  expect(failure()).toBeDefined();
  expect(pipeline.extracted).toBe(0);
});
