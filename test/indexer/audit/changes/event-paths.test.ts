/**
 * Names of an event → paths, and which PARENT record a name hangs below.
 */
import { describe, expect, it } from 'vitest';
import { isOfProcess, parentLength, pathOf } from '../../../../indexer/audit/changes/event-paths.js';

const CWD = { directory: Buffer.from('/w/dir'), isRooted: true };

describe('the path of a name', () => {
  it.each([
    ['f', '/w/dir/f'],
    ['./f', '/w/dir/f'],
    ['../f', '/w/f'],
    ['../../../f', '/f'],
    ['a//b/', '/w/dir/a/b'],
    ['/', '/'],
    ['/process/f', '/process/f'],
    ['/development', '/development'],
    ['a/../f', null],
    ['/proc', null],
    ['/proc/self/fd/3', null],
    ['../../proc/1/root/f', null],
    ['/dev/stdin', null],
    ['a\0b', null],
    ['', null],
  ])('%j below /w/dir is %j', (name, path) => {
    expect(pathOf(Buffer.from(name), CWD)?.toString() ?? null).toBe(path);
  });
});

describe('the PARENT of a name', () => {
  it.each([
    ['f', ''],
    ['./f', './'],
    ['a/b', 'a/'],
    ['a/b//', 'a/'],
    ['a//b', 'a//'],
    ['/f', '/'],
    ['//', ''],
    ['', ''],
  ])('of %j is %j', (name, parent) => {
    expect(name.slice(0, parentLength(Buffer.from(name)))).toBe(parent);
  });
});

describe('a name that is looked up through a process', () => {
  it.each([
    ['/proc/1/cwd', true],
    ['/proc', true],
    ['/dev/fd', true],
    ['/dev/stderr/x', true],
    ['/procs', false],
    ['/dev/stdins', false],
    ['/dev', false],
    ['/pro', false],
    ['', false],
  ])('%j: %j', (name, expected) => {
    expect(isOfProcess(Buffer.from(name))).toBe(expected);
  });
});
