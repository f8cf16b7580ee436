/** Files that `find-textd install` writes into folders of the user, and takes back. */
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FindTextError, orUndefined } from '../../../shared/errors.js';

/** @throws FindTextError FT_INSTALL_FAILED */
export function writeInstalled(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const hint = 'the folder must be yours to write to';
    throw new FindTextError('FT_INSTALL_FAILED', `write ${file}: ${(error as Error).message}`, { hint });
  }
}

/** With folders above it, so many, that are empty then. */
export function removeInstalled(file: string, folders: number): void {
  rmSync(file);
  for (let folder = dirname(file), left = folders; left > 0; folder = dirname(folder), left--)
    orUndefined(() => rmdirSync(folder));
}
