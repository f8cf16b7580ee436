import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IndexFileWatch, nextEnding, type SessionEnding } from '../../../indexer/commands/session-ending.js';
import { FindTextError } from '../../../shared/errors.js';
import { NOBODY } from '../../helpers/nobody.js';
import { tempFolder } from '../../helpers/temp.js';

const LOOK_MS = 2_000;

let file: string;
let ended: SessionEnding;
let watch: IndexFileWatch;

beforeEach(() => {
  vi.useFakeTimers();
  file = join(tempFolder(), 'data', 'index.db');
  mkdirSync(join(file, '..'));
  writeFileSync(file, 'index');
  ended = nextEnding();
  watch = new IndexFileWatch(file, ended);
});

afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

describe('the end of a session', () => {
  it('is what came first, unless somebody wishes to stop', async () => {
    ended.end('reopen');
    ended.end({ error: 'later' });
    expect([ended.ending(), ended.stopped.aborted]).toEqual(['reopen', false]);
    ended.end('stop');
    ended.end('reopen');
    await ended.told;
    expect([ended.ending(), ended.stopped.aborted]).toEqual(['stop', true]);
  });
});

describe('the file of the index', () => {
  it.each<[string, () => void]>([
    ['deleted', () => rmSync(file)],
    ['gone with its folder', () => renameSync(join(file, '..'), `${join(file, '..')}.old`)],
    [
      'replaced by another one',
      () => {
        writeFileSync(`${file}.new`, 'other');
        renameSync(`${file}.new`, file);
      },
    ],
  ])('ends the session when it is %s', (_, change) => {
    vi.advanceTimersByTime(10 * LOOK_MS);
    expect(ended.ending()).toBeUndefined();
    change();
    vi.advanceTimersByTime(LOOK_MS);
    expect(ended.ending()).toMatchObject({ error: { code: 'FT_STORE_MISSING' } });
  });

  it('explains whatever went wrong when it is gone, and nothing else', () => {
    const failed = { error: new FindTextError('FT_STORE_FAILED', 'read the index') };
    expect(watch.explain(failed)).toBe(failed);
    rmSync(file);
    expect(watch.explain(failed)).toMatchObject({ error: { code: 'FT_STORE_MISSING' } });
    expect(watch.explain('stop')).toBe('stop');
  });

  it('does not end it when a folder above is closed', () => {
    chmodSync(join(file, '../..'), 0o755);
    chmodSync(join(file, '..'), 0);
    asNobody(() => vi.advanceTimersByTime(10 * LOOK_MS));
    expect(ended.ending()).toBeUndefined();
    chmodSync(join(file, '..'), 0o755);
    asNobody(() => vi.advanceTimersByTime(LOOK_MS));
    expect(ended.ending()).toBeUndefined();
    rmSync(file);
    asNobody(() => vi.advanceTimersByTime(LOOK_MS));
    expect(ended.ending()).toMatchObject({ error: { code: 'FT_STORE_MISSING' } });
  });
});

function asNobody(action: () => void): void {
  if (process.getuid?.() !== 0) return action();
  process.setegid?.(NOBODY.gid);
  process.seteuid?.(NOBODY.uid);
  try {
    action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
