import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkFile, checkFolder, makeFolder, type OwnFolder } from '../../shared/own-folder.js';
import { NOBODY } from '../helpers/nobody.js';
import { tempFolder } from '../helpers/temp.js';

const asRoot = it.skipIf(process.getuid?.() !== 0);
let base: string;

beforeEach(() => {
  base = tempFolder();
});

function named(...parts: string[]): OwnFolder {
  return { path: join(base, ...parts), name: 'index folder', variable: 'XDG_DATA_HOME' };
}

function whyNot(folder: OwnFolder): string {
  for (const ask of [() => void checkFolder(folder), () => makeFolder(folder)]) {
    try {
      ask();
    } catch (error) {
      expect(error).toMatchObject({ code: 'FT_FOLDER_UNUSABLE', hint: expect.stringContaining('XDG_DATA_HOME') });
      return (error as Error).message;
    }
  }
  return '';
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('makeFolder', () => {
  it('makes the folder, and what is missing above it, for this user alone', () => {
    makeFolder(named('a', 'b', 'find-text'));
    for (const path of ['a', 'a/b', 'a/b/find-text']) expect(modeOf(join(base, path))).toBe(0o700);
    expect(checkFolder(named('a', 'b', 'find-text'))).toBe(true);
  });

  it('closes one of this user that others can read', () => {
    mkdirSync(join(base, 'open'), { mode: 0o755 });
    makeFolder(named('open'));
    expect(modeOf(join(base, 'open'))).toBe(0o700);
  });

  it('goes through symlinks of this user, also several and relative ones', () => {
    mkdirSync(join(base, 'disk/deep'), { recursive: true });
    symlinkSync('disk/../disk/deep', join(base, 'one'));
    symlinkSync(join(base, 'one'), join(base, 'two'));
    makeFolder(named('two', 'find-text'));
    expect(lstatSync(join(base, 'disk/deep/find-text')).isDirectory()).toBe(true);
  });

  it.each(['/proc', '/sys/kernel'])('says that nothing can be made in %s', (parent) => {
    expect(whyNot({ ...named(), path: `${parent}/none/find-text` })).toContain(`${parent}/none cannot be made`);
  });
});

describe('a folder of one’s own', () => {
  it('is not made by asking for it', () => {
    expect(checkFolder(named('none', 'find-text'))).toBe(false);
    expect(existsSync(join(base, 'none'))).toBe(false);
  });

  it.each([
    ['dangling', 'gone', 'which is not there'],
    ['endless', 'endless', 'too many symlinks'],
  ])('is not behind a symlink that is %s', (name, target, why) => {
    symlinkSync(join(base, target), join(base, name));
    expect(whyNot(named(name))).toContain(why);
    expect(whyNot(named(name, 'find-text'))).toContain(why);
    expect(existsSync(join(base, 'gone'))).toBe(false);
  });

  it('is a folder', () => {
    writeFileSync(join(base, 'file'), '');
    expect(whyNot(named('file'))).toContain('is not a folder');
    expect(whyNot(named('file', 'find-text'))).toContain('is not a folder');
  });

  it('is not open to all, nor below a folder that is', () => {
    mkdirSync(join(base, 'open'));
    chmodSync(join(base, 'open'), 0o777);
    expect(whyNot(named('open'))).toContain(`other users can write to ${base}/open`);
    expect(whyNot(named('open', 'find-text'))).toContain(`other users can write to ${base}/open`);
    expect(existsSync(join(base, 'open/find-text'))).toBe(false);
  });

  it('may be in a sticky folder, as /tmp is, but not be one that all can write to', () => {
    mkdirSync(join(base, 'sticky'));
    chmodSync(join(base, 'sticky'), 0o1777);
    makeFolder(named('sticky', 'find-text'));
    expect(checkFolder(named('sticky', 'find-text'))).toBe(true);
    expect(whyNot(named('sticky'))).toContain('other users can write');
  });

  asRoot('may be writable by the group of this user alone, not by one with others in it', () => {
    mkdirSync(join(base, 'group'));
    chmodSync(join(base, 'group'), 0o770);
    makeFolder(named('group', 'find-text'));
    chownSync(join(base, 'group'), 0, NOBODY.gid);
    expect(whyNot(named('group', 'find-text'))).toContain('other users can write');
  });

  asRoot('is not that of another user, nor below one of theirs', () => {
    mkdirSync(join(base, 'theirs'));
    chownSync(join(base, 'theirs'), NOBODY.uid, NOBODY.gid);
    expect(whyNot(named('theirs'))).toContain(`${base}/theirs belongs to nobody, not to root`);
    expect(whyNot(named('theirs', 'find-text'))).toContain(`${base}/theirs belongs to nobody, not to root`);
  });

  asRoot('is not behind a symlink of another user, also where that leads to a folder of this one', () => {
    mkdirSync(join(base, 'mine'));
    process.seteuid?.(NOBODY.uid);
    const sticky = tempFolder();
    symlinkSync(join(base, 'mine'), join(sticky, 'link'));
    process.seteuid?.(0);
    chownSync(sticky, 0, 0);
    chmodSync(sticky, 0o1777);
    const folder = { ...named(), path: join(sticky, 'link') };
    expect(whyNot(folder)).toContain('is a symlink that belongs to nobody, not to root');
  });

  asRoot('is not one of root for another user', () => {
    chmodSync(base, 0o755);
    mkdirSync(join(base, 'roots'), { mode: 0o755 });
    process.seteuid?.(NOBODY.uid);
    const why = whyNot(named('roots'));
    process.seteuid?.(0);
    expect(why).toContain('belongs to root, not to nobody');
  });
});

describe('checkFile', () => {
  it('finds a file through symlinks of this user, and nothing where there is none', () => {
    writeFileSync(join(base, 'real'), '');
    symlinkSync('real', join(base, 'link'));
    expect(checkFile(join(base, 'link'), named())).toBe(join(base, 'real'));
    expect(checkFile(join(base, 'none'), named())).toBeUndefined();
  });

  it('refuses one that all can write to', () => {
    writeFileSync(join(base, 'file'), '');
    chmodSync(join(base, 'file'), 0o666);
    expect(() => checkFile(join(base, 'file'), named())).toThrow('other users can write to');
  });
});
