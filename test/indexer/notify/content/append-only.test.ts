import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LogMark, lookAtLog, markLog } from '../../../../indexer/notify/content/append-only.js';
import { tempFolder } from '../../../helpers/temp.js';

const MIB = 1 << 20;
let file: string;
let mark: LogMark;

function look(turn?: number) {
  return lookAtLog(Buffer.from(file), mark, turn);
}

beforeEach(() => {
  file = join(tempFolder(), 'app.log');
  writeFileSync(file, 'one\ntwo\n');
  mark = markLog(Buffer.from(file)) as LogMark;
});

describe('append-only', () => {
  it('has no objection to a log that stays, or grows', () => {
    expect(look()).toEqual({ kind: 'same', mark });
    appendFileSync(file, 'three\n');
    const grown = look();
    expect(grown).toMatchObject({ kind: 'grown', mark: { size: 14 } });
    mark = (grown as { mark: LogMark }).mark;
    expect(look().kind).toBe('same');
  });

  it('sees a log that became shorter, or was emptied', () => {
    truncateSync(file, 4);
    expect(look().kind).toBe('truncated');
    truncateSync(file, 0);
    expect(look()).toMatchObject({ kind: 'truncated', mark: { size: 0 } });
  });

  it('sees other bytes in what was there, also when size and time are put back, and when it grew', () => {
    const { atimeMs, mtimeMs } = statSync(file);
    const fd = openSync(file, 'r+');
    writeSync(fd, 'ONE', 0);
    closeSync(fd);
    utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
    expect(look().kind).toBe('rewritten');
    appendFileSync(file, 'three\n');
    expect(look().kind).toBe('rewritten');
  });

  it('follows a rotation, by name and by copy, while the old one is whole', () => {
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'new\n');
    expect(look()).toMatchObject({ kind: 'rotated', oldName: Buffer.from(`${file}.1`), mark: { size: 4 } });
    mark = markLog(Buffer.from(file)) as LogMark;
    const dated = join(file, '..', 'app-20261128.log');
    copyFileSync(file, dated);
    truncateSync(file, 0);
    expect(look()).toMatchObject({ kind: 'rotated', oldName: Buffer.from(dated) });
  });

  it('takes a file that has another one put in its place for replaced, when the old one is changed or gone', () => {
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'new\n');
    writeFileSync(`${file}.1`, 'one\nTWO\n');
    expect(look().kind).toBe('replaced');
    rmSync(`${file}.1`);
    expect(look().kind).toBe('replaced');
  });

  it('tells a log that is gone from one that is no file any more', () => {
    rmSync(file);
    expect(look()).toEqual({ kind: 'gone' });
    symlinkSync('/dev/null', file);
    expect(look()).toEqual({ kind: 'no-file' });
    rmSync(file);
    mkdirSync(file);
    expect(look()).toEqual({ kind: 'no-file' });
  });

  it('looks at a few pieces of a long log in turn, and at all of them when it is to', () => {
    truncateSync(file, 0);
    truncateSync(file, 81 * MIB);
    mark = markLog(Buffer.from(file)) as LogMark;
    expect(mark.digests).toHaveLength(21 * 32);
    const fd = openSync(file, 'r+');
    writeSync(fd, 'x', 41 * MIB);
    closeSync(fd);
    expect(look().kind).toBe('rewritten');
    const kinds = [0, 1, 2, 3].map((turn) => look(turn).kind);
    expect(kinds).toContain('rewritten');
    expect(kinds).toContain('same');
  });
});
