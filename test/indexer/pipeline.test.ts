/** The stages together, as the daemon wires them: a change goes through each of them once. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { INTERACTIVE, NOTHING } from '../../indexer/budget/allowance.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import { SteppedPipeline } from '../helpers/pipeline.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from '../helpers/test-env.js';

/** Indexed, and at rest. */
async function running() {
  const root = tempFolder();
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'sub/old.txt'), 'old');
  const stepped = new SteppedPipeline(Buffer.from(root), tempFolder());
  onTestFinished(() => stepped.close());
  await stepped.crawl();
  const hint = (name: string, priority: ChangeHint['priority'] = PRIORITY.interactive): ChangeHint => {
    return { path: Buffer.from(join(root, name)), scope: 'path', priority };
  };
  return { root, stepped, hint };
}

describe('the pipeline', () => {
  it('takes a saved file through each stage once, with five round trips to the writer', async () => {
    const { root, stepped, hint } = await running();
    let nowMs = stepped.nowMs;
    stepped.runFreely({ monotonicMs: () => nowMs, wallMs: () => nowMs });
    writeFileSync(join(root, 'sub/new.txt'), 'new');
    await stepped.pipeline.commit({ hints: [hint('sub/new.txt')] });
    await until('it is in the queue, and not due', () => stepped.trips.length === 2);
    nowMs += 20;
    await until('it is indexed', () => stepped.trips.length >= 5 && !stepped.pipeline.isBusy);
    expect(stepped.trips).toEqual(['apply', 'take', 'take', 'apply', 'take']);
    expect(stepped.changes.at(-1)).toMatchObject({ kind: 'added' });
  });

  it('does what the budget allows, and the rest when it allows more', async () => {
    const { root, stepped, hint } = await running();
    stepped.allowance = NOTHING;
    for (const name of ['saved.txt', 'found.txt']) writeFileSync(join(root, name), name);
    await stepped.pipeline.commit({ hints: [hint('saved.txt'), hint('found.txt', PRIORITY.reconcile)] });
    const names = () => stepped.changes.flatMap(({ path, kind }) => (kind === 'added' ? [String(path)] : []));
    stepped.changes.length = 0;
    await stepped.drain();
    expect(names()).toEqual([]);
    stepped.allow(INTERACTIVE);
    await stepped.drain();
    expect(names()).toEqual([join(root, 'saved.txt')]);
    stepped.allow();
    await stepped.drain();
    expect(names()).toEqual([join(root, 'saved.txt'), join(root, 'found.txt')]);
  });

  it('compares what its source has lost, and says what is wrong until that is done', async () => {
    const { root, stepped } = await running();
    writeFileSync(join(root, 'sub/missed.txt'), 'missed');
    stepped.pipeline.lost([Buffer.from(root)], 'events lost', 'the queue overflowed');
    expect(stepped.freshness.isComplete).toBe(false);
    expect(stepped.troubles).toEqual({ lost: 'the queue overflowed' });
    await stepped.drain();
    expect(stepped.freshness.isComplete).toBe(true);
    expect(stepped.troubles).toEqual({ lost: undefined });
    expect(stepped.reader.documentCount).toBe(2);
  });

  it('keeps a missing root, opens its gap in the same write, and takes it when it is there again', async () => {
    const { root, stepped } = await running();
    renameSync(root, `${root}-away`);
    stepped.hint(Buffer.from(root), 'tree');
    await stepped.drain();
    expect(stepped.reader.documentCount).toBe(1);
    expect(stepped.reader.missingFolders.map(String)).toEqual([root]);
    expect(stepped.freshness.ledger[0]?.gaps.map(({ reason }) => reason)).toEqual(['not mounted']);
    renameSync(`${root}-away`, root);
    stepped.hint(Buffer.from(root), 'tree');
    await stepped.drain();
    expect(stepped.reader.missingFolders).toEqual([]);
    expect(stepped.freshness.isComplete).toBe(true);
  });

  it('writes nothing that was being read of what is forgotten meanwhile', async () => {
    const { root, stepped, hint } = await running();
    writeFileSync(join(root, 'secret.txt'), 'secret');
    stepped.whileExtracting = (outcomes) => {
      stepped.whileExtracting = (more) => more;
      void stepped.pipeline.forget([hint('secret.txt').path], []);
      writeFileSync(join(root, 'secret.txt'), '');
      return outcomes;
    };
    stepped.hint(hint('secret.txt').path, 'path');
    await stepped.drain();
    const found = stepped.db.prepare('SELECT count(*) FROM body WHERE body MATCH ?').pluck().get('secret');
    expect(found).toBe(0);
  });
});
