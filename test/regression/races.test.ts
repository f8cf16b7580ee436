/** A folder above changes between the look at a path and the write: no event tells of that very path. Found by the torture run. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { observe } from '../../indexer/disk/observe.js';
import { findMovedTree } from '../../indexer/work/moves.js';
import { nameOnly } from '../../indexer/work/name-only.js';
import { type FileStat, PRIORITY } from '../../shared/types.js';
import { afterTick } from '../helpers/after-tick.js';
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

function backToFolder(file: string): void {
  rmSync(file);
  mkdirSync(file);
  writeFileSync(`${file}/slow.txt`, 'slow');
}

function statOf(file: string): FileStat {
  const { dev, ino, size, mtimeMs, ctimeMs } = lstatSync(file);
  return { dev, ino, size, mtimeMs, ctimeMs };
}

describe('what changes while it is worked on', () => {
  it('a file that was read while its folder was renamed is in the index once, under its new name', async () => {
    const tree = await renamedWhileReading(() => {});
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual(['e/kept.txt', 'e/slow.txt']);
    tree.pipeline.close();
  });

  it('a file that was read while its folder was renamed is there once also when the old name leads to the new folder', async () => {
    const tree = await renamedWhileReading((made) => symlinkSync('e', made.path('d')));
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual(['e/kept.txt', 'e/slow.txt']);
    tree.pipeline.close();
  });

  it('a file whose folder was excluded while it was read is not in the index', async () => {
    const tree = await renamedWhileReading((made) => writeFileSync(made.path('e/.nomedia'), ''));
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual([]);
    tree.pipeline.close();
  });

  it.each([
    ['stays', () => {}, ['d', 'kept.txt']],
    ['is gone again', (file: string) => rmSync(file), ['kept.txt']],
    ['is a folder again', (file: string) => backToFolder(file), ['d/slow.txt', 'kept.txt']],
  ])(
    'what was read in a folder whose name a file has by then is not below that file, which %s',
    async (_, end, names) => {
      const tree = new Tree();
      mkdirSync(tree.path('d'));
      writeFileSync(tree.path('kept.txt'), 'kept');
      await tree.pipeline.crawl();
      writeFileSync(tree.path('d/slow.txt'), 'slow');
      tree.hint('path', 'd/slow.txt');
      tree.pipeline.beforeWriting = (ops) => {
        if (!ops.some(({ kind }) => kind === 'put')) return;
        tree.pipeline.beforeWriting = () => {};
        rmSync(tree.path('d'), { recursive: true });
        writeFileSync(tree.path('d'), 'file');
        const path = Buffer.from(tree.path('d'));
        const put = { path, stat: statOf(tree.path('d')), extraction: nameOnly(path, 'failed', {}) };
        tree.pipeline.writer.apply([{ kind: 'put', ...put }], tree.pipeline.nowMs);
        end(tree.path('d'));
        if (existsSync(tree.path('d/slow.txt'))) tree.hint('tree', 'd');
      };
      await tree.pipeline.drain();
      await tree.expectEqualToFresh();
      expect(tree.names()).toEqual(names);
      tree.pipeline.close();
    },
  );

  /** Compares a folder; `change` happens when it and those below have been listed, before they are written. */
  async function compareWith(tree: Tree, change: () => void, folder = tree.root): Promise<void> {
    const { pipeline } = tree;
    pipeline.beforeWriting = (ops) => {
      if (!ops.some(({ kind }) => kind === 'directory')) return;
      pipeline.beforeWriting = () => {};
      change();
    };
    pipeline.hint(Buffer.from(folder), 'tree', PRIORITY.reconcile);
    pipeline.nowMs += 1;
    await pipeline.step(1);
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
    await compareWith(tree, () => {
      writeFileSync(tree.path('d/.nomedia'), '');
      tree.pipeline.rules.forget();
    });
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('what is made where a folder was before it was renamed does not move along with it', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('b'));
    writeFileSync(tree.path('b/old.txt'), 'old');
    await tree.pipeline.crawl();
    renameSync(tree.path('b'), tree.path('c'));
    mkdirSync(tree.path('b'));
    writeFileSync(tree.path('b/new.txt'), 'new');
    // A stat as fresh as the clock's tick would not be kept.
    await afterTick();
    tree.hint('path', 'b/new.txt');
    await tree.pipeline.drain();
    const c = Buffer.from(tree.path('c'));
    const observed = await observe(c);
    if (observed.kind !== 'directory') throw new Error('c is no folder');
    const move = await findMovedTree(tree.pipeline.reader.documents, c, observed.stat);
    expect(move).toHaveLength(1);
    await compareWith(tree, () => tree.pipeline.writer.apply(move, tree.pipeline.nowMs), tree.path('b'));
    tree.hint('tree', 'c');
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual(['b/new.txt', 'c/old.txt']);
    tree.pipeline.close();
  });

  it('a folder that another one replaces while it is compared is known as that other one', async () => {
    const tree = new Tree();
    for (const folder of ['d', 'other']) mkdirSync(tree.path(folder));
    await tree.pipeline.crawl();
    const ino = statSync(tree.path('other')).ino;
    await compareWith(
      tree,
      () => {
        rmSync(tree.path('d'), { recursive: true });
        renameSync(tree.path('other'), tree.path('d'));
        // What another comparison, which came later, has written already.
        const stat = { dev: 0, ino, mtimeMs: 0 };
        tree.pipeline.writer.apply(
          [{ kind: 'directory', path: Buffer.from(tree.path('d')), stat }],
          tree.pipeline.nowMs,
        );
        tree.pipeline.writer.apply([{ kind: 'remove', path: Buffer.from(tree.path('other')) }], tree.pipeline.nowMs);
      },
      tree.path('d'),
    );
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a file that is made while a second path of its folder is compared is found under both [needs root]',
    async () => {
      const tree = new Tree();
      for (const folder of ['d', 'twin']) mkdirSync(tree.path(folder));
      writeFileSync(tree.path('d/old.txt'), 'old');
      await tree.pipeline.crawl();
      execFileSync('mount', ['--bind', tree.path('d'), tree.path('twin')]);
      onTestFinished(() => void execFileSync('umount', [tree.path('twin')]));
      await afterTick();
      await compareWith(
        tree,
        () => {
          writeFileSync(tree.path('d/new.txt'), 'new');
          tree.hint('path', 'd/new.txt');
        },
        tree.path('twin'),
      );
      await tree.expectEqualToFresh();
      expect(tree.names()).toEqual(['d/new.txt', 'd/old.txt', 'twin/new.txt', 'twin/old.txt']);
      tree.pipeline.close();
    },
  );
});
