/** The folders the daemon indexes, beside the index: when that is damaged, a new one is built of the same folders. Bytes in base64. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard } from './open.js';

export function rememberRoots(dataDirectory: string, roots: readonly Uint8Array[]): void {
  const temporary = `${rootsFile(dataDirectory)}.new`;
  const text = JSON.stringify(roots.map((root) => Buffer.from(root).toString('base64')));
  guard(`write ${temporary}`, () => {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, rootsFile(dataDirectory));
  });
}

/** @returns none when there is no such file, or it cannot be understood. */
export function recallRoots(dataDirectory: string): Buffer[] {
  try {
    const roots = JSON.parse(readFileSync(rootsFile(dataDirectory), 'utf8')) as unknown;
    return Array.isArray(roots) ? roots.map((root) => Buffer.from(String(root), 'base64')) : [];
  } catch {
    return [];
  }
}

function rootsFile(dataDirectory: string): string {
  return join(dataDirectory, 'roots.json');
}
