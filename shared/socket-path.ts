/**
 * The address of a Unix socket has room for 107 bytes: a longer path is given by a descriptor of its folder. See unix(7).
 */
import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const MAX_BYTES = 107;

/** @param use  has done its work with the path when it returns. @throws a system error; what `use` throws */
export function withSocketPath<T>(path: string, use: (path: string) => T): T {
  if (Buffer.byteLength(path) <= MAX_BYTES) return use(path);
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return use(`/proc/self/fd/${folder}/${basename(path)}`);
  } finally {
    closeSync(folder);
  }
}
