/** Gone is not deleted: a volume that is not mounted keeps its place in the index. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Disk, unmount } from '../helpers/disk.js';
import { TestEnv, until } from '../helpers/test-env.js';

const isRoot = process.getuid?.() === 0;

describe('a volume', () => {
  it.skipIf(!isRoot)(
    'keeps its documents while it is not mounted, and is compared when it is back [needs root]',
    async () => {
      const env = new TestEnv();
      const image = `${env.home}/image`;
      execFileSync('truncate', ['-s', '8M', image]);
      execFileSync('mkfs.ext4', ['-q', image]);
      mkdirSync(env.path('stick'));
      const mount = () => execFileSync('mount', ['-o', 'loop', image, env.path('stick')]);
      const unmountStick = () => unmount(env.path('stick'));
      mount();
      onTestFinished(() => void execFileSync('sh', ['-c', `umount -l '${env.path('stick')}' 2>/dev/null; true`]));
      writeFileSync(env.path('stick/kept.txt'), 'onthestick');
      mkdirSync(env.path('stick/deep'));
      writeFileSync(env.path('stick/deep/too.txt'), 'onthestick');
      writeFileSync(env.path('here.txt'), 'onthedisk');
      const daemon = await env.startDaemon();
      expect(env.status().index.documents).toBe(3);
      await daemon.end('SIGTERM');
      unmountStick();
      const second = await env.startDaemon();
      expect(env.status().index.documents).toBe(3);
      expect(env.status().failures.newest).toMatchObject([{ code: 'FT_ROOT_MISSING', path: env.path('stick') }]);
      const gap = { reason: 'not mounted', scope: env.path('stick') };
      expect(env.status()).toMatchObject({ isComplete: false, freshness: [{ completeSinceMs: null, gaps: [gap] }] });
      expect(env.found('onthedisk')).toEqual(['here.txt']);
      await second.end('SIGTERM');
      mount();
      rmSync(env.path('stick/kept.txt'));
      await env.startDaemon();
      await env.untilFound('onthestick', ['stick/deep/too.txt']);
      expect(env.status()).toMatchObject({
        index: { documents: 2 },
        failures: { count: 0 },
        freshness: [{ gaps: [] }],
      });
    },
  );

  it.skipIf(!isRoot)(
    'that is mounted while the daemon runs is compared and watched, and is a gap when it is unmounted [needs root]',
    async () => {
      const env = new TestEnv();
      const stick = env.path('stick');
      mkdirSync(stick);
      writeFileSync(env.path('stick/below.txt'), 'belowword');
      await env.startDaemon();
      const mount = () => execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', stick]);
      onTestFinished(() => void execFileSync('sh', ['-c', `umount -l '${stick}' 2>/dev/null; true`]));
      const image = `${env.home}/image`;
      execFileSync('truncate', ['-s', '8M', image]);
      execFileSync('mkfs.ext4', ['-q', image]);
      execFileSync('mount', ['-o', 'loop', image, stick]);
      writeFileSync(env.path('stick/first.txt'), 'firstword');
      await env.untilFound('firstword OR belowword', ['stick/first.txt']);
      await env.untilSettled();
      writeFileSync(env.path('stick/second.txt'), 'secondword');
      await env.untilFound('secondword', ['stick/second.txt']);
      unmount(stick);
      await env.untilFound('firstword OR belowword', ['stick/below.txt']);
      await env.untilSettled();
      mount();
      writeFileSync(env.path('stick/other.txt'), 'otherword');
      await env.untilFound('otherword OR belowword', ['stick/other.txt']);
      rmSync(env.path('stick/other.txt'));
      await env.untilSettled();
      unmount(stick);
      rmSync(env.path('stick/below.txt'));
      execFileSync('mount', ['-o', 'loop', image, stick]);
      await env.untilFound('firstword OR secondword', ['stick/first.txt', 'stick/second.txt']);
      unmount(stick);
      await until('status tells that it is not mounted', () =>
        env.status().freshness.some(({ gaps }) => gaps.some(({ reason }) => reason === 'not mounted')),
      );
      expect(env.status().index.documents).toBe(2);
      expect(env.found('firstword')).toEqual([]);
    },
  );

  it.skipIf(!isRoot)(
    'that is not mounted is not lost by a rebuild, be it a root or below one [needs root]',
    async () => {
      const env = new TestEnv();
      for (const name of ['stick', 'root']) mkdirSync(env.path(name));
      const [stick, root] = ['stick', 'root'].map((name) => new Disk(env.path(name))) as [Disk, Disk];
      writeFileSync(env.path('stick/kept.txt'), 'stickword');
      writeFileSync(env.path('root/kept.txt'), 'rootword');
      writeFileSync(env.path('here.txt'), 'hereword');
      const rebuild = (...folders: string[]) => env.run('find-textd', 'rebuild', ...folders);
      expect(rebuild(env.tree).status).toBe(0);
      stick.unmount();
      const refused = rebuild();
      expect(refused).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`rebuild the index: the volume at ${env.path('stick')} is not mounted`),
      });
      expect(refused.stderr).toContain('mount it and try again, or delete the empty folder');
      expect(env.status().index.documents).toBe(3);
      writeFileSync(env.path('.find-textignore'), '/stick\n');
      expect(rebuild().status).toBe(0);
      rmSync(env.path('.find-textignore'));
      stick.mount();
      expect(rebuild(env.tree).status).toBe(0);
      stick.unmount();
      rmSync(env.path('stick'), { recursive: true });
      expect(rebuild().status).toBe(0);
      expect(env.status().index.documents).toBe(2);
      expect(rebuild(env.path('root')).status).toBe(0);
      root.unmount();
      expect(rebuild()).toMatchObject({ status: 2, stderr: expect.stringContaining('or name the folders to keep') });
      expect(env.status().index.documents).toBe(1);
      expect(rebuild(env.tree)).toMatchObject({ status: 2, stderr: expect.stringContaining(env.path('root')) });
    },
  );

  it.skipIf(!isRoot)(
    'that comes back with another device number is the same volume, also when a folder was emptied meanwhile [needs root]',
    async () => {
      const env = new TestEnv();
      for (const name of ['vol', 'other', 'above']) mkdirSync(env.path(name));
      const [vol, other, above] = ['vol', 'other', 'above'].map((name) => new Disk(env.path(name))) as [
        Disk,
        Disk,
        Disk,
      ];
      for (const disk of [other, above]) disk.unmount();
      for (const name of ['docs', 'emptied', 'empty']) mkdirSync(env.path('vol', name));
      writeFileSync(env.path('vol/docs/a.txt'), 'keptword');
      writeFileSync(env.path('vol/emptied/b.txt'), 'goneword');
      const args = [env.path('vol'), '--source', 'inotify'];
      const first = await env.startDaemon(args);
      await first.end('SIGTERM');
      const before = statSync(env.path('vol')).dev;
      vol.unmount();
      other.mount();
      above.mount();
      vol.mount();
      expect(statSync(env.path('vol')).dev).not.toBe(before);
      rmSync(env.path('vol/emptied/b.txt'));
      const second = await env.startDaemon(args);
      await env.untilSettled();
      expect(env.status()).toMatchObject({ index: { documents: 1 }, failures: { count: 0 }, state: { filesFound: 0 } });
      await second.end('SIGTERM');
      vol.unmount();
      await env.startDaemon(args);
      expect(env.status().index.documents).toBe(1);
      expect(env.status().freshness).toMatchObject([{ gaps: [{ reason: 'not mounted', scope: env.path('vol') }] }]);
    },
  );

  it.skipIf(!isRoot)(
    'that is there for a moment only leaves nothing behind, and the folder below it is watched as before [needs root]',
    async () => {
      const env = new TestEnv();
      for (const name of ['place/deep', 'other/deep']) mkdirSync(env.path(name), { recursive: true });
      writeFileSync(env.path('place/deep/a.txt'), 'belowword');
      writeFileSync(env.path('other/deep/a.txt'), 'otherword');
      await env.startDaemon();
      onTestFinished(
        () => void execFileSync('sh', ['-c', `while umount -l '${env.path('place')}' 2>/dev/null; do :; done`]),
      );
      for (let times = 0; times < 30; times++) {
        execFileSync('mount', ['--bind', env.path('other'), env.path('place')]);
        utimesSync(env.path('place/deep/a.txt'), new Date(), new Date());
        unmount(env.path('place'));
      }
      await env.untilFound('belowword', ['place/deep/a.txt']);
      await env.untilSettled();
      expect(env.found('otherword')).toEqual(['other/deep/a.txt']);
      writeFileSync(env.path('place/deep/b.txt'), 'laterword');
      await env.untilFound('laterword', ['place/deep/b.txt']);
    },
  );

  it('another folder that takes the place of a root, or of a folder above it, is compared and watched', async () => {
    const env = new TestEnv();
    const root = env.path('above/root');
    const other = (name: string, words: string) => {
      mkdirSync(env.path(name, 'root'), { recursive: true });
      writeFileSync(env.path(name, 'root/a.txt'), words);
    };
    other('above', 'firstword');
    await env.startDaemon([root, '--source', 'inotify']);
    other('second', 'secondword');
    renameSync(env.path('above'), env.path('first'));
    renameSync(env.path('second'), env.path('above'));
    await env.untilFound('firstword OR secondword', ['above/root/a.txt']);
    await env.untilSettled();
    writeFileSync(env.path('above/root/b.txt'), 'laterword');
    await env.untilFound('laterword', ['above/root/b.txt']);
    renameSync(env.path('above/root'), env.path('above/away'));
    renameSync(env.path('first/root'), root);
    await env.untilFound('firstword OR secondword OR laterword', ['above/root/a.txt']);
    writeFileSync(env.path('above/root/c.txt'), 'lastword');
    await env.untilFound('lastword', ['above/root/c.txt']);
    await env.untilSettled();
    expect(env.status().index.documents).toBe(2);
  });

  it('keeps the documents of a root that is missing', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'rootword');
    const daemon = await env.startDaemon();
    renameSync(env.tree, `${env.tree}.away`);
    await until('status tells of the missing root', () => env.status().failures.count === 1);
    await until('its place is compared', () => {
      const [root] = env.status().freshness;
      return root?.gaps.map(({ reason, scope }) => `${reason} ${scope}`).join() === `not mounted ${env.tree}`;
    });
    expect(env.status().index.documents).toBe(1);
    expect(env.found('rootword')).toEqual([]);
    await daemon.end('SIGTERM');
    renameSync(`${env.tree}.away`, env.tree);
    await env.startDaemon([]);
    expect(env.found('rootword')).toEqual(['a.txt']);
    expect(env.status().failures.count).toBe(0);
  });
});
