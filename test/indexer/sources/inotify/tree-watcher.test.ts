import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathKey } from '../../../../shared/path-key.js';
import { PRIORITY } from '../../../../shared/types.js';
import { tempFolder } from '../../../helpers/temp.js';
import { until } from '../../../helpers/test-env.js';
import { Mirror, onDisk } from './mirror.js';

let root: string;
let mirror: Mirror;

beforeEach(() => {
  root = tempFolder();
});

afterEach(() => mirror?.watcher.close());

/** Waits until every change so far was seen, then compares what the hints led to with the disk. */
async function expectMirrored(): Promise<void> {
  await mirror.settle();
  const there = onDisk(mirror.root);
  const missed = [...there].filter((key) => !mirror.known.has(key));
  const stale = [...mirror.known].filter((key) => !there.has(key));
  expect({ missed, stale }).toEqual({ missed: [], stale: [] });
}

describe('TreeWatcher: files', () => {
  beforeEach(() => {
    writeFileSync(join(root, 'old.txt'), 'old');
    mirror = new Mirror(root);
  });

  it.each<[string, (path: string) => void]>([
    ['written', (path) => writeFileSync(path, 'new')],
    ['appended to', (path) => appendFileSync(path, 'more')],
    ['given other rights', (path) => chmodSync(path, 0o600)],
    ['deleted', (path) => rmSync(path)],
  ])('hints at a file that was %s', async (_, change) => {
    change(join(root, 'old.txt'));
    await expectMirrored();
    expect(mirror.hasHint(join(root, 'old.txt'), 'path')).toBe(true);
  });

  it('is caught up when all that has happened was told', async () => {
    const names = Array.from({ length: 5000 }, (_, n) => `made-${n}.txt`);
    for (const name of names) writeFileSync(join(root, name), '');
    expect(await mirror.watcher.caughtUp()).toBe(true);
    for (const name of names) expect(mirror.hasHint(join(root, name), 'path')).toBe(true);
    expect(await mirror.watcher.caughtUp()).toBe(true);
  });

  it('is not caught up after its end', async () => {
    writeFileSync(join(root, 'new'), '');
    const answer = mirror.watcher.caughtUp();
    await mirror.watcher.close();
    expect(await answer).toBe(false);
    expect(await mirror.watcher.caughtUp()).toBe(false);
  });

  it.each<[string, (path: string) => void]>([
    ['hard link', (path) => linkSync(join(root, 'old.txt'), path)],
    ['symbolic link', (path) => symlinkSync('old.txt', path)],
    ['FIFO', (path) => execFileSync('mkfifo', [path])],
  ])('hints at a new %s', async (_, make) => {
    make(join(root, 'new'));
    await expectMirrored();
    expect(mirror.hasHint(join(root, 'new'), 'path')).toBe(true);
  });

  it('hints at both names of a renamed file, at once and as interactive', async () => {
    renameSync(join(root, 'old.txt'), join(root, 'new.txt'));
    await expectMirrored();
    expect(mirror.hasHint(join(root, 'old.txt'), 'path')).toBe(true);
    expect(mirror.hasHint(join(root, 'new.txt'), 'path')).toBe(true);
    const from = Buffer.from(join(root, 'old.txt'));
    expect(mirror.hints.slice(0, 2).map(({ renamedFrom }) => renamedFrom && Buffer.from(renamedFrom))).toEqual([
      from,
      from,
    ]);
    expect(mirror.hints.every((hint) => hint.priority === PRIORITY.interactive)).toBe(true);
  });

  it('hints once at a file that was created, written and closed within one read', async () => {
    writeFileSync(join(root, 'new.txt'), 'new');
    await mirror.settle();
    expect(mirror.hints.filter((hint) => pathKey(hint.path) === join(root, 'new.txt'))).toHaveLength(1);
  });

  it('hints at a file written by a descriptor that stays open', async () => {
    const log = openSync(join(root, 'log.txt'), 'w');
    await mirror.settle();
    mirror.hints.length = 0;
    writeSync(log, 'a line');
    await mirror.settle();
    expect(mirror.hasHint(join(root, 'log.txt'), 'path')).toBe(true);
    closeSync(log);
  });

  it('does not follow a symbolic link out of the tree', async () => {
    const target = tempFolder();
    symlinkSync(target, join(root, 'link'));
    await mirror.settle();
    expect(mirror.watcher.watch(Buffer.from(join(root, 'link')))).toBe('gone');
    writeFileSync(join(target, 'file.txt'), '');
    await expectMirrored();
    expect(mirror.hasHint(join(root, 'link', 'file.txt'), 'path')).toBe(false);
  });
});

describe('TreeWatcher: names', () => {
  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x66, 0xff, 0xfe, 0xe9])],
    ['a line feed', Buffer.from('two\nlines')],
    ['the longest name', Buffer.alloc(255, 0x6e)],
    ['spaces and a backslash', Buffer.from(' a \\ b ')],
  ])('gives names with %s byte by byte', async (_, name) => {
    mirror = new Mirror(root);
    const directory = Buffer.concat([Buffer.from(`${root}/`), name]);
    const file = Buffer.concat([directory, Buffer.from('/'), name]);
    mkdirSync(directory);
    await mirror.settle();
    writeFileSync(file, 'text');
    await expectMirrored();
    expect(mirror.hasHint(directory, 'tree')).toBe(true);
    expect(mirror.hasHint(file, 'path')).toBe(true);
  });
});

describe('TreeWatcher: directories', () => {
  it('misses nothing in a deep tree that is made at once', async () => {
    mirror = new Mirror(root);
    mkdirSync(join(root, 'a/b/c/d/e/f'), { recursive: true });
    writeFileSync(join(root, 'a/b/c/d/e/f/deep.txt'), 'deep');
    await expectMirrored();
    writeFileSync(join(root, 'a/b/c/d/e/f/later.txt'), 'later');
    await expectMirrored();
    expect(mirror.hasHint(join(root, 'a/b/c/d/e/f/later.txt'), 'path')).toBe(true);
  });

  it('hints once at the folder of a deep tree that was made within one read', async () => {
    mirror = new Mirror(root);
    mkdirSync(join(root, 'a/b'), { recursive: true });
    await mirror.settle();
    expect(mirror.hints.filter((hint) => pathKey(hint.path).startsWith(join(root, 'a')))).toHaveLength(1);
  });

  it('knows the new path of a renamed directory without a further crawl', async () => {
    mkdirSync(join(root, 'old/sub'), { recursive: true });
    mirror = new Mirror(root);
    mirror.crawl = () => {};
    renameSync(join(root, 'old'), join(root, 'new'));
    await mirror.settle();
    writeFileSync(join(root, 'new/sub/file.txt'), '');
    await mirror.settle();
    expect(mirror.hasHint(join(root, 'old'), 'tree')).toBe(true);
    expect(mirror.hasHint(join(root, 'new'), 'tree')).toBe(true);
    expect(mirror.hasHint(join(root, 'new/sub/file.txt'), 'path')).toBe(true);
    expect(mirror.hasHint(join(root, 'old/sub/file.txt'), 'path')).toBe(false);
  });

  it('follows the rename of a folder with 1,000 files by two hints', async () => {
    mkdirSync(join(root, 'old'));
    for (let n = 0; n < 1000; n++) writeFileSync(join(root, 'old', `${n}.txt`), '');
    mirror = new Mirror(root);
    renameSync(join(root, 'old'), join(root, 'new'));
    await expectMirrored();
    expect(mirror.hints.filter((hint) => !pathKey(hint.path).includes('sentinel'))).toHaveLength(2);
  });

  it('follows two directories that swap their names through a third', async () => {
    for (const name of ['a', 'b']) mkdirSync(join(root, name, 'sub'), { recursive: true });
    mirror = new Mirror(root);
    renameSync(join(root, 'a'), join(root, 'c'));
    renameSync(join(root, 'b'), join(root, 'a'));
    renameSync(join(root, 'c'), join(root, 'b'));
    await mirror.settle();
    writeFileSync(join(root, 'a/sub/in-a'), '');
    writeFileSync(join(root, 'b/sub/in-b'), '');
    await expectMirrored();
  });

  it('forgets a directory that left the tree, and sees it when it comes back changed', async () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    const elsewhere = tempFolder();
    mirror = new Mirror(root);
    renameSync(join(root, 'a'), join(elsewhere, 'a'));
    await until('there is the end of the watches of the directory that left', () => mirror.watcher.watchCount === 1);
    await expectMirrored();
    mirror.hints.length = 0;
    writeFileSync(join(elsewhere, 'a/b/changed.txt'), '');
    await mirror.settle();
    expect(mirror.hints.every((hint) => pathKey(hint.path).includes('sentinel'))).toBe(true);
    renameSync(join(elsewhere, 'a'), join(root, 'back'));
    await expectMirrored();
    expect(mirror.known).toContain(join(root, 'back/b/changed.txt'));
  });

  it('is not confused by a new directory under the name of one that was renamed or deleted', async () => {
    mkdirSync(join(root, 'a/sub'), { recursive: true });
    mirror = new Mirror(root);
    renameSync(join(root, 'a'), join(root, 'b'));
    mkdirSync(join(root, 'a/other'), { recursive: true });
    mirror.crawl(Buffer.from(join(root, 'a')));
    await mirror.settle();
    for (const file of ['a/other/1', 'b/sub/2']) writeFileSync(join(root, file), '');
    await expectMirrored();
    rmSync(join(root, 'a'), { recursive: true });
    mkdirSync(join(root, 'a/other'), { recursive: true });
    mirror.crawl(Buffer.from(join(root, 'a')));
    await mirror.settle();
    writeFileSync(join(root, 'a/other/3'), '');
    await expectMirrored();
  });

  it('keeps no watch of directories that are gone', async () => {
    mirror = new Mirror(root);
    for (let round = 0; round < 300; round++) {
      mkdirSync(join(root, 'same/name'), { recursive: true });
      if (round % 10 === 0) await mirror.settle();
      rmSync(join(root, 'same'), { recursive: true });
    }
    await expectMirrored();
    expect(mirror.watcher.watchCount).toBe(1);
  });

  it('hints at a directory that was opened to us, and only at the entry of one that is watched', async () => {
    mkdirSync(join(root, 'watched'));
    mkdirSync(join(root, 'closed'));
    mirror = new Mirror(root);
    mirror.watcher.unwatchTree(Buffer.from(join(root, 'closed')));
    chmodSync(join(root, 'closed'), 0o700);
    chmodSync(join(root, 'watched'), 0o700);
    await mirror.settle();
    expect(mirror.hasHint(join(root, 'closed'), 'tree')).toBe(true);
    expect(mirror.hasHint(join(root, 'watched'), 'path')).toBe(true);
    expect(mirror.hasHint(join(root, 'watched'), 'tree')).toBe(false);
  });

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(root, { recursive: true })],
    ['renamed', () => renameSync(root, join(tempFolder(), 'elsewhere'))],
  ])('hints at the root when it was %s, and watches it no longer', async (_, change) => {
    mkdirSync(join(root, 'sub'));
    mirror = new Mirror(root);
    change();
    await until('there is the hint of the root', () => mirror.hasHint(root, 'tree'));
    await until('there is the end of all watches', () => mirror.watcher.watchCount === 0);
  });

  it('drops the hints of ignored paths', async () => {
    mirror = new Mirror(root, { isIgnored: (path, isDirectory) => pathKey(path).endsWith('.log') && !isDirectory });
    writeFileSync(join(root, 'a.log'), '');
    mkdirSync(join(root, 'b.log'));
    await mirror.settle();
    expect(mirror.hasHint(join(root, 'a.log'), 'path')).toBe(false);
    expect(mirror.hasHint(join(root, 'b.log'), 'tree')).toBe(true);
  });
});

describe('TreeWatcher: storms', () => {
  it('loses none of 20,000 files that another process makes, or says that it did', async () => {
    mirror = new Mirror(root);
    const script = `for (let n = 0; n < 20000; n++) require('fs').writeFileSync(process.argv[1] + '/f' + n, 'x')`;
    const writer = spawn(process.execPath, ['-e', script, root], { stdio: 'inherit' });
    expect(await once(writer, 'exit')).toEqual([0, null]);
    await expectMirrored();
    expect(mirror.known.size).toBe(20_001);
  });

  it('says that the kernel queue overflowed, and a reconcile then repairs what is known', async ({ skip }) => {
    const queueLimit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    if (queueLimit > 200_000) skip(`fs.inotify.max_queued_events is ${queueLimit} here: too many to fill`);
    // Two events each: created, closed.
    mirror = new Mirror(root, {}, () => {
      for (let n = 0; n < queueLimit / 2 + 100; n++) writeFileSync(join(root, `f${n}`), '');
    });
    await until('there is the word of the overflow', () => mirror.overflowCount > 0);
    await expectMirrored();
  });
});

describe('TreeWatcher: any series of changes', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  const change = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), path }),
    fc.record({ kind: fc.constant('mkdir' as const), path }),
    fc.record({ kind: fc.constant('remove' as const), path }),
    fc.record({ kind: fc.constant('rename' as const), path, to: path }),
    fc.record({ kind: fc.constant('leave' as const), path, to: name }),
    fc.record({ kind: fc.constant('return' as const), path, to: name }),
    fc.record({ kind: fc.constant('crawl' as const), path }),
    fc.record({ kind: fc.constant('pause' as const), path }),
  );

  it.each([
    ['at once', 0, false],
    ['late', 3, false],
    ['by watches that are set in other threads', 0, true],
  ])('leads to what is on the disk when hints are followed %s', async (_, delayMs, isAside) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
        await mirror?.watcher.close();
        const root = tempFolder();
        const elsewhere = tempFolder();
        mirror = new Mirror(root);
        mirror.delayMs = delayMs;
        mirror.isAside = isAside;
        for (const each of changes) {
          const at = join(root, each.path);
          await attempt(() => {
            if (each.kind === 'write') writeFileSync(at, 'x');
            if (each.kind === 'mkdir') mkdirSync(at, { recursive: true });
            if (each.kind === 'remove') rmSync(at, { recursive: true });
            if (each.kind === 'rename') renameSync(at, join(root, each.to));
            if (each.kind === 'leave') renameSync(at, join(elsewhere, each.to));
            if (each.kind === 'return') renameSync(join(elsewhere, each.to), at);
            if (each.kind === 'crawl') mirror.crawl(Buffer.from(at));
          });
          if (each.kind === 'pause') await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await expectMirrored();
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});

/** Changes that are not possible in the present tree are left out. */
async function attempt(change: () => void): Promise<void> {
  try {
    change();
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
  }
}
