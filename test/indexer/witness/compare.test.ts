/** Which attributes differ, and whether the content does. */
import { describe, expect, it } from 'vitest';
import { changedAttributes, isOtherContent } from '../../../indexer/witness/compare.js';
import type { Witness } from '../../../indexer/witness/witness.js';
import { SAMPLE_WITNESS as FILE } from '../../helpers/sample-witness.js';

const FOLDER: Witness = { ...FILE, type: 'folder', sha256: null };

const cases: readonly (readonly [string, Witness, Partial<Witness>, string[], boolean])[] = [
  ['nothing', FILE, {}, [], false],
  ['only the time of change of the inode', FILE, { ctimeMs: 2 }, [], false],
  ['the bytes, with size and time as before', FILE, { sha256: 'b', ctimeMs: 2 }, ['sha256'], true],
  ['a rewrite', FILE, { size: 4, mtimeMs: 2, sha256: 'b' }, ['size', 'mtime', 'sha256'], true],
  ['the same bytes again', FILE, { mtimeMs: 2 }, ['mtime'], false],
  ['another file with the same bytes', FILE, { ino: 9, mtimeMs: 2 }, ['inode', 'mtime'], false],
  ['rights and owner', FILE, { mode: 0o4755, uid: 5, gid: 6 }, ['mode', 'uid', 'gid'], false],
  ['capabilities', FILE, { xattrs: 'security.capability=c', ctimeMs: 2 }, ['xattr'], false],
  ['attributes that cannot be read any more', FILE, { xattrs: null }, [], false],
  ['the default ACL of a folder', FOLDER, { xattrs: 'system.posix_acl_default=c' }, ['xattr'], false],
  ['a symlink in its place', FILE, { type: 'symlink' }, ['type'], true],
  ['a file without digest, another time', { ...FILE, sha256: null }, { mtimeMs: 2 }, ['mtime'], true],
  ['a digest that is not known any more', FILE, { sha256: null }, [], false],
  ['what is in a folder', FOLDER, { size: 9, mtimeMs: 9 }, [], false],
  ['another folder', FOLDER, { ino: 9 }, ['inode'], false],
  ['the rights of a folder', FOLDER, { mode: 0o777 }, ['mode'], false],
];

describe('two witnesses', () => {
  it.each(cases)('differ: %s', (_, before, change, changed, isOther) => {
    const after = { ...before, ...change };
    expect(changedAttributes(before, after)).toEqual(changed);
    expect(isOtherContent(before, after)).toBe(isOther);
  });
});
