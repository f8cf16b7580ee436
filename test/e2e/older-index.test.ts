/** An index of an earlier version, and the daemon of this one: it is raised with one line, and answers for the same files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { currentIndexFile } from '../../shared/store/generation.js';
import { takeLock } from '../../shared/store/lock.js';
import { openPlain } from '../../shared/store/open.js';
import { olderIndex } from '../helpers/older-index.js';
import { TestEnv } from '../helpers/test-env.js';

it('an index of version 6 is raised when the daemon begins, told by one line, and answers', async () => {
  const env = new TestEnv();
  mkdirSync(env.path('letters'), { recursive: true });
  writeFileSync(env.path('letters/ann.txt'), 'Dear Ann, the apples are ripe\n');
  olderIndex(env);
  expect(env.run('find-text', 'apples').stderr).toContain('it has version 6');
  const daemon = await env.startDaemon();
  await env.untilFound('ripe', ['letters/ann.txt']);
  expect(daemon.stdout() + daemon.stderr()).toMatch(/^.*the index was of version 6 and is of version \d+ now; .*$/m);
  await env.untilSettled();
  expect(env.found('pears')).toEqual([]);
  expect(await daemon.end('SIGTERM')).toBe(0);
});

it('a rebuild loses nothing of an older index either: it is raised and asked; beside an older daemon it is refused', () => {
  const env = new TestEnv();
  writeFileSync(env.path('here.txt'), 'the pears are here\n');
  const gone = `${env.home}/gone`;
  olderIndex(env, gone);
  const daemon = takeLock(env.dataDirectory, 'daemon', 'find-textd run');
  expect(env.run('find-textd', 'rebuild', env.tree, gone)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /rebuild the index: .*it has version 6.*\n {2}.*process \d+\) is of the older version: stop it first/,
    ),
  });
  daemon.release();
  expect(env.run('find-textd', 'rebuild', env.tree, gone)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`rebuild the index: ${gone}: it does not exist`),
  });
  expect(env.status().index.documents, 'those of the older index').toBe(6);
  expect(env.run('find-textd', 'rebuild', env.tree).status).toBe(0);
  expect(env.found('pears')).toEqual(['here.txt']);
});

it('a rebuild replaces a newer index and says what it does not take over; beside a newer daemon it is refused', () => {
  const env = new TestEnv();
  writeFileSync(env.path('here.txt'), 'the pears are here\n');
  expect(env.run('find-textd', 'rebuild', env.tree).status).toBe(0);
  const newer = openPlain(currentIndexFile(env.dataDirectory) as string, 1000);
  newer.pragma('user_version = 999');
  newer.close();
  const daemon = takeLock(env.dataDirectory, 'daemon', 'find-textd run');
  expect(env.run('find-textd', 'rebuild', env.tree)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/rebuild the index: .*version 999.*\n {2}.*is of the newer version: stop it first/),
  });
  daemon.leave();
  daemon.release();
  expect(env.run('find-textd', 'rebuild', env.tree)).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/the events before are not all taken over: .*version 999/),
  });
  expect(env.found('pears')).toEqual(['here.txt']);
});
