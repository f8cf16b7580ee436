/** Files that other indexers lose: many names for one file, names that differ in case only, unnoticed rewrites, paths without end. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, linkSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mountExfat, whyNoExfat } from '../helpers/disk.js';
import { TestEnv } from '../helpers/test-env.js';
import { change, WHEN } from '../helpers/when.js';

/** More than are held in memory at once, with names so long that the folder counts as large (folder-listing.ts). */
const BIG_FOLDER = 6_000;
const LONG_NAME = 'x'.repeat(120);

const noExfat = whyNoExfat();

describe.each(WHEN)('%s', (when) => {
  it('each name of a file is found, and each shows what is written through another', async () => {
    const env = new TestEnv();
    mkdirSync(env.path('d'));
    writeFileSync(env.path('one.txt'), 'shared');
    linkSync(env.path('one.txt'), env.path('d/two.txt'));
    await change(env, await env.startDaemon(), when, () => {
      linkSync(env.path('one.txt'), env.path('three.txt'));
      appendFileSync(env.path('d/two.txt'), ' written');
    });
    await env.untilFound('shared', ['d/two.txt', 'one.txt', 'three.txt']);
    await env.untilFound('written', ['d/two.txt', 'one.txt', 'three.txt']);
    rmSync(env.path('one.txt'));
    await env.untilFound('shared', ['d/two.txt', 'three.txt']);
  });

  it.each<[string, (env: TestEnv) => void]>([
    ['is removed', (env) => rmSync(env.path('d/two.txt'))],
    ['leaves the folder', (env) => renameSync(env.path('d/two.txt'), join(env.home, 'elsewhere.txt'))],
    ['is given to another file', (env) => renameSync(env.path('other.txt'), env.path('d/two.txt'))],
    ['goes with its folder', (env) => rmSync(env.path('d'), { recursive: true })],
    ['moves away with its folder', (env) => renameSync(env.path('d'), join(env.home, 'd'))],
    ['is excluded', (env) => writeFileSync(env.path('d/.nomedia'), '')],
  ])('what is written through a name that then %s is seen under the others', async (_, lose) => {
    const env = new TestEnv();
    mkdirSync(env.path('d'));
    writeFileSync(env.path('one.txt'), 'shared');
    writeFileSync(env.path('other.txt'), 'unrelated');
    linkSync(env.path('one.txt'), env.path('d/two.txt'));
    await change(env, await env.startDaemon(), when, () => {
      appendFileSync(env.path('d/two.txt'), ' written');
      lose(env);
    });
    await env.untilFound('written', ['one.txt']);
    await env.untilSettled();
    expect(env.found('shared')).toEqual(['one.txt']);
  });

  it.each<[string, (link: string) => void]>([
    ['is removed', (link) => rmSync(link)],
    ['is given to another file', (link) => renameSync(`${link}.other`, link)],
    [
      'is renamed and removed',
      (link) => {
        renameSync(link, `${link}.renamed`);
        rmSync(`${link}.renamed`);
      },
    ],
    ['leaves the folder', (link) => renameSync(link, join(dirname(link), '../../elsewhere.txt'))],
  ])('what is written through a new name that %s at once is seen under the old one', async (_, lose) => {
    const env = new TestEnv();
    mkdirSync(env.path('d'));
    writeFileSync(env.path('one.txt'), 'shared');
    const link = env.path('d/two.txt');
    writeFileSync(`${link}.other`, 'unrelated');
    await change(env, await env.startDaemon(), when, () => {
      linkSync(env.path('one.txt'), link);
      appendFileSync(link, ' written');
      lose(link);
    });
    await env.untilFound('written', ['one.txt']);
  });

  it('what is written through a name in a new folder that goes at once is seen under the old one', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('one.txt'), 'shared');
    await change(env, await env.startDaemon(), when, () => {
      mkdirSync(env.path('new'));
      linkSync(env.path('one.txt'), env.path('new/two.txt'));
      appendFileSync(env.path('new/two.txt'), ' written');
      rmSync(env.path('new'), { recursive: true });
    });
    await env.untilFound('written', ['one.txt']);
  });

  it('a name that changes in case only is a new name', async () => {
    const env = new TestEnv();
    mkdirSync(env.path('folder'));
    writeFileSync(env.path('folder/note.txt'), 'wanderer');
    writeFileSync(env.path('plain.txt'), 'sitter');
    await change(env, await env.startDaemon(), when, () => {
      renameSync(env.path('folder'), env.path('Folder'));
      renameSync(env.path('plain.txt'), env.path('Plain.txt'));
    });
    await env.untilFound('wanderer', ['Folder/note.txt']);
    await env.untilFound('sitter', ['Plain.txt']);
    await env.untilSettled();
    expect(env.status().index.documents).toBe(2);
  });

  it.skipIf(noExfat)(`also on a disk that takes names whatever their case [${noExfat ?? 'exFAT'}]`, async () => {
    const env = new TestEnv();
    mkdirSync(env.path('stick'));
    mountExfat(env.path('stick'));
    mkdirSync(env.path('stick/Folder'));
    writeFileSync(env.path('stick/Folder/in.txt'), 'wanderer');
    writeFileSync(env.path('stick/Note.txt'), 'sitter');
    const last = await change(env, await env.startDaemon(), when, () => {
      renameSync(env.path('stick/Folder'), env.path('stick/folder'));
      renameSync(env.path('stick/Note.txt'), env.path('stick/note.txt'));
      expect(statSync(env.path('stick/NOTE.TXT')).isFile()).toBe(true);
    });
    await env.untilFound('wanderer', ['stick/folder/in.txt']);
    await env.untilFound('sitter', ['stick/note.txt']);
    await env.untilSettled();
    expect(env.status().index.documents).toBe(2);
    await last.end('SIGTERM');
  });

  it('a file rewritten with the same size and time is read again', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'beforeword');
    const { atime, mtime } = statSync(env.path('a.txt'));
    utimesSync(env.path('a.txt'), atime, mtime);
    await change(env, await env.startDaemon(), when, () => {
      writeFileSync(env.path('a.txt'), 'afterwords');
      utimesSync(env.path('a.txt'), atime, mtime);
    });
    await env.untilFound('afterwords', ['a.txt']);
    await env.untilFound('beforeword', []);
  });

  it('a new file that gets the inode, size and time of a deleted one is another file', async (test) => {
    const env = new TestEnv();
    const time = new Date(1_000_000_000_000);
    const write = (name: string, text: string): number => {
      writeFileSync(env.path(name), text);
      utimesSync(env.path(name), time, time);
      return statSync(env.path(name)).ino;
    };
    const inodes = [write('same.txt', 'oldwordone'), write('old.txt', 'oldwordtwo')];
    let fresh: number[] = [];
    await change(env, await env.startDaemon(), when, () => {
      rmSync(env.path('same.txt'));
      rmSync(env.path('old.txt'));
      fresh = [write('new.txt', 'newwordone'), write('same.txt', 'newwordtwo')];
    });
    if (!inodes.every((inode) => fresh.includes(inode))) test.skip('this file system does not give inodes again');
    await env.untilFound('newwordone', ['new.txt']);
    await env.untilFound('newwordtwo', ['same.txt']);
    await env.untilSettled();
    expect(env.found('name:old OR oldwordone OR oldwordtwo')).toEqual([]);
  });

  it('times in the future, as after the clock was set back, change nothing', async () => {
    const env = new TestEnv();
    const future = new Date(Date.now() + 86_400_000);
    writeFileSync(env.path('a.txt'), 'beforeword');
    utimesSync(env.path('a.txt'), future, future);
    await change(env, await env.startDaemon(), when, () => {
      writeFileSync(env.path('a.txt'), 'afterwards');
      utimesSync(env.path('a.txt'), 1, 1);
      writeFileSync(env.path('b.txt'), 'newword');
      utimesSync(env.path('b.txt'), future, future);
    });
    await env.untilFound('afterwards', ['a.txt']);
    await env.untilFound('newword', ['b.txt']);
    await env.untilFound('beforeword', []);
  });

  it('what lies deeper than a path can be long is told, and in nobody’s way', async () => {
    const env = new TestEnv();
    const name = 'n'.repeat(200);
    const reachable = Math.floor((4095 - env.tree.length) / (name.length + 1));
    // Node cannot remove what it cannot name.
    onTestFinished(() => void execFileSync('rm', ['-rf', env.path(name)]));
    writeFileSync(env.path('a.txt'), 'nearby');
    await change(env, await env.startDaemon(), when, () => {
      const script = `mkdir ${name}; cd -P ${name}; echo inside > f.txt`;
      const down = Array.from({ length: reachable + 5 }, () => script).join('; ');
      execFileSync('bash', ['-c', down], { cwd: env.tree });
    });
    await env.untilFound('nearby', ['a.txt']);
    const found = Array.from({ length: reachable }, (_, depth) => `${`${name}/`.repeat(depth + 1)}f.txt`);
    await env.untilFound('inside', found.filter((path) => env.path(path).length <= 4095).sort());
    await env.untilSettled();
    const { failures } = env.status();
    expect(failures.newest).toMatchObject([{ code: 'FT_READ_FAILED' }]);
    expect(failures.newest[0]?.message).toMatch(/longer than 4095 bytes/);
    execFileSync('rm', ['-r', env.path(name)]);
    await env.untilFound('inside', []);
    await env.untilSettled();
    expect(env.status()).toMatchObject({ index: { documents: 1 }, failures: { count: 0 } });
  });
});

describe(`a folder with ${BIG_FOLDER} files`, () => {
  it('is compared and renamed like a small one', async () => {
    const env = new TestEnv();
    const path = (n: number) => `big/${n}${LONG_NAME}.txt`;
    mkdirSync(env.path('big'));
    for (let n = 0; n < BIG_FOLDER; n++) writeFileSync(env.path(path(n)), '');
    expect(statSync(env.path('big')).size).toBeGreaterThan(512 * 1024);
    const first = await env.startDaemon();
    expect(env.status().index.documents).toBe(BIG_FOLDER);
    expect(await first.end('SIGTERM')).toBe(0);
    rmSync(env.path(path(17)));
    writeFileSync(env.path(path(18)), 'changed');
    await env.startDaemon();
    await env.untilSettled();
    expect(env.status().index.documents).toBe(BIG_FOLDER - 1);
    expect(env.found('changed')).toEqual([path(18)]);
    renameSync(env.path('big'), env.path('great'));
    await env.untilFound('changed', [path(18).replace('big', 'great')]);
  });
});
