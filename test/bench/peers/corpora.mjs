/** The folders that are indexed: S, M, L (text files, one within the other) and 1M (a million files of 1 kB). */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCorpora, ensureLarge } from '../corpus.mjs';
import { filesBelow } from '../lib/corpus-pool.mjs';
import { ensureMillion } from '../lib/million.mjs';

export const SIZES = ['S', 'M', 'L', '1M'];

/** Builds what is missing. @returns per size its folder, files and bytes. */
export function corporaOf(sizes, folders) {
  return sizes.map((size) => ({ size, ...countsOf(folderOf(size, folders)) }));
}

function folderOf(size, folders) {
  if (size === '1M') return ensureMillion(folders);
  if (size === 'L') return ensureLarge(folders);
  ensureCorpora(folders);
  return join(folders.corpus, size);
}

function countsOf(folder) {
  const files = filesBelow(folder);
  return { folder, files: files.length, bytes: files.reduce((sum, path) => sum + statSync(path).size, 0) };
}
