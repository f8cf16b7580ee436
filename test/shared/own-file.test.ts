import { execFileSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  readOwnFile,
  readOwnJson,
  removeOwnFile,
  replaceAndHold,
  replaceFile,
  replaceOrOverwrite,
  requireOwnFile,
} from '../../shared/own-file.js';
import { openForWriting } from '../../shared/store/open.js';
import { NOBODY } from '../helpers/nobody.js';
import { tempFolder } from '../helpers/temp.js';

const asRoot = it.skipIf(process.getuid?.() !== 0);
let folder: string;
let file: string;

beforeEach(() => {
  folder = tempFolder();
  file = join(folder, 'file.json');
});

function makeLarge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 1e9);
}

describe('replaceFile', () => {
  it('may hold the file open for writing from before it took its place', () => {
    replaceFile(file, 'old');
    const fd = replaceAndHold(file, 'new');
    onTestFinished(() => closeSync(fd));
    expect(fstatSync(fd).ino).toBe(lstatSync(file).ino);
    expect(readOwnFile(file)).toBe('new');
    ftruncateSync(fd, 0);
    expect(readOwnFile(file)).toBe('');
  });

  it('writes for this user alone, and leaves nothing beside', () => {
    for (const text of ['{"a":1}', '{"b":2}']) {
      replaceFile(file, text, true);
      expect(readOwnFile(file)).toBe(text);
    }
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file.json']);
  });

  it('takes the place of a symlink, also of one where it writes first, and leaves alone what they lead to', () => {
    const precious = join(folder, 'precious');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, file);
    symlinkSync(precious, `${file}.${process.pid}.new`);
    replaceFile(file, 'new');
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect([lstatSync(file).isFile(), readOwnFile(file)]).toEqual([true, 'new']);
  });

  it('says what to remove where a folder is in its place, and leaves nothing beside', () => {
    mkdirSync(file);
    expect(() => replaceFile(file, 'new')).toThrow(`open ${file}: it is not a plain file`);
    expect(readdirSync(folder)).toEqual(['file.json']);
  });
});

describe('removeOwnFile', () => {
  it('removes whatever stands there, and says what to remove where it is a folder', () => {
    for (const make of [() => writeFileSync(file, ''), () => symlinkSync('nowhere', file), () => {}]) {
      make();
      removeOwnFile(file);
      expect(readdirSync(folder)).toEqual([]);
    }
    mkdirSync(file);
    expect(() => removeOwnFile(file)).toThrow(`open ${file}: it is not a plain file`);
  });
});

describe('readOwnFile', () => {
  it('finds nothing where there is none', () => {
    expect(readOwnFile(file)).toBeUndefined();
    expect(readOwnJson(file)).toBeUndefined();
  });

  it('does not go through a symlink, wait for a FIFO, list a folder, or take in what is far too large', () => {
    const odd: [string, (path: string) => void, string][] = [
      ['symlink', (path) => symlinkSync('/etc/hostname', path), 'is a symlink'],
      ['fifo', (path) => execFileSync('mkfifo', [path]), 'is not a plain file'],
      ['folder', (path) => mkdirSync(path), 'is not a plain file'],
      ['large', makeLarge, 'is too large'],
    ];
    for (const [name, make, why] of odd) {
      make(join(folder, name));
      expect(() => readOwnFile(join(folder, name)), name).toThrow(why);
      expect(readOwnJson(join(folder, name)), name).toBeUndefined();
    }
  });

  asRoot('does not believe a file of another user', () => {
    writeFileSync(file, '{}');
    chownSync(file, NOBODY.uid, NOBODY.gid);
    expect(() => readOwnFile(file)).toThrow('belongs to another user');
  });
});

describe('a file that SQLite opens', () => {
  it.each(['', '-wal', '-shm', '-journal'])('is not opened when its part "%s" is a symlink', (suffix) => {
    symlinkSync(join(folder, 'elsewhere'), `${file}${suffix}`);
    expect(() => openForWriting(file)).toThrow('is a symlink');
    expect(() => requireOwnFile(`${file}${suffix}`)).toThrow('is a symlink');
    expect(readdirSync(folder)).not.toContain('elsewhere');
  });
});

describe('replaceOrOverwrite', () => {
  asRoot('overwrites what is there where the disk has no room for another file, whole and no more [needs root]', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    replaceOrOverwrite(file, '["a long text"]');
    expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');
    expect(() => replaceFile(file, '[]')).toThrow('ENOSPC');
    expect(() => replaceOrOverwrite(join(folder, 'new.json'), '[]')).toThrow('ENOSPC');
    for (const text of ['["short"]', '["quite a long text"]']) {
      replaceOrOverwrite(file, text);
      expect(readOwnFile(file)).toBe(text);
    }
    expect(readdirSync(folder).sort()).toEqual(['file.json', 'filler']);
  });
});
