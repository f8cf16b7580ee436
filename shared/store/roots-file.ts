/**
 * The folders the daemon indexes, as they are remembered in the index and beside it. When that is damaged, a new one is
 * built of the same folders. Bytes in base64.
 */
import { join } from 'node:path';
import { readOwnJson, replaceFile } from '../own-file.js';
import { guard } from './open.js';

export interface NamedRoot {
  /** Absolute, as the user named it: a symlink may stand in it, and lead elsewhere some day. */
  readonly name: Buffer;
  /** Where it leads, without symlinks, or led when it was there last: so it is known in the index. */
  readonly path: Buffer;
}

export function rememberRoots(dataDirectory: string, roots: readonly NamedRoot[]): void {
  const file = rootsFile(dataDirectory);
  guard(`write ${file}`, () => replaceFile(file, JSON.stringify(encodeRoots(roots))));
}

/** @returns none when there is no such file, or it cannot be understood. */
export function recallRoots(dataDirectory: string): NamedRoot[] {
  return parseRoots(readOwnJson(rootsFile(dataDirectory)));
}

/** As JSON. */
export function encodeRoots(roots: readonly NamedRoot[]): unknown {
  return roots.map(({ name, path }) => ({ name: name.toString('base64'), path: path.toString('base64') }));
}

/**
 * @returns none for anything but what `encodeRoots` made; a mere path, as earlier versions kept it, is its own name.
 */
export function parseRoots(value: unknown): NamedRoot[] {
  return Array.isArray(value) ? value.flatMap(parseRoot) : [];
}

function parseRoot(value: unknown): NamedRoot[] {
  const { name, path } =
    typeof value === 'string' ? { name: value, path: value } : ((value ?? {}) as Record<string, unknown>);
  if (typeof name !== 'string' || typeof path !== 'string') return [];
  return [{ name: Buffer.from(name, 'base64'), path: Buffer.from(path, 'base64') }];
}

function rootsFile(dataDirectory: string): string {
  return join(dataDirectory, 'roots.json');
}
