/** A digest of an open file, whole. Called in the child, where waiting is right. */
import { createHash } from 'node:crypto';
import { type OpenFile, readAt } from './read-file.js';

const MAX_BYTES = 256 << 20;
const CHUNK_BYTES = 1 << 20;

/** @returns undefined: it is too much to be read for that. */
export function digestFile(file: OpenFile): string | undefined {
  if (file.size > MAX_BYTES) return undefined;
  const hash = createHash('sha256');
  for (let at = 0; at < file.size; at += CHUNK_BYTES) hash.update(readAt(file, at, CHUNK_BYTES));
  return hash.digest('base64url');
}
