/** What `chmod -R` costs for each file, in questions to the index, to the rules and to the disk: a first index costs ten times as much. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryRules } from '../../../indexer/rules/ignore-rules.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

const FILES = 200;
/** Of the batches, whatever the number of files: the reader is asked, too, whether any file failed for a passing reason. */
const BATCHES = 160;

it('costs eight statements a file, one question to the rules, and no lock for each', async () => {
  // To the writer: is the event new, the event, where it is open, the entry, the stat, and entry and opening gone again. To the reader: what is known.
  expect(await statementsOf(FILES)).toBeLessThanOrEqual(8 * FILES + BATCHES);
});

it('costs five from there on, as a flood', async () => {
  // To the writer: does it wait, the stat, is the event new, the event. To the reader: what is known.
  expect(await statementsOf(5 * FILES)).toBeLessThanOrEqual(8 * FILES + 5 * 4 * FILES + BATCHES);
});

async function statementsOf(files: number): Promise<number> {
  const root = tempFolder();
  const paths = Array.from({ length: files }, (_, at) => join(root, `f${at}.txt`));
  for (const path of paths) writeFileSync(path, 'alpha');
  const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  onTestFinished(() => pipeline.close());
  await pipeline.crawl();
  pipeline.isTold = false;
  pipeline.extracted = 0;
  for (const path of paths) chmodSync(path, 0o640);
  const statements = countStatements(pipeline);
  const verdicts = vi.spyOn(DirectoryRules.prototype, 'verdict');
  onTestFinished(() => verdicts.mockRestore());
  const apart = countAskedApart(pipeline);
  pipeline.tellAttributes(paths.map((path) => Buffer.from(path)));
  await pipeline.drain();
  expect(pipeline.extracted).toBe(0);
  expect(verdicts.mock.calls.length).toBeLessThanOrEqual(files);
  expect(apart()).toBe(0);
  return statements();
}

/** Files of which the index was asked by themselves, with a lock for each. */
function countAskedApart({ reader }: SteppedPipeline): () => number {
  let [isAtOnce, asked, apart] = [false, 0, 0];
  const atOnce = reader.atOnce.bind(reader);
  vi.spyOn(reader, 'atOnce').mockImplementation((ask) => {
    isAtOnce = true;
    try {
      return atOnce(ask);
    } finally {
      isAtOnce = false;
    }
  });
  const findState = reader.documents.findState.bind(reader.documents);
  vi.spyOn(reader.documents, 'findState').mockImplementation((path) => {
    asked++;
    if (!isAtOnce) apart++;
    return findState(path);
  });
  return () => {
    expect(asked).toBeGreaterThanOrEqual(FILES);
    return apart;
  };
}

function countStatements({ db }: SteppedPipeline): () => number {
  const all = Object.getPrototypeOf(db.prepare('SELECT 1'));
  const spies = (['run', 'get', 'all', 'iterate'] as const).map((method) => vi.spyOn(all, method));
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}
