/** A file or folder is closed to this user while it is read, and open again before that is written: no event tells of it later. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExtractOutcome } from '../../indexer/extract/messages.js';
import { connect } from '../../shared/store/sqlite.js';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv, until } from '../helpers/test-env.js';
import { Tree } from './helpers.js';

const DENIED: ExtractOutcome = {
  kind: 'failed',
  code: 'FT_READ_DENIED',
  message: 'read: permission denied',
  isTransient: false,
};

describe('closed for a moment', () => {
  it('a file whose read was denied is read again when it is open by the time that is known', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('a.txt'), 'opened');
    await tree.pipeline.crawl();
    writeFileSync(tree.path('a.txt'), 'opened again');
    tree.hint('path', 'a.txt');
    tree.pipeline.whileExtracting = (outcomes) => {
      tree.pipeline.whileExtracting = (more) => more;
      return outcomes.map(() => DENIED);
    };
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('a folder that was compared while the one above was taken out of the index leads to that one being compared', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('sub/deep'), { recursive: true });
    writeFileSync(tree.path('sub/deep/a.txt'), 'opened');
    await tree.pipeline.crawl();
    const [sub, deep] = [Buffer.from(tree.path('sub')), Buffer.from(tree.path('sub/deep'))];
    tree.pipeline.beforeWriting = (ops) => {
      if (!ops.some((op) => op.kind === 'directory' && deep.equals(op.path))) return;
      tree.pipeline.beforeWriting = () => {};
      tree.pipeline.writer.apply([{ kind: 'remove', path: sub, why: 'closed' }], tree.pipeline.nowMs);
    };
    tree.hint('tree', 'sub/deep');
    await tree.expectEqualToFresh();
    tree.pipeline.close();
  });

  it('a file whose read was denied is read at the next look, though it has not changed', async () => {
    const tree = new Tree();
    mkdirSync(tree.path('d'));
    writeFileSync(tree.path('d/a.txt'), 'opened');
    tree.pipeline.whileExtracting = (outcomes) =>
      outcomes.map(() => ({ ...DENIED, stat: statOf(tree.path('d/a.txt')) }));
    tree.hint('tree', '.');
    tree.pipeline.nowMs += 60_000;
    for (let steps = 0; steps < 10; steps++) await tree.pipeline.step(100);
    expect(tree.pipeline.reader.failedPaths('FT_READ_DENIED').map(String)).toEqual([tree.path('d/a.txt')]);
    tree.pipeline.whileExtracting = (outcomes) => outcomes;
    tree.hint('path', 'd');
    await tree.expectEqualToFresh();
    expect(tree.pipeline.reader.failedPaths('FT_READ_DENIED')).toEqual([]);
    tree.pipeline.close();
  });

  it('two names of one file that is closed do not send each other to be read for ever', async () => {
    const tree = new Tree();
    writeFileSync(tree.path('a.txt'), 'closed');
    linkSync(tree.path('a.txt'), tree.path('b.txt'));
    await tree.pipeline.crawl();
    tree.pipeline.whileExtracting = (outcomes) => outcomes.map(() => DENIED);
    chmodSync(tree.path('a.txt'), 0o600);
    tree.pipeline.extracted = 0;
    tree.hint('path', 'a.txt');
    let steps = 0;
    do tree.pipeline.nowMs += 60_000;
    while ((await tree.pipeline.step(100)) > 0 && ++steps < 20);
    expect(tree.pipeline.reader.failedPaths('FT_READ_DENIED').map(String).sort()).toEqual(
      ['a.txt', 'b.txt'].map((name) => tree.path(name)),
    );
    // The file says that it is open, and is refused all the same: that is given up after some tries.
    expect(steps).toBeLessThan(20);
    tree.pipeline.close();
  });

  it.skipIf(whyNotNobody())(
    `the folder above the index does not end the daemon [${whyNotNobody() ?? 'nobody'}]`,
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      env.giveToUser();
      const daemon = await env.startDaemon();
      const folder = join(env.home, 'data');
      chmodSync(folder, 0);
      env.asUser(() => writeFileSync(env.path('meanwhile.txt'), 'written'));
      chmodSync(folder, 0o700);
      env.asUser(() => writeFileSync(env.path('later.txt'), 'reopened'));
      await env.untilFound('written OR reopened', ['later.txt', 'meanwhile.txt']);
      expect(daemon.process.exitCode).toBeNull();
    },
  );

  it.skipIf(whyNotNobody())(
    `the index is not taken for damaged when it was written to while its folder was closed [${whyNotNobody() ?? 'nobody'}]`,
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      env.giveToUser();
      const daemon = await env.startDaemon();
      const { file } = env.status().index;
      await until('the index is sealed', () => existsSync(`${file}.seal`));
      const folder = join(env.home, 'data');
      const log = openSync(`${file}-wal`, 'r');
      const before = fstatSync(log).mtimeMs;
      chmodSync(folder, 0);
      env.asUser(() => writeFileSync(env.path('meanwhile.txt'), 'written'));
      await until('the file is written to the index', () => fstatSync(log).mtimeMs > before);
      closeSync(log);
      chmodSync(folder, 0o700);
      checkpoint(file);
      await daemon.end('SIGKILL');
      const next = await env.startDaemon([]);
      expect(next.stderr()).not.toContain('damaged');
      expect(env.found('written')).toEqual(['meanwhile.txt']);
    },
  );

  it.skipIf(whyNotNobody())(
    `a mark in a folder counts as soon as it is seen, and no longer than it is there [${whyNotNobody() ?? 'nobody'}]`,
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      const folder = env.path('backup');
      const mark = join(folder, '.nomedia');
      env.giveToUser();
      env.asUser(() => {
        mkdirSync(folder);
        writeFileSync(join(folder, 'a.txt'), 'marked');
        writeFileSync(mark, '');
      });
      chmodSync(folder, 0);
      await env.startDaemon();
      const failures = () => env.status().failures.count;
      expect(failures()).toBe(1);
      // Names in it can be looked up, and not listed.
      chmodSync(folder, 0o100);
      await until('the folder is left out for its mark', () => failures() === 0);
      chmodSync(folder, 0);
      await until('the folder is closed', () => failures() === 1);
      chmodSync(folder, 0o700);
      await until('the opened folder is left out for its mark', () => failures() === 0);
      env.asUser(() => rmSync(mark));
      await env.untilFound('marked', ['backup/a.txt']);
    },
  );

  const whyNot = whyNotNobody();
  it.skipIf(whyNot)(
    `folders that are closed and opened while the daemon reads are found whole [${whyNot ?? 'nobody'}]`,
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      env.giveToUser();
      await env.startDaemon();
      const expected: string[] = [];
      for (let round = 0; round < 12; round++) {
        const folder = `d${round}`;
        env.asUser(() => {
          mkdirSync(env.path(folder));
          for (let file = 0; file < 30; file++) {
            writeFileSync(env.path(folder, `f${file}.txt`), `flickering ${file}`);
            expected.push(`${folder}/f${file}.txt`);
          }
        });
        await new Promise((resolve) => setTimeout(resolve, round * 9));
        chmodSync(env.path(folder), 0);
        await new Promise((resolve) => setTimeout(resolve, (round * 7) % 50));
        chmodSync(env.path(folder), 0o755);
      }
      await env.untilFound('flickering', expected);
      await until('no failure is left', () => env.status().failures.count === 0);
    },
  );
});

/** As SQLite does by itself when there is much in the log. */
function checkpoint(file: string): void {
  const db = connect(file, { fileMustExist: true });
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function statOf(path: string) {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  return { dev, ino, size, mtimeMs, ctimeMs };
}
