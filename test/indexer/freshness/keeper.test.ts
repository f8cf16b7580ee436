/** The keeper on a real queue: gaps are opened with their comparison, and closed when that is done and indexed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FreshnessKeeper } from '../../../indexer/freshness/keeper.js';
import type { Ledger } from '../../../indexer/freshness/ledger.js';
import { CLOSED_GAPS_KEY, type ClosedGaps, parseClosed } from '../../../shared/closed-gaps.js';
import { FRESHNESS_KEY, parseFreshness } from '../../../shared/freshness.js';
import { PRIORITY } from '../../../shared/types.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

class Kept {
  readonly root = tempFolder();
  readonly indexFolder = tempFolder();
  pipeline: SteppedPipeline;

  constructor(private foldersPerTurn = 2) {
    this.pipeline = this.#begin();
  }

  /** The process ends and another begins. */
  restart(foldersPerTurn = this.foldersPerTurn): void {
    this.foldersPerTurn = foldersPerTurn;
    this.pipeline.close();
    this.pipeline = this.#begin();
  }

  get keeper(): FreshnessKeeper {
    return this.pipeline.freshness;
  }

  get saved(): Ledger {
    return parseFreshness(this.pipeline.reader.meta.get(FRESHNESS_KEY))?.roots ?? [];
  }

  get closed(): ClosedGaps {
    return parseClosed(this.pipeline.reader.meta.get(CLOSED_GAPS_KEY));
  }

  get reasons(): string[] {
    expect(this.saved).toEqual(this.keeper.ledger);
    return this.keeper.ledger.flatMap(({ gaps }) => gaps.map(({ reason }) => reason));
  }

  fill(folders: number): void {
    for (let n = 0; n < folders; n++) {
      mkdirSync(join(this.root, `d${n}`));
      writeFileSync(join(this.root, `d${n}/f.txt`), `word${n}`);
    }
  }

  async isCompared(): Promise<boolean> {
    await this.keeper.check();
    return this.keeper.isCompared;
  }

  #begin(): SteppedPipeline {
    return new SteppedPipeline(Buffer.from(this.root), this.indexFolder, undefined, this.foldersPerTurn);
  }
}

async function indexed(folders: number, foldersPerTurn?: number): Promise<Kept> {
  const kept = new Kept(foldersPerTurn);
  kept.fill(folders);
  await kept.keeper.begin(0, PRIORITY.bulk);
  await kept.pipeline.drain();
  expect(await kept.isCompared()).toBe(true);
  return kept;
}

describe('the keeper of the ledger', () => {
  it('knows a new root to be complete when all that was found is indexed, not before', async () => {
    const kept = new Kept(1);
    kept.fill(5);
    await kept.keeper.begin(0, PRIORITY.bulk);
    expect(kept.reasons).toEqual(['new']);
    let steps = 0;
    while (!(await kept.isCompared())) {
      expect(kept.reasons).toEqual(['new']);
      expect(await kept.pipeline.step(1)).toBeGreaterThan(0);
      steps++;
    }
    // One folder and one file at a time: the first file is found in the second folder, and read after it.
    expect(steps).toBe(7);
    expect(kept.pipeline.reader.documentCount).toBe(5);
    expect(kept.keeper.ledger[0]?.completeSinceMs).toBe(kept.pipeline.nowMs);
  });

  it('keeps a gap open over a restart until both comparisons are done', async () => {
    const kept = await indexed(3);
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    kept.restart();
    await kept.keeper.begin(77, PRIORITY.reconcile);
    expect(kept.reasons).toEqual(['events lost', 'not running']);
    expect(kept.keeper.ledger[0]?.gaps[1]?.sinceMs).toBe(77);
    await kept.pipeline.drain();
    expect(await kept.isCompared()).toBe(true);
    expect(kept.reasons).toEqual([]);
  });

  it('compares the scope of a gap only', async () => {
    const kept = await indexed(4);
    kept.pipeline.compared.splice(0);
    await kept.keeper.lost([Buffer.from(join(kept.root, 'd2'))], 'audit gap');
    await kept.pipeline.drain();
    expect(kept.pipeline.compared).toEqual([join(kept.root, 'd2')]);
    expect(await kept.isCompared()).toBe(true);
  });

  it('notes what was closed, for those who look now and then, also over a restart', async () => {
    const kept = await indexed(1);
    const before = kept.closed.count;
    for (const reason of ['audit gap', 'events lost'] as const) {
      await kept.keeper.lost([Buffer.from(kept.root)], reason);
      await kept.pipeline.drain();
      expect(await kept.isCompared()).toBe(true);
      expect(kept.closed.last.at(-1)).toMatchObject({ reason, scope: Buffer.from(kept.root) });
      kept.restart();
    }
    expect(kept.closed.count).toBe(before + 2);
  });

  it('waits for a path that a comparison found also when it is told as an interactive change', async () => {
    const kept = await indexed(1);
    const file = join(kept.root, 'd0/f.txt');
    writeFileSync(file, 'other words');
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    await kept.pipeline.step(1);
    expect(kept.pipeline.compared.at(-1)).toBe(join(kept.root, 'd0'));
    kept.pipeline.hint(Buffer.from(file), 'path');
    expect(await kept.isCompared()).toBe(false);
    await kept.pipeline.drain();
    expect(await kept.isCompared()).toBe(true);
  });

  it('is not complete while a volume is missing, and says so of its folder only', async () => {
    const kept = await indexed(2);
    const path = Buffer.from(join(kept.root, 'd1'));
    const missing = { kind: 'missing', folder: path, why: 'gone' } as const;
    kept.pipeline.writer.apply([...kept.keeper.opsWith([missing]), missing], 0);
    expect(kept.reasons).toEqual(['not mounted']);
    expect(kept.keeper.ledger[0]?.gaps[0]?.scope).toEqual(path);
    expect(await kept.isCompared()).toBe(true);
    expect(kept.keeper.isComplete).toBe(false);
    kept.pipeline.writer.apply([{ kind: 'succeeded', path }], 0);
    await kept.keeper.check();
    expect(kept.keeper.isComplete).toBe(true);
  });

  it('is not complete while changes are not seen, and until what they were is compared', async () => {
    const kept = await indexed(2);
    const root = Buffer.from(kept.root);
    await kept.keeper.blind('not watched', [root]);
    expect(kept.reasons).toEqual(['not watched']);
    expect(kept.keeper.isCompared).toBe(true);
    await kept.keeper.lost([root], 'audit gap');
    await kept.keeper.blind('not watched', []);
    expect(kept.reasons).toEqual(['not watched', 'audit gap']);
    await kept.pipeline.drain();
    await kept.keeper.check();
    expect(kept.reasons).toEqual([]);
  });

  it('tells how many folders of how many are compared', async () => {
    const kept = await indexed(3);
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    kept.keeper.compared(Buffer.from(kept.root));
    kept.keeper.compared(Buffer.from(join(kept.root, 'd1')));
    kept.keeper.compared(Buffer.from('/elsewhere'));
    expect(kept.keeper.comparisons).toEqual([{ root: Buffer.from(kept.root), done: 2, toDo: 4 }]);
  });

  it('resolves the wait of those who need everything compared', async () => {
    const kept = await indexed(1);
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    let isTold = false;
    const told = kept.keeper.whenCompared().then(() => {
      isTold = true;
    });
    await kept.keeper.check();
    expect(isTold).toBe(false);
    await kept.pipeline.drain();
    await kept.keeper.check();
    await told;
  });

  it('goes on where it was after a kill in the middle of a comparison: no folder is compared twice', async () => {
    const kept = await indexed(40, 7);
    kept.pipeline.compared.splice(0);
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    kept.pipeline.nowMs += 1000;
    await kept.pipeline.step(3);
    await kept.pipeline.step(3);
    const waiting = 41 - new Set(kept.pipeline.compared.splice(0)).size;
    expect(waiting).toBeGreaterThan(10);
    kept.restart();
    expect(kept.pipeline.writer.hasRechecks(Buffer.from(kept.root))).toBe(true);
    await kept.keeper.begin(0, PRIORITY.reconcile);
    while (!(await kept.isCompared())) await kept.pipeline.step(3);
    expect(kept.pipeline.compared).toHaveLength(41);
    expect(new Set(kept.pipeline.compared).size).toBe(41);
  });

  it('gets through although it is killed again and again', async () => {
    const kept = await indexed(40);
    await kept.keeper.lost([Buffer.from(kept.root)], 'events lost');
    const compared = new Set<string>();
    for (let life = 0; life < 12; life++) {
      kept.restart(4);
      await kept.keeper.begin(0, PRIORITY.reconcile);
      // The root again, then as much as there is time for.
      for (let turn = 0; turn < 3; turn++) await kept.pipeline.step(4);
      for (const folder of kept.pipeline.compared) compared.add(folder);
    }
    expect(compared.size).toBe(41);
  });
});
