/** What is the same file, and what only looks like it. Found by the torture run. */
import { appendFileSync, linkSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { afterTick } from '../helpers/after-tick.js';
import { Tree } from './helpers.js';

describe('the same file, or one that looks like it', () => {
  it('a file with two names has changed under both when one is told', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('d'));
    writeFileSync(tree.path('one.txt'), 'before');
    linkSync(tree.path('one.txt'), tree.path('d/other.txt'));
    await tree.pipeline.crawl();
    appendFileSync(tree.path('one.txt'), ' afterwards');
    tree.hint('path', 'one.txt');
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('a new file that has the inode, size and time of a deleted one is not the deleted one renamed', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('old.txt'), 'alpha');
    utimesSync(tree.path('old.txt'), 500_000_000, 500_000_000);
    await tree.pipeline.crawl();
    rmSync(tree.path('old.txt'));
    writeFileSync(tree.path('new.txt'), 'gamma');
    utimesSync(tree.path('new.txt'), 500_000_000, 500_000_000);
    // Most file systems give the inode of `old.txt` to `new.txt`; here it is certain.
    tree.pipeline.db.prepare('UPDATE file SET ino = ?').run(statSync(tree.path('new.txt')).ino);
    tree.hint('path', 'old.txt', 'new.txt');
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('a file that could not be understood is tried again, and told of, under its new place', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('d'));
    writeFileSync(tree.path('d/damaged.txt.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]));
    await tree.pipeline.crawl();
    expect(tree.failures()).toEqual({ 'd/damaged.txt.gz': 'FT_EXTRACT_FAILED' });
    renameSync(tree.path('d'), tree.path('e'));
    tree.hint('tree', 'd', 'e');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({ 'e/damaged.txt.gz': 'FT_EXTRACT_FAILED' });
    tree.pipeline.close();
  });

  it('a file that changes within the clock tick in which it was read is read again when that is told', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('a.txt'), 'alpha');
    tree.pipeline.whileExtracting = (outcomes) => {
      tree.pipeline.whileExtracting = (more) => more;
      writeFileSync(tree.path('a.txt'), 'gamma');
      const { mtimeMs, ctimeMs } = statSync(tree.path('a.txt'));
      return outcomes.map((outcome) =>
        outcome.kind === 'extracted' ? { ...outcome, stat: { ...outcome.stat, mtimeMs, ctimeMs } } : outcome,
      );
    };
    await tree.pipeline.crawl();
    tree.hint('path', 'a.txt');
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('files with times to come, from before the clock was set back, are read once each, also those with two names', async () => {
    const tree = new Tree();
    for (const name of ['one.txt', 'two.txt']) writeFileSync(tree.path(name), name);
    linkSync(tree.path('one.txt'), tree.path('other.txt'));
    const dayAgo = Date.now() - 86_400_000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(dayAgo);
    onTestFinished(() => clock.mockRestore());
    await tree.pipeline.crawl();
    expect(tree.pipeline.extracted).toBe(3);
    tree.hint('tree', '');
    tree.hint('path', 'one.txt');
    await tree.pipeline.drain();
    expect(tree.pipeline.extracted).toBe(3);
    appendFileSync(tree.path('one.txt'), ' afterwards');
    tree.hint('path', 'one.txt');
    await tree.expectEqualToFresh();
    expect(tree.pipeline.extracted).toBe(5);
    tree.pipeline.close();
  });

  it('a file that is renamed to the name of a folder that went is that file only', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('d/e'), { recursive: true });
    writeFileSync(tree.path('d/e/below.txt'), 'below');
    writeFileSync(tree.path('f'), 'file');
    await tree.pipeline.crawl();
    rmSync(tree.path('d'), { recursive: true });
    renameSync(tree.path('f'), tree.path('d'));
    tree.hintRename('f', 'd');
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual(['d']);
    tree.pipeline.close();
  });

  /** The size and the times of before. */
  function rewriteUnnoticed(path: string, text: string): void {
    const { atime, mtime } = statSync(path);
    writeFileSync(path, text, { flag: 'r+' });
    utimesSync(path, atime, mtime);
  }

  it.each([
    [
      'under its old name',
      (tree: Tree) => {
        rewriteUnnoticed(tree.path('a.txt'), 'gamma');
        tree.hint('path', 'a.txt');
        renameSync(tree.path('a.txt'), tree.path('b.txt'));
        tree.hintRename('a.txt', 'b.txt');
      },
    ],
    [
      'under a name in between',
      (tree: Tree) => {
        renameSync(tree.path('a.txt'), tree.path('t.txt'));
        tree.hintRename('a.txt', 't.txt');
        rewriteUnnoticed(tree.path('t.txt'), 'gamma');
        tree.hint('path', 't.txt');
        renameSync(tree.path('t.txt'), tree.path('b.txt'));
        tree.hintRename('t.txt', 'b.txt');
      },
    ],
    [
      'under its new name, and that is told late',
      async (tree: Tree) => {
        renameSync(tree.path('a.txt'), tree.path('b.txt'));
        tree.hintRename('a.txt', 'b.txt');
        rewriteUnnoticed(tree.path('b.txt'), 'gamma');
        await tree.pipeline.drain();
        tree.hint('path', 'b.txt');
      },
    ],
  ])(
    'a file that is rewritten %s, with its size and times kept, and renamed has its new content',
    async (_name, act) => {
      const tree = new Tree();
      writeFileSync(tree.path('a.txt'), 'alpha');
      utimesSync(tree.path('a.txt'), 1, 1);
      await afterTick();
      await tree.pipeline.crawl();
      await act(tree);
      await tree.expectEqualToFresh();
      tree.pipeline.close();
    },
  );
});
