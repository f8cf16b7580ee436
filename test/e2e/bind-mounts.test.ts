/** Several paths lead to one folder or file: what is changed by one of them is found by all, and one that goes takes nothing along. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unmount } from '../helpers/disk.js';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv } from '../helpers/test-env.js';

const isRoot = process.getuid?.() === 0;

function mount(at: string, ...args: string[]): void {
  onTestFinished(() => void execFileSync('sh', ['-c', `umount -l '${at}' 2>/dev/null; true`]));
  execFileSync('mount', [...args, at]);
}

function folders(env: TestEnv, ...names: string[]): void {
  for (const name of names) mkdirSync(env.path(name), { recursive: true });
}

describe.skipIf(!isRoot)('two paths to one folder [needs root]', () => {
  it('show what is changed through either, and the one that stays is watched when the other is unmounted', async () => {
    const env = new TestEnv();
    folders(env, 'src/deep', 'bind');
    writeFileSync(env.path('src/deep/a.txt'), 'firstword');
    mount(env.path('bind'), '--bind', env.path('src'));
    await env.startDaemon();
    expect(env.found('firstword')).toEqual(['bind/deep/a.txt', 'src/deep/a.txt']);
    writeFileSync(env.path('bind/deep/a.txt'), 'secondword');
    await env.untilFound('firstword OR secondword', ['bind/deep/a.txt', 'src/deep/a.txt']);
    await env.untilFound('firstword', []);
    renameSync(env.path('src/deep'), env.path('src/moved'));
    folders(env, 'bind/new');
    writeFileSync(env.path('src/new/b.txt'), 'thirdword');
    await env.untilFound('secondword', ['bind/moved/a.txt', 'src/moved/a.txt']);
    await env.untilFound('thirdword', ['bind/new/b.txt', 'src/new/b.txt']);
    rmSync(env.path('bind/new/b.txt'));
    await env.untilFound('thirdword', []);
    unmount(env.path('bind'));
    await env.untilFound('secondword', ['src/moved/a.txt']);
    await env.untilSettled();
    writeFileSync(env.path('src/moved/c.txt'), 'lastword');
    await env.untilFound('lastword', ['src/moved/c.txt']);
  });

  it('are found also when the second comes while the daemon runs, and the first one goes', async () => {
    const env = new TestEnv();
    folders(env, 'src/deep', 'bind', 'cover');
    writeFileSync(env.path('src/deep/a.txt'), 'firstword');
    writeFileSync(env.path('cover/c.txt'), 'coverword');
    await env.startDaemon();
    mount(env.path('bind'), '--bind', env.path('src'));
    await env.untilFound('firstword', ['bind/deep/a.txt', 'src/deep/a.txt']);
    mount(env.path('src'), '--bind', env.path('cover'));
    await env.untilFound('firstword', ['bind/deep/a.txt']);
    await env.untilFound('coverword', ['cover/c.txt', 'src/c.txt']);
    writeFileSync(env.path('bind/deep/a.txt'), 'secondword');
    await env.untilFound('secondword', ['bind/deep/a.txt']);
    unmount(env.path('src'));
    await env.untilFound('secondword', ['bind/deep/a.txt', 'src/deep/a.txt']);
  });

  it('may be two roots, or lie in two roots', async () => {
    const env = new TestEnv();
    folders(env, 'one', 'two', 'three/inner');
    mount(env.path('two'), '--bind', env.path('one'));
    mount(env.path('three/inner'), '--bind', env.path('one'));
    await env.startDaemon([env.path('one'), env.path('two'), env.path('three'), '--source', 'inotify']);
    writeFileSync(env.path('two/a.txt'), 'firstword');
    const all = ['one/a.txt', 'three/inner/a.txt', 'two/a.txt'];
    await env.untilFound('firstword', all);
    appendFileSync(env.path('three/inner/a.txt'), ' secondword');
    await env.untilFound('secondword', all);
    rmSync(env.path('one/a.txt'));
    await env.untilFound('firstword', []);
    await env.untilSettled();
  });

  it('are two views of one volume that is mounted twice', async () => {
    const env = new TestEnv();
    folders(env, 'one', 'two');
    const image = `${env.home}/image`;
    execFileSync('truncate', ['-s', '8M', image]);
    execFileSync('mkfs.ext4', ['-q', image]);
    mount(env.path('one'), '-o', 'loop', image);
    const device = execFileSync('findmnt', ['-no', 'SOURCE', env.path('one')], { encoding: 'utf8' }).trim();
    mount(env.path('two'), device);
    await env.startDaemon();
    writeFileSync(env.path('two/a.txt'), 'firstword');
    await env.untilFound('firstword', ['one/a.txt', 'two/a.txt']);
    unmount(env.path('one'));
    writeFileSync(env.path('two/b.txt'), 'secondword');
    await env.untilFound('secondword', ['two/b.txt']);
  });
});

describe.skipIf(!isRoot)('a file that is mounted over a file [needs root]', () => {
  it('is found under both names, with what is written to either', async () => {
    const env = new TestEnv();
    const outside = `${env.home}/outside.txt`;
    writeFileSync(env.path('a.txt'), 'firstword');
    writeFileSync(env.path('b.txt'), 'belowword');
    writeFileSync(env.path('c.txt'), 'belowword');
    writeFileSync(outside, 'outsideword');
    mount(env.path('b.txt'), '--bind', env.path('a.txt'));
    await env.startDaemon();
    expect(env.found('firstword')).toEqual(['a.txt', 'b.txt']);
    appendFileSync(env.path('b.txt'), ' secondword');
    await env.untilFound('secondword', ['a.txt', 'b.txt']);
    mount(env.path('c.txt'), '--bind', outside);
    await env.untilFound('outsideword', ['c.txt']);
    await env.untilSettled();
    appendFileSync(outside, ' thirdword');
    await env.untilFound('thirdword', ['c.txt']);
    unmount(env.path('b.txt'));
    unmount(env.path('c.txt'));
    await env.untilFound('belowword', ['b.txt', 'c.txt']);
    await env.untilSettled();
    writeFileSync(env.path('c.txt'), 'lastword');
    await env.untilFound('lastword', ['c.txt']);
  });

  it('is followed also when it was there before the daemon', async () => {
    const env = new TestEnv();
    const outside = `${env.home}/outside.txt`;
    writeFileSync(outside, 'outsideword');
    writeFileSync(env.path('c.txt'), 'belowword');
    mount(env.path('c.txt'), '--bind', outside);
    await env.startDaemon();
    expect(env.found('outsideword')).toEqual(['c.txt']);
    appendFileSync(outside, ' secondword');
    await env.untilFound('secondword', ['c.txt']);
  });
});

const whyNot = whyNotNobody();

it.skipIf(whyNot)(
  `a mounted folder that was closed when the daemon began is found when it is opened${whyNot ? ` (${whyNot})` : ''}`,
  async () => {
    const env = new TestEnv(undefined, NOBODY);
    const outside = `${env.home}/outside`;
    mkdirSync(outside);
    folders(env, 'bind');
    writeFileSync(`${outside}/a.txt`, 'firstword');
    mount(env.path('bind'), '--bind', outside);
    for (const path of [env.home, env.tree, outside]) chownSync(path, NOBODY.uid, NOBODY.gid);
    chmodSync(outside, 0);
    await env.startDaemon();
    expect(env.found('firstword')).toEqual([]);
    chmodSync(outside, 0o755);
    await env.untilFound('firstword', ['bind/a.txt']);
  },
);
