/**
 * Of which reads the audit rules of a watched folder tell: a file beside the slots of its change log. The plugin writes
 * it while it is root; the owner's daemon, who sees neither the rules nor the plugin's configuration, reads it.
 */
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnJson } from '../../../shared/own-file.js';
import type { ReadWatch } from '../plugin/audit-config.js';
import type { Owner } from './open-slots.js';

const NAME = 'reads.json';
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const FILE_MODE = 0o600;

/**
 * @param directory  root's, and nobody else may write to it
 * @param reads  undefined: the rules tell of none
 */
export async function noteReads(directory: string, owner: Owner, reads: ReadWatch | undefined): Promise<void> {
  const [file, fresh] = [join(directory, NAME), join(directory, `${NAME}.new`)];
  const folders = reads?.folders.map((folder) => folder.toString('hex'));
  await rm(fresh, { force: true });
  const handle = await open(fresh, FLAGS, FILE_MODE);
  try {
    await handle.writeFile(JSON.stringify({ reads: reads ? { ...reads, folders } : null }));
    await handle.chown(owner.uid, owner.gid);
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}

/** @returns undefined when it is not known, as of an older plugin; null when the rules tell of no reads. */
export function readNotedReads(directory: string): ReadWatch | null | undefined {
  const noted = readOwnJson(join(directory, NAME)) as { reads?: unknown } | undefined;
  if (noted?.reads === null) return null;
  const { folders, isOpened, isDenied, exes } = (noted?.reads ?? {}) as Partial<Record<keyof ReadWatch, unknown>>;
  if (!Array.isArray(folders) || !Array.isArray(exes)) return undefined;
  return {
    folders: folders.map((folder) => Buffer.from(String(folder), 'hex')),
    isOpened: isOpened === true,
    isDenied: isDenied === true,
    exes: exes.map(String),
  };
}
