/** A folder above changes between the look at a path and the write: no event tells of that very path. Found by the torture run. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reconcile } from '../../indexer/crawl/reconcile.js';
import { makeRules } from '../../indexer/crawl/rules.js';
import type { WriteOp } from '../../indexer/writer/index-writer.js';
import { PRIORITY } from '../../shared/types.js';
import { defaultConfig } from '../helpers/pipeline.js';
import { Tree } from './helpers.js';

/** The folder is renamed, and the index knows, while a file in it is still being read. */
async function renamedWhileReading(after: (tree: Tree) => void): Promise<Tree> {
  const tree = new Tree();
  mkdirSync(tree.path('d'));
  writeFileSync(tree.path('d/kept.txt'), 'kept');
  await tree.pipeline.crawl();
  writeFileSync(tree.path('d/slow.txt'), 'slow');
  tree.hint('path', 'd/slow.txt');
  tree.pipeline.whileExtracting = (outcomes) => {
    tree.pipeline.whileExtracting = (more) => more;
    renameSync(tree.path('d'), tree.path('e'));
    after(tree);
    tree.pipeline.writer.apply([{ kind: 'remove', path: Buffer.from(tree.path('d')) }], tree.pipeline.nowMs);
    tree.hint('tree', 'e');
    return outcomes;
  };
  return tree;
}

it('a file that was read while its folder was renamed is in the index once, under its new name', async () => {
  const tree = await renamedWhileReading(() => {});
  await tree.expectEqualToFresh();
  expect(tree.names()).toEqual(['e/kept.txt', 'e/slow.txt']);
  tree.pipeline.close();
});

it('also when the old name leads to the new folder', async () => {
  const tree = await renamedWhileReading((made) => symlinkSync('e', made.path('d')));
  await tree.expectEqualToFresh();
  expect(tree.names()).toEqual(['e/kept.txt', 'e/slow.txt']);
  tree.pipeline.close();
});

it('also when its folder was excluded meanwhile', async () => {
  const tree = await renamedWhileReading((made) => writeFileSync(made.path('e/.nomedia'), ''));
  await tree.expectEqualToFresh();
  expect(tree.names()).toEqual([]);
  tree.pipeline.close();
});

/** Compares the whole tree; `change` happens when its folders have been listed, before they are written. */
async function compareWith(tree: Tree, change: (rules: ReturnType<typeof makeRules>) => void): Promise<void> {
  const { pipeline } = tree;
  const rules = makeRules(defaultConfig, [Buffer.from(tree.root)], [], () => {});
  let isChanged = false;
  await reconcile([Buffer.from(tree.root)], PRIORITY.reconcile, {
    index: pipeline.reader,
    versions: {},
    rulesFor: (folder) => rules.rulesFor(folder),
    rulesGeneration: () => rules.generation,
    watch: () => {},
    write: async (ops: readonly WriteOp[]) => {
      if (!isChanged && ops.some(({ kind }) => kind === 'directory')) {
        isChanged = true;
        change(rules);
      }
      pipeline.writer.apply(ops, pipeline.nowMs);
    },
  });
}

it('a folder that goes while it is compared leaves nothing in the index', async () => {
  const tree = new Tree();
  mkdirSync(tree.path('d/e'), { recursive: true });
  await compareWith(tree, () => rmSync(tree.path('d'), { recursive: true }));
  await tree.expectEqualToFresh();
  tree.pipeline.close();
});

it('a folder that is excluded while it is compared leaves nothing in the index', async () => {
  const tree = new Tree();
  mkdirSync(tree.path('d/e'), { recursive: true });
  await compareWith(tree, (rules) => {
    writeFileSync(tree.path('d/.nomedia'), '');
    rules.forget();
  });
  await tree.expectEqualToFresh();
  tree.pipeline.close();
});
