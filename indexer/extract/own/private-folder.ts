/**
 * The private folder of a command: how full it is while the command is at work in it, and its end. The command is
 * hostile: it closes folders to their owner, and nests them until their paths are too long. Called by run-command.ts.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export const MAX_FOLDER_BYTES = 512 << 20;
export const MAX_FOLDER_ENTRIES = 1000;

/** Looks at the first files in it: more than that are too many, and what it cannot look at is too much. */
export async function isOverfull(folder: string): Promise<boolean> {
  let [bytes, entries] = [0, 0];
  const folders: Buffer[] = [Buffer.from(folder)];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const found = await listed(at);
    if (found === undefined) return true;
    for (const entry of found) {
      const path = below(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else bytes += (await lstat(path).catch(() => undefined))?.size ?? 0;
      if (++entries > MAX_FOLDER_ENTRIES || bytes > MAX_FOLDER_BYTES) return true;
    }
  }
  return false;
}

/** @returns nothing of one that is gone; undefined: it cannot be looked at. */
async function listed(folder: Buffer) {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
}

/** Nothing is at work in it any more. */
export async function removeFolder(folder: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 };
  await rm(folder, options).catch(() => removeFlat(folder).catch(() => {}));
}

/** Every folder in it is opened to its owner, and moved into one of our own: no path gets long. */
async function removeFlat(folder: string): Promise<void> {
  const pit = await mkdtemp(`${folder}-`);
  let folders = 0;
  const take = async (path: string | Buffer) => {
    await openToOwner(path);
    await rename(path, join(pit, String(folders++)));
  };
  await take(folder);
  for (let at = 0; at < folders; at++) {
    const path = join(pit, String(at));
    for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' })) {
      const inner = below(Buffer.from(path), entry.name);
      await (entry.isDirectory() ? take(inner) : unlink(inner));
    }
    await rmdir(path);
  }
  await rmdir(pit);
}

const O_PATH = 0o10000000;

/** The folder itself, never what a symlink in its place leads to. */
async function openToOwner(path: string | Buffer): Promise<void> {
  const fd = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await chmod(`/proc/self/fd/${fd}`, 0o700);
  } finally {
    closeSync(fd);
  }
}

function below(folder: Buffer, name: Buffer | string): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), Buffer.from(name)]);
}
