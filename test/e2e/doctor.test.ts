/** What `find-textd doctor` finds of a daemon: each is provoked, the printed repair is run, and it is gone. One daemon after the other. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Finding, FindingName } from '../../indexer/commands/doctor/finding.js';
import { isListenedTo } from '../../indexer/system/libc.js';
import { identifyProcess } from '../../shared/process-identity.js';
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
  const repairOf = async (names: readonly FindingName[], spoil = () => {}) => {
    let found: readonly (Finding | undefined)[] = [];
    await until(`found: ${names.join(', ')}`, async () => {
      spoil();
      found = await Promise.all(names.map((name) => world.find(name)));
      return found.every((each) => each !== undefined);
    });
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
  world.start('sh', '-c', await repairOf(['index older', 'history unreadable']));
  await untilGone('index older', 'history unreadable', 'no daemon', 'socket missing');

  const answers = () => existsSync(socket) && isListenedTo(socket);
  await until('it answers', answers);
  const holder = join(env.dataDirectory, 'daemon.json');
  writeFileSync(holder, JSON.stringify({ ...JSON.parse(readFileSync(holder, 'utf8')), version: '0.0.1' }));
  rmSync(socket);
  world.start('sh', '-c', await repairOf(['daemon of before', 'socket missing']));
  await untilGone('daemon of before', 'socket missing', 'no daemon');

  process.kill(pid(), 'SIGSTOP');
  world.run(await repairOf(['daemon stopped']));
  await untilGone('daemon stopped');

  world.run('find-textd pause');
  writeFileSync(env.path('new.txt'), 'some words');
  world.run(await repairOf(['paused']));
  await untilGone('paused');

  world.configure('[[notify]]\n');
  await until('the daemon has seen it', async () => (await world.find('daemon trouble')) !== undefined);
  expect((await world.find('daemon trouble'))?.text, 'what to do is in its own words').toContain('[[notify]]');
  world.run(await repairOf(['configuration wrong']));
  await untilGone('configuration wrong', 'daemon trouble');

  // Other rules are taken up by a new session, which opens the socket anew.
  await until('it answers again', answers);
  process.kill(pid(), 'SIGKILL');
  world.run(await repairOf(['stale socket']));
  expect(await repairOf(['no daemon'])).toBe('find-textd run');
  await untilGone('stale socket');
  rmSync(env.dataDirectory, { recursive: true });
  world.configure(configuration);
  expect(await world.find('no daemon'), 'without an index that is all').toBeUndefined();
  world.start('sh', '-c', await repairOf(['no index']));
  await untilGone('no index', 'no daemon', 'socket missing');

  const activity = join(env.home, 'run/find-text/activity.json');
  const silent = JSON.stringify({ daemon: identifyProcess(pid()), atMs: 0, rest: null });
  // It tells of itself again when there is something to tell.
  world.run(await repairOf(['daemon hanging'], () => writeFileSync(activity, silent)));
  await untilGone('daemon hanging');
});
