/**
 * Opens files to be read by a process that can open none. Never opens what lstat does not call a regular file, never
 * waits in open, and never follows a link. In this thread where the disk is quick, else in another. Called by the
 * extractors' pool.
 */
import { closeSync, close as closeWithCallback, constants, lstatSync, open, openSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { toBytes } from '../../shared/paths.js';
import { VolumeSilent } from './hanging-volumes.js';
import { look, mayHang } from './looks.js';
import { SlowDisk } from './slow-disk.js';

export type OpenedFile =
  | { readonly kind: 'open'; readonly fd: number }
  | { readonly kind: 'gone' | 'special' | 'silent' }
  | { readonly kind: 'failed'; readonly error: unknown };

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;
export const READ_FLAGS = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;

const slowDisk = new SlowDisk();
const openAside = promisify(open);

/** @param tell  called at once where the disk is quick. Whoever gets a descriptor closes it; see `closeFile`. */
export function openFile(path: Uint8Array, tell: (opened: OpenedFile) => void): void {
  const startMs = performance.now();
  if (slowDisk.isSlow(startMs) || mayHang(path)) {
    void openLater(toBytes(path)).then(tell);
    return;
  }
  const opened = openNow(toBytes(path));
  slowDisk.note(startMs, performance.now());
  tell(opened);
}

/** To close a file may wait for its volume, too. */
export function closeFile(path: Uint8Array, fd: number): void {
  if (mayHang(path)) closeWithCallback(fd, () => {});
  else closeSync(fd);
}

function openNow(path: Buffer): OpenedFile {
  try {
    const named = lstatSync(path, { throwIfNoEntry: false });
    if (named === undefined) return { kind: 'gone' };
    return named.isFile() ? { kind: 'open', fd: openSync(path, READ_FLAGS) } : { kind: 'special' };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function openLater(path: Buffer): Promise<OpenedFile> {
  let isOver = false;
  const ask = async (): Promise<OpenedFile> => {
    const named = await lstat(path);
    if (!named.isFile()) return { kind: 'special' };
    const fd = await openAside(path, READ_FLAGS);
    // Nobody waits for it any more.
    if (isOver) closeFile(path, fd);
    return { kind: 'open', fd };
  };
  try {
    return await look(path, ask);
  } catch (error) {
    isOver = true;
    return error instanceof VolumeSilent ? { kind: 'silent' } : { kind: 'failed', error };
  }
}
