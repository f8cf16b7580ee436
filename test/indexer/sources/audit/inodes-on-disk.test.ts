import { linkSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { INODES_ON_DISK } from '../../../../indexer/sources/audit/inodes-on-disk.js';
import { tempFolder } from '../../../helpers/temp.js';

it('finds every name of an inode right in the folder, whatever its bytes', async () => {
  const folder = tempFolder();
  for (let n = 0; n < 200; n++) writeFileSync(join(folder, `f${n}`), '');
  const { ino } = statSync(join(folder, 'f150'));
  const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a])]);
  renameSync(join(folder, 'f150'), odd);
  linkSync(odd, join(folder, 'second'));
  mkdirSync(join(folder, 'below'));
  linkSync(odd, join(folder, 'below', 'third'));
  symlinkSync(odd, join(folder, 'symlink'));
  const found = await INODES_ON_DISK.entries(Buffer.from(folder), ino);
  expect(found.map((path) => path.toString('latin1')).sort()).toEqual(
    [`${folder}/second`, odd.toString('latin1')].sort(),
  );
  expect(await INODES_ON_DISK.entries(Buffer.from(folder), statSync(join(folder, 'below')).ino)).toEqual([
    Buffer.from(join(folder, 'below')),
  ]);
});

it('finds nothing in a folder that is not there', async () => {
  expect(await INODES_ON_DISK.entries(Buffer.from('/nowhere'), 1)).toEqual([]);
});

it('tells a file from a folder, and from another one that has taken its place', async () => {
  const folder = Buffer.from(tempFolder());
  const file = Buffer.concat([folder, Buffer.from('/f')]);
  writeFileSync(file, '');
  const [at, of] = [statSync(folder).ino, statSync(file).ino];
  const { isFolder, isFile } = INODES_ON_DISK;
  expect(await Promise.all([isFolder(folder, at), isFolder(folder, of), isFolder(file, of)])).toEqual([
    true,
    false,
    false,
  ]);
  expect(await Promise.all([isFile(file, of), isFile(file, at), isFile(folder, at)])).toEqual([true, false, false]);
});
