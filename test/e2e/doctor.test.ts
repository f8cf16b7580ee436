/** What `find-textd doctor` finds of a daemon: each is provoked, the printed repair is run, and it is gone. One daemon after the other. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FindingName } from '../../indexer/commands/doctor/finding.js';
import { isListenedTo } from '../../indexer/system/libc.js';
import { readHolder } from '../../shared/store/lock.js';
import { DoctorPlace } from '../helpers/doctor-world.js';
import { olderIndex } from '../helpers/older-index.js';
import { TestEnv, until } from '../helpers/test-env.js';

it('what is wrong with a daemon and its index is found, and mended by what is printed', async () => {
  const env = new TestEnv();
  const world = new DoctorPlace(env.home, env.env);
  const socket = join(env.home, 'run/find-text/query.sock');
  const pid = () => readHolder(env.dataDirectory, 'daemon').pid;
  onTestFinished(() => void (world.isDaemon(pid()) && process.kill(pid(), 'SIGKILL')));
  const repairOf = async (...names: readonly FindingName[]) => {
    const found = await Promise.all(names.map((name) => world.find(name)));
    expect(found.map((each) => each?.finding)).toEqual(names);
    const repairs = new Set(found.map((each) => each?.repair));
    expect(repairs.size, 'one repair for all').toBe(1);
    return [...repairs][0] as string;
  };
  const untilGone = (...names: readonly FindingName[]) =>
    until(`gone: ${names.join(', ')}`, async () => {
      const left = await Promise.all(names.map((name) => world.find(name)));
      return left.every((each) => each === undefined);
    });
  const RULE = '[[endpoint]]\nname = "log"\nfile = "~/log"\n[[notify]]\nname = "all"\npaths = ["."]\nto = ["log"]\n';
  const configuration = `roots = ["${env.tree}"]\n${RULE}`;

  olderIndex(env);
  writeFileSync(join(env.dataDirectory, 'notify.db'), 'no database at all, '.repeat(500));
  world.configure(configuration);
  world.start('sh', '-c', await repairOf('index older', 'history unreadable'));
  await untilGone('index older', 'history unreadable', 'no daemon', 'socket missing');

  const holder = join(env.dataDirectory, 'daemon.json');
  writeFileSync(holder, JSON.stringify({ ...JSON.parse(readFileSync(holder, 'utf8')), version: '0.0.1' }));
  rmSync(socket);
  world.start('sh', '-c', await repairOf('daemon of before', 'socket missing'));
  await untilGone('daemon of before', 'socket missing', 'no daemon');

  process.kill(pid(), 'SIGSTOP');
  await until('it stands still', async () => (await world.find('daemon stopped')) !== undefined);
  world.run(await repairOf('daemon stopped'));
  await untilGone('daemon stopped');

  world.run('find-textd pause');
  writeFileSync(env.path('new.txt'), 'some words');
  await until('a change waits', async () => (await world.find('paused')) !== undefined);
  world.run(await repairOf('paused'));
  await untilGone('paused');

  world.configure('[[notify]]\n');
  await until('the daemon has seen it', async () => (await world.find('daemon trouble')) !== undefined);
  expect((await world.find('daemon trouble'))?.text, 'what to do is in its own words').toContain('[[notify]]');
  world.run(await repairOf('configuration wrong'));
  await untilGone('configuration wrong', 'daemon trouble');

  // Other rules are taken up by a new session, which opens the socket anew.
  await until('it answers', () => existsSync(socket) && isListenedTo(socket));
  process.kill(pid(), 'SIGKILL');
  await until('it is gone', async () => (await world.find('stale socket')) !== undefined);
  expect(await repairOf('no daemon')).toBe('find-textd run');
  world.run(await repairOf('stale socket'));
  await untilGone('stale socket');
  rmSync(env.dataDirectory, { recursive: true });
  world.configure(configuration);
  expect(await world.find('no daemon'), 'without an index that is all').toBeUndefined();
  world.start('sh', '-c', await repairOf('no index'));
  await untilGone('no index', 'no daemon', 'socket missing');

  const activity = join(env.home, 'run/find-text/activity.json');
  await until('it has told of itself', () => JSON.parse(readFileSync(activity, 'utf8')).daemon.pid === pid());
  writeFileSync(activity, JSON.stringify({ ...JSON.parse(readFileSync(activity, 'utf8')), atMs: 0 }));
  world.run(await repairOf('daemon hanging'));
  await untilGone('daemon hanging');
});
