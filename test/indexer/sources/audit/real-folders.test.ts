import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RealFolders } from '../../../../indexer/sources/audit/real-folders.js';
import { tempFolder } from '../../../helpers/temp.js';

it('follows symlinks, keeps the answer for a second, and then asks again', async () => {
  const base = tempFolder();
  mkdirSync(join(base, 'a'));
  symlinkSync('a', join(base, 'link'));
  const folders = new RealFolders();
  const link = Buffer.from(join(base, 'link'));
  expect((await folders.of(link, 0))?.toString()).toBe(join(base, 'a'));
  mkdirSync(join(base, 'b'));
  rmSync(join(base, 'link'));
  symlinkSync('b', join(base, 'link'));
  expect((await folders.of(link, 999))?.toString()).toBe(join(base, 'a'));
  expect((await folders.of(link, 1_000))?.toString()).toBe(join(base, 'b'));
  rmSync(join(base, 'b'), { recursive: true });
  expect(await folders.of(link, 2_000)).toBeUndefined();
});
