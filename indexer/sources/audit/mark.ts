/** What a mark in the audit stream is: a folder is opened for writing, which no folder can be (see marks.ts). */
import { closeSync, constants, open, openSync } from 'node:fs';
import { systemCode } from '../../../shared/errors.js';
import { toBytes } from '../../../shared/paths.js';
import { look, mayHang } from '../../disk/looks.js';

const { O_WRONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
/** Whatever stands there now, it is not opened. */
const FLAGS = O_WRONLY | O_DIRECTORY | O_NOFOLLOW;

/** In the first of these folders that is there. Nothing changes; the rule of the folder tells of it. Never fails. */
export async function makeMark(folders: readonly Uint8Array[]): Promise<void> {
  for (const folder of folders) if (await isMarked(folder)) return;
}

async function isMarked(folder: Uint8Array): Promise<boolean> {
  try {
    await (mayHang(folder) ? look(folder, () => tryAside(folder)) : tryNow(folder));
    return false;
  } catch (error) {
    return systemCode(error) === 'EISDIR';
  }
}

function tryNow(folder: Uint8Array): void {
  closeSync(openSync(toBytes(folder), FLAGS));
}

function tryAside(folder: Uint8Array): Promise<void> {
  return new Promise((_resolve, reject) => open(toBytes(folder), FLAGS, reject));
}
