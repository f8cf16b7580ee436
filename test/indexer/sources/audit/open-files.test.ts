import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBeingWritten, openFilesOf } from '../../../../indexer/sources/audit/open-files.js';
import { pathKey } from '../../../../shared/path-key.js';
import { tempFolder } from '../../../helpers/temp.js';

it('names the files below the roots that are open for writing, by which process', async () => {
  const [root, elsewhere] = [tempFolder(), tempFolder()];
  const odd = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]);
  const read = join(root, 'read.txt');
  writeFileSync(read, 'x');
  const fds = [openSync(odd, 'a'), openSync(read, 'r'), openSync(join(elsewhere, 'log'), 'w')];
  try {
    const { ino } = statSync(odd);
    expect(await filesBeingWritten([Buffer.from(root)])).toEqual([{ path: odd, pid: process.pid, inode: ino }]);
    expect((await openFilesOf(process.pid))?.has(pathKey(odd))).toBe(true);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
  expect(await filesBeingWritten([Buffer.from(root)])).toEqual([]);
});

it('says nothing of a process that is no more', async () => {
  expect(await openFilesOf(2 ** 22 + 1)).toBeUndefined();
});
