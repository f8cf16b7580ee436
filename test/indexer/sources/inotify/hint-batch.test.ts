import { describe, expect, it } from 'vitest';
import { HintBatch } from '../../../../indexer/sources/inotify/hint-batch.js';

const nothing = () => false;

function shown(batch: HintBatch, isIgnored: (path: Uint8Array, isDirectory: boolean) => boolean = nothing): string[] {
  return batch.take(isIgnored).map(({ path, scope }) => `${scope} ${Buffer.from(path).toString('latin1')}`);
}

describe('HintBatch', () => {
  it('gives each path once, and is empty afterwards', () => {
    const batch = new HintBatch();
    for (const key of ['/a', '/b', '/a']) batch.addPath(key, false);
    expect(shown(batch)).toEqual(['path /a', 'path /b']);
    expect(shown(batch)).toEqual([]);
  });

  it('leaves out what is below a tree, but not what only begins with its name', () => {
    const batch = new HintBatch();
    for (const key of ['/a/b', '/a/b/c', '/a/bc', '/a']) batch.addPath(key, false);
    for (const key of ['/a/b/c/d', '/a/b']) batch.addTree(key);
    expect(shown(batch)).toEqual(['tree /a/b', 'path /a/bc', 'path /a']);
  });

  it('leaves out everything else when the whole file system is to be looked at', () => {
    const batch = new HintBatch();
    batch.addPath('/a', false);
    batch.addTree('/b/c');
    batch.addTree('/');
    expect(shown(batch)).toEqual(['tree /']);
  });

  it('tells that only attributes have changed while nothing else is told of the name', () => {
    const batch = new HintBatch();
    for (const key of ['/a', '/a', '/b', '/c', '/d']) batch.addPath(key, false, true);
    batch.addPath('/b', false);
    batch.addRename('/c', '/e');
    batch.addPath('/f', false);
    batch.addPath('/f', false, true);
    const told = batch.take(nothing).map(({ path, isAttributes = false }) => `${path} ${isAttributes}`);
    expect(told).toEqual(['/a true', '/b false', '/c true', '/d true', '/e false', '/f false']);
  });

  it('tells of a rename while nothing else is told of either name', () => {
    const batch = new HintBatch();
    const rename = (from: string, to: string) => {
      batch.addPath(from, false);
      batch.addRename(from, to);
    };
    rename('/a', '/b');
    rename('/c', '/d');
    batch.addPath('/d', false);
    batch.addPath('/e', false);
    rename('/e', '/f');
    rename('/g', '/h');
    rename('/h', '/i');
    const told = batch
      .take(nothing)
      .map(({ path, renamedFrom }) => [path, renamedFrom].map((each) => each?.toString()));
    expect(told).toEqual([
      ['/a', '/a'],
      ['/b', '/a'],
      ['/c', '/c'],
      ['/d', undefined],
      ['/e', undefined],
      ['/f', undefined],
      ['/g', '/g'],
      ['/h', undefined],
      ['/i', undefined],
    ]);
  });

  it('asks about each path with its bytes and its kind', () => {
    const batch = new HintBatch();
    batch.addPath('/\xff', true);
    batch.addPath('/file', false);
    batch.addTree('/tree');
    const asked: [string, boolean][] = [];
    const isIgnored = (path: Uint8Array, isDirectory: boolean) => {
      asked.push([Buffer.from(path).toString('hex'), isDirectory]);
      return isDirectory;
    };
    expect(shown(batch, isIgnored)).toEqual(['path /file']);
    expect(asked).toEqual([
      [Buffer.from('/tree').toString('hex'), true],
      ['2fff', true],
      [Buffer.from('/file').toString('hex'), false],
    ]);
  });
});
