/** What cannot be read now: nothing old is shown in its place, and it is read as soon as it can be. Found by the torture run. */
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExtractOutcome } from '../../indexer/extract/messages.js';
import { openPlain } from '../../shared/store/open.js';
import { afterTick } from '../helpers/after-tick.js';
import { NOBODY } from '../helpers/nobody.js';
import { Tree } from './helpers.js';

const isRoot = process.getuid?.() === 0;

// Nobody may not be allowed to read the checkout, so SQLite's native part is loaded before.
beforeAll(() => openPlain(':memory:', 0).close());

// Permissions mean nothing to root.
beforeEach(() => {
  if (isRoot) process.seteuid?.(NOBODY.uid);
});

afterEach(() => {
  if (isRoot) process.seteuid?.(0);
});

function fill(tree: Tree): void {
  mkdirSync(tree.path('d/sub'), { recursive: true });
  writeFileSync(tree.path('d/a.txt'), 'alpha');
  writeFileSync(tree.path('d/sub/b.txt'), 'beta');
}

describe('what cannot be read', () => {
  it.each([0o000, 0o444])(
    'a folder that is closed (mode %o) leaves the index, and comes back when it is opened',
    async (mode) => {
      const tree = new Tree();
      fill(tree);
      await tree.pipeline.crawl();
      chmodSync(tree.path('d'), mode);
      tree.hint('path', 'd');
      await tree.expectEqualToFresh();
      expect(tree.names()).toEqual([]);
      expect(new Set(Object.values(tree.failures()))).toEqual(new Set(['FT_READ_DENIED']));
      chmodSync(tree.path('d'), 0o755);
      tree.hint('path', 'd');
      await tree.expectEqualToFresh();
      expect(tree.names()).toEqual(['d/a.txt', 'd/sub/b.txt']);
      tree.pipeline.close();
    },
  );

  it('a file that cannot be read and whose name a folder takes is still told when its own folder is found', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('one'));
    mkdirSync(tree.path('two/name'), { recursive: true });
    writeFileSync(tree.path('one/name'), Buffer.from('1f8b0800000000000003ffffffffffff', 'hex'));
    writeFileSync(tree.path('two/name/a.txt'), 'alpha');
    await tree.pipeline.crawl();
    expect(tree.failures()).toEqual({ 'one/name': 'FT_EXTRACT_FAILED' });
    renameSync(tree.path('one'), tree.path('other'));
    renameSync(tree.path('two'), tree.path('one'));
    renameSync(tree.path('other'), tree.path('two'));
    tree.hint('path', 'one/name', 'two');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({ 'two/name': 'FT_EXTRACT_FAILED' });
    tree.pipeline.close();
  });

  it('a change below a folder that has been closed since says nothing of its own', async () => {
    const tree = new Tree();
    fill(tree);
    await tree.pipeline.crawl();
    chmodSync(tree.path('d'), 0);
    tree.hint('path', 'd/sub/b.txt');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({ d: 'FT_READ_DENIED' });
    chmodSync(tree.path('d'), 0o755);
    tree.pipeline.close();
  });

  it('the failure of a folder that is gone goes with the next comparison', async () => {
    const tree = new Tree();
    fill(tree);
    chmodSync(tree.path('d/sub'), 0);
    await tree.pipeline.crawl();
    expect(tree.failures()).toEqual({ 'd/sub': 'FT_READ_DENIED' });
    chmodSync(tree.path('d/sub'), 0o755);
    rmSync(tree.path('d/sub'), { recursive: true });
    tree.hint('tree', '');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({});
    tree.pipeline.close();
  });

  function failing(details: Partial<ExtractOutcome>): (outcomes: ExtractOutcome[]) => ExtractOutcome[] {
    const failed = { kind: 'failed', code: 'FT_EXTRACT_CRASHED', message: 'extract: it crashed' } as const;
    return (outcomes) => outcomes.map(() => ({ ...failed, isTransient: false, ...details }) as ExtractOutcome);
  }

  it('a file whose extractor was killed is read later, whoever asks in between', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('a.txt'), 'alpha');
    await tree.pipeline.crawl();
    writeFileSync(tree.path('a.txt'), 'beta beta');
    tree.hint('path', 'a.txt');
    tree.pipeline.whileExtracting = (outcomes) => {
      const { stat } = outcomes[0] as Extract<ExtractOutcome, { kind: 'extracted' }>;
      return failing({ isTransient: true, stat })(outcomes);
    };
    tree.pipeline.nowMs += 100;
    await tree.pipeline.step(10);
    tree.pipeline.whileExtracting = (outcomes) => outcomes;
    tree.hint('tree', '');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({});
    tree.pipeline.close();
  });

  it('a file that cannot be read any more is found by its name, not by what was in it', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('a.txt'), 'alpha');
    await tree.pipeline.crawl();
    writeFileSync(tree.path('a.txt'), 'beta beta');
    tree.hint('path', 'a.txt');
    tree.pipeline.whileExtracting = failing({});
    await tree.pipeline.drain();
    const found = (table: string, words: string) =>
      tree.pipeline.db.prepare(`SELECT count(*) FROM ${table} WHERE ${table} MATCH ?`).pluck().get(words);
    expect([found('body', 'alpha'), found('body', 'beta'), found('names', 'a')]).toEqual([0, 0, 1]);
    expect(tree.failures()).toEqual({ 'a.txt': 'FT_EXTRACT_CRASHED' });
    tree.pipeline.close();
  });

  it('a file that takes the place of a closed folder has not failed', async () => {
    const tree = new Tree();
    fill(tree);
    writeFileSync(tree.path('file'), 'gamma');
    chmodSync(tree.path('d'), 0);
    await tree.pipeline.crawl();
    expect(tree.failures()).toEqual({ d: 'FT_READ_DENIED' });
    renameSync(tree.path('d'), tree.path('e'));
    renameSync(tree.path('file'), tree.path('d'));
    tree.hint('tree', 'd', 'e', 'file');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({ e: 'FT_READ_DENIED' });
    tree.pipeline.close();
  });

  it('nothing has failed below a folder that became a symlink which leads to itself', async () => {
    const tree = new Tree();
    fill(tree);
    await tree.pipeline.crawl();
    rmSync(tree.path('d'), { recursive: true });
    symlinkSync(tree.path('d/sub/elsewhere'), tree.path('d'));
    tree.hint('path', 'd', 'd/a.txt');
    tree.hint('tree', 'd/sub');
    await tree.expectEqualToFresh();
    expect(tree.names()).toEqual([]);
    expect(tree.failures()).toEqual({});
    tree.pipeline.close();
  });

  it.each([
    ['made', (tree: Tree) => writeFileSync(tree.path('d'), 'file'), (tree: Tree) => tree.hint('path', 'd')],
    ['renamed', (tree: Tree) => renameSync(tree.path('f'), tree.path('d')), (tree: Tree) => tree.hintRename('f', 'd')],
  ])('what failed below a folder has not failed any more when a file is %s in its place', async (_how, act, tell) => {
    const tree = new Tree();
    mkdirSync(tree.path('d'));
    writeFileSync(tree.path('d/damaged.txt.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]));
    writeFileSync(tree.path('f'), 'file');
    await afterTick();
    await tree.pipeline.crawl();
    expect(tree.failures()).toEqual({ 'd/damaged.txt.gz': 'FT_EXTRACT_FAILED' });
    rmSync(tree.path('d'), { recursive: true });
    act(tree);
    tell(tree);
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({});
    tree.pipeline.close();
  });

  it('a folder that could be read again has not failed any more also when it says that it is to be left out', async () => {
    const tree = new Tree();
    await tree.pipeline.crawl();
    mkdirSync(tree.path('d'));
    const path = Buffer.from(tree.path('d'));
    const failure = { kind: 'failure', path, code: 'FT_READ_DENIED', message: 'closed' } as const;
    tree.pipeline.writer.apply([failure], tree.pipeline.nowMs);
    writeFileSync(tree.path('d/.nomedia'), '');
    tree.hint('tree', '');
    await tree.expectEqualToFresh();
    expect(tree.failures()).toEqual({});
    tree.pipeline.close();
  });
});
