/**
 * File systems that take a name whatever its case (FAT, exFAT, NTFS, casefolded ext4). After a rename that changes the
 * case only, the old name still leads to the file, but no listing has it. Used by the path worker for names that no
 * listing has.
 */
import { opendir } from 'node:fs/promises';
import { pathText } from '../../shared/path-text.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { look } from './looks.js';
import { observe } from './observe.js';

/** @returns false when what is there is spelled otherwise; in doubt true. */
export async function isSpelledSo(path: Uint8Array): Promise<boolean> {
  const { directory, name } = splitPath(path);
  const other = inOtherCase(name);
  if (other.equals(name) || (await observe(joinPath(directory, other))).kind === 'gone') return true;
  return (await look(directory, () => hasEntry(directory, name)).catch(() => undefined)) ?? true;
}

function inOtherCase(name: Buffer): Buffer {
  const text = pathText(name);
  const upper = text.toUpperCase();
  return Buffer.from(upper === text ? text.toLowerCase() : upper);
}

/** Reads no further than the entry. @returns undefined when the folder cannot be listed. */
async function hasEntry(directory: Buffer, name: Buffer): Promise<boolean | undefined> {
  try {
    // The type of opendir knows no names as bytes.
    for await (const entry of await opendir(directory, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 }))
      if (toBytes(entry.name).equals(name)) return true;
    return false;
  } catch {
    return undefined;
  }
}
