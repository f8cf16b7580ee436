/** The folders the daemon indexes, beside the index: when that is damaged, a new one is built of the same folders. Bytes in base64. */
import { join } from 'node:path';
import { readOwnJson, replaceFile } from '../own-file.js';
import { guard } from './open.js';

export function rememberRoots(dataDirectory: string, roots: readonly Uint8Array[]): void {
  const file = rootsFile(dataDirectory);
  const text = JSON.stringify(roots.map((root) => Buffer.from(root).toString('base64')));
  guard(`write ${file}`, () => replaceFile(file, text));
}

/** @returns none when there is no such file, or it cannot be understood. */
export function recallRoots(dataDirectory: string): Buffer[] {
  const roots = readOwnJson(rootsFile(dataDirectory));
  return Array.isArray(roots) ? roots.map((root) => Buffer.from(String(root), 'base64')) : [];
}

function rootsFile(dataDirectory: string): string {
  return join(dataDirectory, 'roots.json');
}
