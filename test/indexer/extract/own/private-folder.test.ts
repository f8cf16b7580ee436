/** What a hostile command leaves in its folder: all of it is seen, and removed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOverfull, removeFolder } from '../../../../indexer/extract/own/private-folder.js';
import { freshFolder } from '../../../helpers/fresh-folder.js';
import { tempFolder } from '../../../helpers/temp.js';

const top = tempFolder();

function folderOf(script: string): string {
  const folder = freshFolder(top, 'of-command');
  execFileSync('/bin/sh', ['-c', script], { cwd: folder });
  return folder;
}

async function isFullAfter(script: string): Promise<boolean> {
  const folder = folderOf(script);
  const isFull = await isOverfull(folder);
  await removeFolder(folder);
  return isFull;
}

const DEEP = `mkdir a; echo x > a/f; for i in $(seq 40); do mkdir b; mv a b/$(printf 'd%.0s' $(seq 200)); mv b a; done`;
const CLOSED = 'mkdir closed; echo x > closed/f; mkdir closed/inner; chmod 300 closed/inner; chmod 300 closed';
const BYTES = `for i in 1 2 3; do truncate -s 250M "$(printf '\\377')$i"; done`;

describe('the folder of a command', () => {
  it.each([
    ['names that are no UTF-8', BYTES],
    ['paths that are too long', DEEP],
  ])('is too full for %s', async (_, script) => expect(await isFullAfter(script)).toBe(true));

  it.skipIf(process.getuid?.() === 0)('is too full where it cannot be looked at', async () =>
    expect(await isFullAfter(CLOSED)).toBe(true),
  );

  it('may hold some files, and a folder that has just gone', async () => {
    expect(await isFullAfter('mkdir a; echo x > a/b; ln -s / c')).toBe(false);
    expect(await isOverfull(join(top, 'gone'))).toBe(false);
  });

  it.each([
    ['closed folders', CLOSED],
    ['paths that are too long', DEEP],
    ['names that are no UTF-8', BYTES],
    ['closed folders on long paths, and a symlink', `ln -s ${top} link; ${DEEP}; ${CLOSED}; chmod 0 .`],
  ])('goes with %s', async (_, script) => {
    const folder = folderOf(script);
    const before = readdirSync(top).filter((name) => !folder.endsWith(name));
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(top)).toEqual(before);
  });
});
