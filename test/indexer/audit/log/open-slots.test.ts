import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSlots } from '../../../../indexer/audit/log/open-slots.js';
import { tempFolder } from '../../../helpers/temp.js';
import { SELF } from './samples.js';

const isRoot = SELF.uid === 0;
const ALICE = { uid: 12_345, gid: 12_346 };

async function openAndClose(directory: string, owner = SELF): Promise<void> {
  for (const slot of await openSlots(directory, 2, owner)) await slot.close();
}

function made(prepare: (slot: string, folder: string) => void): string {
  const folder = tempFolder();
  const directory = join(folder, 'log');
  mkdirSync(directory);
  prepare(join(directory, 'changes.0.log'), folder);
  return directory;
}

describe('openSlots', () => {
  it('makes the folder and the slots, readable by their owner alone', async () => {
    const directory = join(tempFolder(), 'a/b');
    await openAndClose(directory);
    expect(lstatSync(directory).mode & 0o777).toBe(0o755);
    for (const index of [0, 1]) expect(lstatSync(join(directory, `changes.${index}.log`)).mode & 0o777).toBe(0o600);
  });

  it('keeps what is in the slots, and mends their mode', async () => {
    const directory = made((slot) => writeFileSync(slot, 'old\n', { mode: 0o644 }));
    await openAndClose(directory);
    expect(readFileSync(join(directory, 'changes.0.log'), 'utf8')).toBe('old\n');
    expect(lstatSync(join(directory, 'changes.0.log')).mode & 0o777).toBe(0o600);
  });

  it.each<[string, (slot: string, folder: string) => void]>([
    ['a symlink', (slot, folder) => symlinkSync(join(folder, 'precious'), slot)],
    ['a dangling symlink', (slot, folder) => symlinkSync(join(folder, 'nothing'), slot)],
    ['a hard link', (slot, folder) => linkSync(join(folder, 'precious'), slot)],
    ['a FIFO, without waiting for its reader', (slot) => execFileSync('mkfifo', [slot])],
  ])('replaces %s, and leaves what it led to alone', async (_what, put) => {
    const directory = made((slot, folder) => {
      writeFileSync(join(folder, 'precious'), 'precious', { mode: 0o644 });
      put(slot, folder);
    });
    await openAndClose(directory);
    const slot = lstatSync(join(directory, 'changes.0.log'));
    expect([slot.isFile(), slot.nlink, slot.size, slot.mode & 0o777]).toEqual([true, 1, 0, 0o600]);
    const precious = lstatSync(join(directory, '../precious'));
    expect([precious.size, precious.mode & 0o777]).toEqual([8, 0o644]);
  });

  it('refuses a folder that others may write to, or that is none', async () => {
    const directory = made(() => {});
    chmodSync(directory, 0o775);
    await expect(openAndClose(directory)).rejects.toThrow('may be written to by others');
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    await expect(openAndClose(link)).rejects.toThrow('is not a folder');
  });

  it.runIf(isRoot)('gives the slots to the owner of the root, and replaces those of anybody else', async () => {
    const directory = made((slot) => {
      writeFileSync(slot, 'foreign');
      chownSync(slot, 54_321, 54_321);
    });
    await openAndClose(directory, ALICE);
    expect(lstatSync(join(directory, 'changes.0.log'))).toMatchObject({ ...ALICE, size: 0 });
    expect(lstatSync(directory).uid).toBe(0);
  });

  it.runIf(isRoot)('refuses a folder of another user', async () => {
    const directory = made(() => {});
    chownSync(directory, ALICE.uid, ALICE.gid);
    await expect(openAndClose(directory)).rejects.toThrow('belongs to user 12345');
  });
});
