import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SealKeeper } from '../../../indexer/writer/seal-keeper.js';
import { RawFile } from '../../../shared/store/raw-file.js';
import { breakSeal, checkSeal, Sealing, sealOf } from '../../../shared/store/seal.js';
import { NOBODY } from '../../helpers/nobody.js';
import { tempFolder } from '../../helpers/temp.js';

function raw(file: string): RawFile {
  const opened = new RawFile(file);
  onTestFinished(() => opened.close());
  return opened;
}

function sealed(bytes = 20 << 20): string {
  const file = join(tempFolder(), 'index-000001.db');
  writeFileSync(file, Buffer.alloc(bytes, 'text '));
  const sealing = new Sealing(raw(file));
  while (!sealing.step());
  return file;
}

/** Another byte in the middle, and the times of before. */
function flip(file: string): void {
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

function asNobody(action: () => void): void {
  process.seteuid?.(NOBODY.uid);
  try {
    action();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a seal', () => {
  it('vouches for a file as it is', () => {
    const file = sealed();
    expect([checkSeal(file, false), checkSeal(file, true)]).toEqual(['whole', 'whole']);
  });

  it('tells of one changed byte, whatever the times say', () => {
    const file = sealed();
    flip(file);
    expect([checkSeal(file, false), checkSeal(file, true)]).toEqual(['damaged', 'damaged']);
  });

  it('tells of a file that is longer or shorter', () => {
    const longer = sealed();
    appendFileSync(longer, 'x');
    const empty = sealed();
    writeFileSync(empty, '');
    expect([checkSeal(longer, false), checkSeal(empty, false)]).toEqual(['damaged', 'damaged']);
  });

  it('holds for a copy, which has another inode and other times', () => {
    const file = sealed();
    const copy = `${file}.copy`;
    copyFileSync(file, copy);
    copyFileSync(sealOf(file), sealOf(copy));
    expect(checkSeal(copy, false)).toBe('whole');
  });

  it('that is damaged itself vouches for nothing', () => {
    const file = sealed();
    writeFileSync(sealOf(file), '{"stat":');
    expect(checkSeal(file, false)).toBe('damaged');
  });

  it('that is empty tells nothing: the power failed before its text was on the disk', () => {
    const file = sealed();
    writeFileSync(sealOf(file), '');
    flip(file);
    expect(checkSeal(file, true)).toBe('none');
  });

  it('is not made when another file has taken the place of the one that was read', () => {
    const file = sealed(1000);
    const sealing = new Sealing(raw(file));
    renameSync(file, `${file}.old`);
    writeFileSync(file, 'another');
    expect(() => {
      while (!sealing.step());
    }).toThrow('is not what was read');
  });

  it('is not there for a file that is not, and not after it is broken', () => {
    const file = sealed();
    breakSeal(file);
    expect(checkSeal(file, true)).toBe('none');
    breakSeal(file);
    const gone = sealed();
    rmSync(gone);
    expect(checkSeal(gone, true)).toBe('none');
  });
});

describe('the keeper of a seal', () => {
  it('breaks it before a write, and makes it anew when nothing was written for a while', () => {
    const file = sealed(1000);
    let now = 0;
    const keeper = new SealKeeper(raw(file), () => now);
    expect(existsSync(sealOf(file))).toBe(false);
    expect(keeper.isDue).toBe(false);
    now += 60_000;
    expect(keeper.isDue).toBe(true);
    keeper.begin();
    while (!keeper.step());
    expect([checkSeal(file, true), keeper.isDue]).toEqual(['whole', false]);
    keeper.beforeWrite();
    expect(checkSeal(file, true)).toBe('none');
  });

  it.skipIf(process.getuid?.() !== 0)('breaks it in a folder that has been closed meanwhile [needs root]', () => {
    const file = sealed(1000);
    const folder = dirname(file);
    for (const each of [folder, file, sealOf(file)]) chownSync(each, NOBODY.uid, NOBODY.gid);
    asNobody(() => {
      const keeper = new SealKeeper(raw(file), () => 0);
      keeper.begin();
      while (!keeper.step());
      expect(checkSeal(file, true)).toBe('whole');
      chmodSync(folder, 0);
      keeper.beforeWrite();
    });
    chmodSync(folder, 0o700);
    flip(file);
    expect(checkSeal(file, true)).toBe('none');
  });

  it('does not take a folder that it cannot look into for one without a seal', () => {
    const folder = join(tempFolder(), 'folder');
    symlinkSync(folder, folder);
    expect(() => breakSeal(join(folder, 'index-000001.db'))).toThrow('ELOOP');
    expect(() => breakSeal(join(dirname(folder), 'index-000001.db'))).not.toThrow();
  });

  it('does without when it cannot be made', () => {
    const file = sealed(1000);
    const keeper = new SealKeeper(raw(file), () => 0);
    rmSync(file);
    keeper.begin();
    expect(keeper.step()).toBe(true);
    mkdirSync(sealOf(file));
    writeFileSync(file, 'again');
    keeper.begin();
    while (!keeper.step());
    expect(keeper.isDue).toBe(false);
  });

  it('says what to remove when a folder stands in its place', () => {
    const file = sealed();
    rmSync(sealOf(file));
    mkdirSync(sealOf(file));
    expect(() => breakSeal(file)).toThrow(`open ${sealOf(file)}: it is not a plain file`);
  });

  it('does not seal a file that is written to meanwhile', () => {
    const file = sealed();
    const keeper = new SealKeeper(raw(file), () => 0);
    keeper.begin();
    expect(keeper.step()).toBe(false);
    keeper.beforeWrite();
    expect(keeper.step()).toBe(true);
    expect(checkSeal(file, true)).toBe('none');
  });
});
