/** The kernel's queue is emptied whatever the event loop is busy with. */
import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inotify } from '../../../../indexer/sources/inotify/inotify.js';
import { IN } from '../../../../indexer/sources/inotify/inotify-events.js';
import { orUndefined } from '../../../../shared/errors.js';
import { tempFolder } from '../../../helpers/temp.js';
import { until } from '../../../helpers/test-env.js';
import { INOTIFY_THREAD } from './mirror.js';

const QUEUE_LENGTH = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));

let root: string;
let inotify: Inotify;
let masks: number[];

beforeEach(() => {
  root = tempFolder();
  for (const name of ['a', 'b']) writeFileSync(join(root, name), '');
  masks = [];
  inotify = Inotify.open(INOTIFY_THREAD);
  inotify.add(Buffer.from(root), IN.ATTRIB);
});

afterEach(() => inotify.close());

/** By turns: the kernel makes one event of two that are alike and follow each other. */
function changeModes(count: number): void {
  for (let at = 0; at < count; at++) chmodSync(join(root, at % 2 ? 'a' : 'b'), at % 4 < 2 ? 0o600 : 0o644);
}

function rethrow(error: unknown): never {
  throw error;
}

/** Blocks this very thread. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('Inotify.onEvents', () => {
  beforeEach(() => inotify.onEvents((events) => masks.push(...events.map(({ mask }) => mask)), rethrow));

  it('loses no event of more than the kernel holds while the event loop is blocked', async ({ skip }) => {
    if (QUEUE_LENGTH > 200_000) skip(`fs.inotify.max_queued_events is ${QUEUE_LENGTH} here: too many to fill`);
    const parts = 10;
    const each = Math.ceil((QUEUE_LENGTH * 1.25) / parts);
    for (let part = 0; part < parts; part++) {
      changeModes(each);
      block(300);
    }
    await until('all events have come', () => masks.length >= parts * each);
    expect(masks.filter((mask) => mask !== IN.ATTRIB)).toEqual([]);
  });
});

describe('a reading thread that ends', () => {
  it('is told once, and nothing waits for it', async () => {
    const thread = join(root, 'thread.cjs');
    writeFileSync(thread, "throw new Error('no memory');");
    const broken = Inotify.open(thread);
    const errors: unknown[] = [];
    broken.onEvents(
      () => {},
      (error) => errors.push(error),
    );
    const answer = broken.caughtUp();
    await until('it is told', () => errors.length > 0);
    await broken.close();
    expect(await answer).toBe(false);
    expect(errors).toMatchObject([
      {
        code: 'FT_READ_FAILED',
        message: "read the kernel's inotify events: the thread that reads them has ended: no memory",
        hint: 'start `find-textd run` again: it compares every folder with the disk',
      },
    ]);
  });
});

describe('Inotify.caughtUp', () => {
  it('resolves when all that the kernel had was given to the callback', async () => {
    inotify.onEvents((events) => masks.push(...events.map(({ mask }) => mask)), rethrow);
    for (const count of [1, 3000, 1]) {
      masks = [];
      changeModes(count);
      expect(await inotify.caughtUp()).toBe(true);
      expect(masks).toHaveLength(count);
    }
    expect(await inotify.caughtUp()).toBe(true);
  });

  it('is not sure when nobody listens, nor when it ends meanwhile', async () => {
    expect(await inotify.caughtUp()).toBe(false);
    inotify.onEvents(() => {}, rethrow);
    const answer = inotify.caughtUp();
    await inotify.close();
    expect(await answer).toBe(false);
  });
});

describe('Inotify.close', () => {
  it('resolves when its thread has ended, whatever comes meanwhile, and let go of the descriptor', async () => {
    const before = openInstances();
    const other = Inotify.open(INOTIFY_THREAD);
    other.add(Buffer.from(root), IN.ATTRIB);
    other.onEvents(() => {}, rethrow);
    expect(await other.caughtUp()).toBe(true);
    changeModes(2_000);
    const closed = other.close();
    changeModes(2_000);
    expect(openInstances()).toBe(before + 1);
    await Promise.all([closed, other.close()]);
    expect(openInstances()).toBe(before);
  });

  it('resolves at once where nobody listened', async () => {
    await Inotify.open(INOTIFY_THREAD).close();
  });
});

/** Of this process. */
function openInstances(): number {
  const names = readdirSync('/proc/self/fd').map((fd) => orUndefined(() => readlinkSync(`/proc/self/fd/${fd}`)));
  return names.filter((name) => name === 'anon_inode:inotify').length;
}
