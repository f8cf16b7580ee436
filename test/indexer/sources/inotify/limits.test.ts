import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../../helpers/temp.js';
import { bundleChild, type Child } from './child.js';
import { INOTIFY_THREAD } from './mirror.js';

let child: Child;
let root: string;

beforeAll(() => {
  child = bundleChild('limits.child.ts');
  root = tempFolder();
});

afterAll(() => {
  child.remove();
});

/** A user namespace has limits of its own: lowering them there touches nobody else. */
function withLimit(name: string, value: number): string[] {
  return ['unshare', '--user', '--map-root-user', 'sh', '-c', `echo ${value} >/proc/sys/user/${name}; exec "$@"`, 'sh'];
}

const canLimit = spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0;

describe('the limits of inotify', () => {
  it('remembers the directories beyond the watch limit and watches them when there is room again', ({ skip }) => {
    if (!canLimit) skip('no user namespace to be had, so no limit to lower');
    const { stdout, stderr } = child.run([root, 'close', INOTIFY_THREAD], withLimit('max_inotify_watches', 2));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      results: ['watched', 'watched', 'limit', 'limit'],
      watchCount: 2,
      unwatched: expect.arrayContaining([join(root, 'c'), join(root, 'd')]),
      count: 2,
      again: 'watched',
      left: 1,
    });
  });

  it('says which setting to raise when there is no instance left', ({ skip }) => {
    if (!canLimit) skip('no user namespace to be had, so no limit to lower');
    const { stdout, stderr } = child.run([root, 'close', INOTIFY_THREAD], withLimit('max_inotify_instances', 0));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      code: 'FT_READ_FAILED',
      message: 'start watching for changes: no inotify instance to be had (EMFILE)',
      hint: expect.stringContaining('sysctl fs.inotify.max_user_instances='),
    });
  });
});

describe('the end of the process', () => {
  it('comes by itself after close()', () => {
    expect(child.run([root, 'close', INOTIFY_THREAD]).status).toBe(0);
  });

  it('comes by process.exit() while the watcher waits', () => {
    expect(child.run([root, 'exit', INOTIFY_THREAD]).status).toBe(7);
  });
});
